export { isLayout, LayoutStore } from './layout-store.ts';
export { treeFolder } from './tree-folder.ts';
export { WritableLayout } from './writable-layout.ts';
