import { decodeText, encodeText } from '../bytes/index.ts';
import { PathError } from '../errors.ts';
import { childrenOf } from './directory.ts';
import { type BigIntStats, bigIntStatsOf, type Kind, kindOf, type Stats, statsOf } from './fs-stats.ts';
import type { DirectoryNode, Node } from './node.ts';
import { basename, dirname, joinPath } from './path.ts';
import { resolvePath } from './resolve.ts';
import { namesOf, walkDirectory } from './walk.ts';

/** A path as `node:fs` takes it. Every path is taken from the root of the tree; there is no working directory. */
export type FsPath = string | Uint8Array | URL;

/** As `fs.Dirent`. */
export interface Dirent<Name extends string | Uint8Array = string> extends Kind {
  readonly name: Name;
  /** The directory that it is in, as it was asked for. */
  readonly parentPath: string;
}

/** As `fs.Dir`: the entries of a directory, one by one. */
export interface Dir extends AsyncIterable<Dirent> {
  readonly path: string;
  read(): Promise<Dirent | null>;
  close(): Promise<void>;
}

interface ReaddirOptions {
  readonly recursive?: boolean | undefined;
  readonly withFileTypes?: boolean | undefined;
  readonly encoding?: string | null | undefined;
}
type TypedOptions = ReaddirOptions & { readonly withFileTypes: true };
type BytesOptions = 'buffer' | (ReaddirOptions & { readonly encoding: 'buffer' });
type Readdir = {
  (path: FsPath, options: TypedOptions & { readonly encoding: 'buffer' }): Dirent<Uint8Array>[];
  (path: FsPath, options: TypedOptions): Dirent[];
  (path: FsPath, options: BytesOptions): Uint8Array[];
  (path: FsPath, options?: ReaddirOptions | string | null): string[];
};
type Stat = {
  (path: FsPath, options: { readonly bigint: true }): BigIntStats;
  (path: FsPath, options?: { readonly bigint?: boolean | undefined } | null): Stats;
};

/** The calls that read no body and so never wait. */
export interface Calls {
  readonly stat: Stat;
  readonly lstat: Stat;
  readonly readdir: Readdir;
  readonly readlink: (path: FsPath, options?: unknown) => string;
  readonly realpath: (path: FsPath, options?: unknown) => string;
  readonly access: (path: FsPath, mode?: number) => void;
  readonly opendir: (path: FsPath, options?: unknown) => Dir;
}

/** What a file system shows: the root of the moment, and how many names a node has. */
export interface FsView {
  readonly root: DirectoryNode;
  nlink(node: Node): number;
}

/** <unistd.h>; `W_OK` is what a tree never grants. */
export const ACCESS: { readonly F_OK: 0; readonly R_OK: 4; readonly W_OK: 2; readonly X_OK: 1 } = { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1 };

/** The path as text. Bytes keep those that are no UTF-8. */
export function pathText(path: FsPath): string {
  if (path instanceof URL) return decodeURIComponent(path.pathname);
  return typeof path === 'string' ? path : decodeText(path);
}

/** The node at a path, every link followed. */
export function nodeAt(view: FsView, path: FsPath, op: string): Node {
  return resolvePath(view.root, pathText(path), op).node as Node;
}

export function createCalls(view: FsView): Calls {
  const inodes = new Inodes();
  const stats = (node: Node, bigint = false): Stats | BigIntStats => {
    const make = bigint ? bigIntStatsOf : statsOf;
    return make(node, inodes.number(node), () => view.nlink(node));
  };
  const lnode = (path: FsPath, op: string): Node => resolvePath(view.root, pathText(path), op, { followLast: false }).node as Node;

  return {
    stat: ((path, options) => stats(nodeAt(view, path, 'stat'), options?.bigint)) as Stat,
    lstat: ((path, options) => stats(lnode(path, 'lstat'), options?.bigint)) as Stat,
    readdir: ((path, options) => readdir(directoryAt(view, path, 'readdir'), pathText(path), options)) as Readdir,
    readlink: (path) => {
      const node = lnode(path, 'readlink');
      if (node.type !== 'symlink') throw new PathError('EINVAL', 'readlink', pathText(path), `it is a ${node.type}`);
      return node.target;
    },
    realpath: (path) => `/${resolvePath(view.root, pathText(path), 'realpath').names.join('/')}`,
    access: (path, mode = ACCESS.F_OK) => {
      nodeAt(view, path, 'access');
      if (Math.floor(mode / ACCESS.W_OK) % 2 === 1) throw readOnly('access', path);
    },
    opendir: (path) =>
      openDirectory(readdir(directoryAt(view, path, 'opendir'), pathText(path), { withFileTypes: true }) as Dirent[], pathText(path)),
  };
}

export function readOnly(op: string, path: FsPath): PathError {
  return new PathError('EROFS', op, pathText(path), 'this view of a tree is read-only; change the tree by its own methods');
}

/** The inode numbers of nodes: hard links share one, and a node keeps its own. */
class Inodes {
  readonly #numbers: WeakMap<Node, number> = new WeakMap();
  #last = 0;

  number(node: Node): number {
    const known = this.#numbers.get(node);
    if (known !== undefined) return known;
    this.#numbers.set(node, ++this.#last);
    return this.#last;
  }
}

function directoryAt(view: FsView, path: FsPath, op: string): DirectoryNode {
  const node = nodeAt(view, path, op);
  if (node.type !== 'directory') throw new PathError('ENOTDIR', op, pathText(path), `it is a ${node.type}`);
  return node;
}

function readdir(directory: DirectoryNode, path: string, given?: ReaddirOptions | string | null): unknown[] {
  const options = typeof given === 'string' ? { encoding: given } : (given ?? {});
  const encode = (name: string): string | Uint8Array => (options.encoding === 'buffer' ? encodeText(name) : name);
  const found = options.recursive
    ? [...walkDirectory(directory)]
    : namesOf(directory).map((name) => ({ path: name, node: childrenOf(directory).get(name) as Node }));
  if (!options.withFileTypes) return found.map((entry) => encode(entry.path));
  return found.map((entry) => ({
    ...kindOf(entry.node),
    name: encode(basename(entry.path)),
    parentPath: dirname(entry.path) === '' ? path : joinPath(path.replace(/\/$/, ''), dirname(entry.path)),
  }));
}

function openDirectory(entries: readonly Dirent[], path: string): Dir {
  let next = 0;
  return {
    path,
    read: async () => entries[next++] ?? null,
    close: async () => {},
    async *[Symbol.asyncIterator]() {
      yield* entries.slice(next);
    },
  };
}
