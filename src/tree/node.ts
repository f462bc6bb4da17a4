import { encodeText } from '../bytes/index.ts';
import { asSource, type Source } from '../stream/index.ts';
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
  /** PAX records of the entry that the node is from. Those that no field here stands for are written again; they are not compared. */
  readonly pax?: ReadonlyMap<string, Uint8Array> | undefined;
  /** No entry was seen: this is a directory that must be there because something lies in it. */
  readonly implied?: boolean | undefined;
  /** Where the node is from, as whoever made it says: in the tree of an image, its layer. Neither compared nor written. */
  readonly origin?: unknown;
}

/** A regular file. Its body stays where it came from and is read on demand. Two names that hold the same `FileNode` are hard links. */
export interface FileNode extends Metadata {
  readonly type: 'file';
  readonly size: number;
  readonly body: Source;
  readonly sparse?: readonly SparseRun[] | undefined;
  /** The digest of the body, where whoever read the archive made it on the way. */
  readonly digest?: string | undefined;
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

const EPOCH: Timestamp = { seconds: 0, nanoseconds: 0 };
const NO_XATTRS: ReadonlyMap<string, Uint8Array> = new Map();

function defaults(mode: number): Metadata {
  return { mode, uid: 0, gid: 0, uname: '', gname: '', mtime: EPOCH, xattrs: NO_XATTRS };
}

/** What a directory has that no entry told of: fixed values, so that the same names always give the same tree. */
export const IMPLIED: Metadata = { ...defaults(0o755), implied: true };

/** A regular file, mode 0644 and owner 0 unless `metadata` says otherwise. Text is written as UTF-8. */
export function file(body: string | Uint8Array | Blob | Source, metadata: Partial<Metadata> = {}): FileNode {
  const source = asSource(typeof body === 'string' ? encodeText(body) : body);
  if (!source) throw new TypeError('Cannot make a file of a stream: collect it first, or give a Source, Uint8Array, Blob or text');
  return { ...defaults(0o644), ...metadata, type: 'file', size: source.size, body: source };
}

/** An empty directory, mode 0755 unless `metadata` says otherwise. */
export function directory(metadata: Partial<Metadata> = {}): DirectoryNode {
  return { ...defaults(0o755), ...metadata, type: 'directory', children: new Map() };
}

/** A symbolic link, mode 0777. The target is kept as it stands. */
export function symlink(target: string, metadata: Partial<Metadata> = {}): SymlinkNode {
  return { ...defaults(0o777), ...metadata, type: 'symlink', target };
}

/** A character or block device, mode 0600. */
export function device(type: DeviceNode['type'], devmajor: number, devminor: number, metadata: Partial<Metadata> = {}): DeviceNode {
  return { ...defaults(0o600), ...metadata, type, devmajor, devminor };
}

/** A FIFO, mode 0644. */
export function fifo(metadata: Partial<Metadata> = {}): FifoNode {
  return { ...defaults(0o644), ...metadata, type: 'fifo' };
}

/**
 * The node with some of its metadata changed, no longer `implied`. Nodes may be objects with getters, so spreading them does not do this.
 * It is another node: where it replaces one name of a hard-linked file, the other names keep the old one.
 */
export function withMetadata<N extends Node>(node: N, patch: Partial<Metadata>): N {
  return { ...kindOf(node), ...metadataOf(node), implied: undefined, ...patch } as N;
}

/** The metadata of a node as an object of its own. */
export function metadataOf(node: Metadata): Metadata {
  const { mode, uid, gid, uname, gname, mtime, atime, ctime, xattrs, pax, implied, origin } = node;
  return { mode, uid, gid, uname, gname, mtime, atime, ctime, xattrs, pax, implied, origin };
}

/** What a node has by its kind, metadata aside. */
function kindOf(node: Node): object {
  switch (node.type) {
    case 'file':
      return { type: node.type, size: node.size, body: node.body, sparse: node.sparse, digest: node.digest };
    case 'directory':
      return { type: node.type, children: node.children };
    case 'symlink':
      return { type: node.type, target: node.target };
    case 'fifo':
      return { type: node.type };
    default:
      return { type: node.type, devmajor: node.devmajor, devminor: node.devminor };
  }
}
