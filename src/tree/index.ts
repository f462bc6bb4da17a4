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
export { type NamedNode, Tree } from './tree.ts';
export type { WalkEntry } from './walk.ts';
