export { applyChangeset, type Semantics } from './apply.ts';
export {
  type ArchiveOptions,
  linkEntry,
  nodeEntry,
  type TarEntriesOptions,
  type TreeFromTarOptions,
  tarChanges,
  tarEntries,
  treeFromTar,
} from './archive.ts';
export type { Change, Changeset } from './changeset.ts';
export { checkTree, type TreeFault } from './check.ts';
export { type Collision, findCollisions, type HostRules, isWindowsName } from './collisions.ts';
export { knownSame, METADATA_FIELDS, type MetadataField, type SameContent, sameField } from './compare.ts';
export { digestContents } from './contents.ts';
export { type DiffOptions, diffTrees } from './diff.ts';
export { excludeFromTree } from './exclude.ts';
export type { CallbackCall, TreeFs, TreeFsPromises, TreeFsSync } from './fs.ts';
export type { Calls, Dir, Dirent, FsPath } from './fs-calls.ts';
export type { BigIntStats, Kind, Stats } from './fs-stats.ts';
export { type Conflict, type Merged, type MergeOptions, mergeTrees } from './merge.ts';
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
export { type Pair, pairsOf } from './pairs.ts';
export { basename, cleanPath, dirname, joinPath, splitPath } from './path.ts';
export { MAX_LINKS } from './resolve.ts';
export { entryOf } from './tar-node.ts';
export { MAX_DEPTH, type NamedNode, type SetOptions, Tree, type TreeOptions } from './tree.ts';
export { type TreeDigestOptions, treeDigest } from './tree-digest.ts';
export { childAt, type WalkEntry } from './walk.ts';
