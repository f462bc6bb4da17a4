export { applyChangeset, type Semantics } from './apply.ts';
export { type ArchiveOptions, type TreeFromTarOptions, tarChanges, treeFromTar } from './archive.ts';
export type { Change, Changeset } from './changeset.ts';
export {
  type DeviceNode,
  type DirectoryNode,
  device,
  directory,
  type FifoNode,
  type FileNode,
  fifo,
  file,
  IMPLIED,
  type Metadata,
  metadataOf,
  type Node,
  type SymlinkNode,
  symlink,
  withMetadata,
} from './node.ts';
export { basename, cleanPath, dirname, joinPath, splitPath } from './path.ts';
export { MAX_LINKS } from './resolve.ts';
export { MAX_DEPTH, type NamedNode, type SetOptions, Tree, type TreeOptions } from './tree.ts';
export type { WalkEntry } from './walk.ts';
