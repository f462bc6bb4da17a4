export type { DiskTree, Loss } from '../host.ts';
export { type FileSource, openFile, openFileSync } from './file.ts';
export { openFolder } from './folder.ts';
export { spill } from './spill.ts';
export { type DiskTreeOptions, treeFromDisk } from './tree-from-disk.ts';
