import type { Timestamp } from '../tar/index.ts';
import { directory, metadataOf, type Node, Tree, withMetadata } from '../tree/index.ts';

/** What all that a layer holds has in common. */
export interface UniformOptions {
  /** Default: the epoch, 1970-01-01. */
  readonly mtime?: Timestamp;
  /** Default 0. */
  readonly uid?: number;
  /** Default 0. */
  readonly gid?: number;
}

const EPOCH: Timestamp = { seconds: 0, nanoseconds: 0 };

/**
 * A tree without what is a matter of the disk that its files come from, so that two checkouts of a project give the same layer whatever their umask, owner
 * and times: one owner and one time for all, directories 0755, files 0755 where their owner may execute them and else 0644, and every name a file of its
 * own. The tree given stays as it is.
 */
export function uniformTree(tree: Tree, { mtime = EPOCH, uid = 0, gid = 0 }: UniformOptions = {}): Tree {
  const common = { mtime, uid, gid, uname: '', gname: '', atime: undefined, ctime: undefined };
  const uniform = new Tree(directory({ ...common, mode: 0o755 }));
  for (const { path, node } of tree.walk()) uniform.set(path, withMetadata(bare(node), { ...common, mode: modeOf(node) }));
  return uniform;
}

function bare(node: Node): Node {
  return node.type === 'directory' ? directory(metadataOf(node)) : node;
}

function modeOf(node: Node): number {
  if (node.type === 'directory' || (node.type === 'file' && node.mode & 0o100)) return 0o755;
  return node.type === 'symlink' ? 0o777 : 0o644;
}
