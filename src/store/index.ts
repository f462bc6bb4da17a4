export { blobMissing, contentOf, fetchDocument, verified } from './content.ts';
export { type CopyOptions, type CopyReport, copy } from './copy.ts';
export { type MemoryOptions, MemoryStore } from './memory.ts';
export { overlayStores, writableOverlay } from './overlay.ts';
export { type Reachable, reachable } from './reachable.ts';
export type { NamedContent, NamedDescriptor, ReadableStore, Store } from './store.ts';
export { type GraphNode, hasSuccessors, MAX_GRAPH_DEPTH, successorsOf, walkGraph } from './successors.ts';
