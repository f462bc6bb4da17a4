export type { DiskTree, Loss } from '../host.ts';
export { applyDockerignore } from './dockerignore.ts';
export { type ExtractOptions, extractTree } from './extract.ts';
export type { ExtractReport } from './extraction.ts';
export { type FileSource, openFile, openFileSync } from './file.ts';
export { openFolder } from './folder.ts';
export { spill } from './spill.ts';
export { type DiskTreeOptions, fileFromDisk, treeFromDisk } from './tree-from-disk.ts';
export { openWritableFolder } from './writable-folder.ts';
