import type { Source } from '../stream/index.ts';
import type { SparseRun, Timestamp } from '../tar/index.ts';

/** What every node has besides its kind. Nodes are values: a change is a new node, put in place by `Tree.set`. */
export interface Metadata {
  /** Permission bits, setuid, setgid and sticky included: the low 12 bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly uname: string;
  readonly gname: string;
  readonly mtime: Timestamp;
  readonly atime?: Timestamp | undefined;
  readonly ctime?: Timestamp | undefined;
  readonly xattrs: ReadonlyMap<string, Uint8Array>;
  /** No entry was seen: this is a directory that must be there because something lies in it. */
  readonly implied?: boolean | undefined;
}

/** A regular file. Its body stays where it came from and is read on demand. Two names that hold the same `FileNode` are hard links. */
export interface FileNode extends Metadata {
  readonly type: 'file';
  readonly size: number;
  readonly body: Source;
  readonly sparse?: readonly SparseRun[] | undefined;
}

export interface DirectoryNode extends Metadata {
  readonly type: 'directory';
  readonly children: ReadonlyMap<string, Node>;
}

export interface SymlinkNode extends Metadata {
  readonly type: 'symlink';
  /** The target as it stands, absolute or not. */
  readonly target: string;
}

export interface DeviceNode extends Metadata {
  readonly type: 'character-device' | 'block-device';
  readonly devmajor: number;
  readonly devminor: number;
}

export interface FifoNode extends Metadata {
  readonly type: 'fifo';
}

export type Node = FileNode | DirectoryNode | SymlinkNode | DeviceNode | FifoNode;
