export { blobMissing, fetchDocument, verified } from './content.ts';
export { MemoryStore } from './memory.ts';
export { overlayStores } from './overlay.ts';
export type { NamedContent, NamedDescriptor, ReadableStore, Store } from './store.ts';
export { type GraphNode, hasSuccessors, MAX_GRAPH_DEPTH, successorsOf, walkGraph } from './successors.ts';
