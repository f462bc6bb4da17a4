export { blobPath } from './blob-path.ts';
export { isLayout, isMeantAsLayout, LayoutStore } from './layout-store.ts';
export { layoutMembers, sortMembers, writeOciArchive } from './oci-archive.ts';
export { treeFolder } from './tree-folder.ts';
export { WritableLayout } from './writable-layout.ts';
