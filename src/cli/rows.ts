import { encodeText, hasEscapes, toBase64 } from '../bytes/index.ts';
import { digestSource } from '../digest/index.ts';
import type { FileNode, Node, Tree, WalkEntry } from '../tree/index.ts';
import { formatTime } from './format/time.ts';

/** A path and what is there, as `ls --json` prints it: docs/schema/ls.json. What does not apply is `undefined`. */
export interface Row {
  readonly path: string;
  readonly type: Node['type'];
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly uname: string | undefined;
  readonly gname: string | undefined;
  readonly mtime: string;
  readonly target: string | undefined;
  readonly major: number | undefined;
  readonly minor: number | undefined;
  readonly digest: string | undefined;
  readonly inode: number | undefined;
  readonly layer: number | undefined;
  readonly xattrs: Readonly<Record<string, string>> | undefined;
  readonly pathBytes: string | undefined;
  readonly targetBytes: string | undefined;
}

/** Digests of files, each made once however many names a file has. */
export type Digests = ReadonlyMap<Node, string>;

/** Reads every file that has no digest yet. */
export async function digestFiles(entries: Iterable<WalkEntry>): Promise<Digests> {
  const digests = new Map<Node, string>();
  for (const { node } of entries) if (node.type === 'file' && !digests.has(node)) digests.set(node, await digestOf(node));
  return digests;
}

async function digestOf(node: FileNode): Promise<string> {
  return node.digest ?? digestSource(node.body);
}

/** Entries of a tree as rows, one at a time. Names of one file share the number `inode`, which is the same in every listing of that tree. */
export function* rowsOf(tree: Tree, entries: Iterable<WalkEntry>, digests?: Digests): Generator<Row> {
  const inodes = new Map([...tree.hardLinks().keys()].map((node, inode) => [node, inode]));
  for (const { path, node } of entries) yield rowOf(path, node, inodes.get(node), digests?.get(node));
}

/** One node as a row. */
export function rowOf(path: string, node: Node, inode?: number, digest?: string): Row {
  const target = node.type === 'symlink' ? node.target : undefined;
  return {
    path,
    type: node.type,
    size: node.type === 'file' ? node.size : 0,
    mode: node.mode,
    uid: node.uid,
    gid: node.gid,
    uname: node.uname || undefined,
    gname: node.gname || undefined,
    mtime: formatTime(node.mtime),
    target,
    ...numbersOf(node),
    digest,
    inode,
    layer: typeof node.origin === 'number' ? node.origin : undefined,
    xattrs: encodeXattrs(node.xattrs),
    pathBytes: bytesOf(path),
    targetBytes: bytesOf(target),
  };
}

function numbersOf(node: Node): Pick<Row, 'major' | 'minor'> {
  const isDevice = node.type === 'character-device' || node.type === 'block-device';
  return isDevice ? { major: node.devmajor, minor: node.devminor } : { major: undefined, minor: undefined };
}

/** Values in base64; `undefined` where there are none. */
export function encodeXattrs(xattrs: ReadonlyMap<string, Uint8Array>): Record<string, string> | undefined {
  return xattrs.size === 0 ? undefined : Object.fromEntries([...xattrs].map(([name, value]) => [name, toBase64(value)]));
}

/** The bytes of a name in base64, where it is not UTF-8. */
export function bytesOf(name: string | undefined): string | undefined {
  return name !== undefined && hasEscapes(name) ? toBase64(encodeText(name)) : undefined;
}
