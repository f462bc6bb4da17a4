import { LimitError, PathError, quote } from '../errors.ts';
import { childrenOf, Directory, freeze, type Owner } from './directory.ts';
import { createFs, type TreeFs } from './fs.ts';
import { findHardLinks } from './links.ts';
import { type DirectoryNode, IMPLIED, type Metadata, type Node } from './node.ts';
import { basename, dirname, splitPath } from './path.ts';
import { type Place, type ResolveOptions, resolvePath, tryResolve } from './resolve.ts';
import { namesOf, type WalkEntry, walkDirectory } from './walk.ts';

/** What a tree is made with; none of it has to be given. */
export interface TreeOptions {
  /** The metadata of the directories that the tree itself makes. Default `IMPLIED`. */
  readonly implied?: Metadata;
  /** How many directories deep a path may lead, links followed. Default: as deep as memory allows. */
  readonly maxDepth?: number;
}

export interface SetOptions {
  /** What happens to a file among the parents: an error, or a directory takes its place. Default `error`. */
  readonly files?: 'error' | 'replace';
}

/** How many names deep the paths of an archive may be, links followed: twice what Linux takes in one path. */
export const MAX_DEPTH = 4096;

/** How many directories a tree remembers by their path; an archive in the order of a walk is at home in a few. */
const RECENT = 256;

/** A directory that can be written into in place, and how many names deep it is. */
interface OpenDirectory {
  readonly directory: Directory;
  readonly depth: number;
}

/** A name in a directory, and what it names. */
export interface NamedNode {
  readonly name: string;
  readonly node: Node;
}

/**
 * A file system in memory: directories map names to nodes, and two names that hold the same node are hard links.
 *
 * Paths are relative to the root whether they start with a slash or not; links in them are followed inside the root, `..` at the root stays there.
 * `fork` is O(1) and copy-on-write, so a tree is kept as it is by forking it. A directory got from a tree follows the tree's later writes until its
 * `children` are looked at; a map of children that has been seen never changes.
 *
 * ```ts
 * const tree = new Tree();
 * tree.set('etc/motd', file('hello\n'));
 * tree.link('etc/issue', 'etc/motd');
 * for (const { path, node } of tree.walk()) console.log(path, node.mode.toString(8));
 * ```
 */
export class Tree {
  #root: Directory;
  #owner: Owner = { frozen: false };
  #hardLinks: ReadonlyMap<Node, readonly string[]> | undefined;
  /** This tree's own directories that were written into of late, by their path as it was asked for: archives name one directory many times. */
  readonly #recent: Map<string, OpenDirectory> = new Map();
  #fs: TreeFs | undefined;
  readonly #implied: Metadata;
  readonly #maxDepth: number;

  /** What `root` holds is shared with it and never written to. */
  constructor(root?: DirectoryNode, options: TreeOptions = {}) {
    this.#implied = options.implied ?? IMPLIED;
    this.#maxDepth = options.maxDepth ?? Number.POSITIVE_INFINITY;
    if (root) freeze(root);
    this.#root = root ? this.#own(root) : new Directory(this.#implied, new Map(), this.#owner);
  }

  get root(): DirectoryNode {
    return this.#root;
  }

  /** This tree in the shape of `node:fs`, read-only. */
  get fs(): TreeFs {
    this.#fs ??= createFs(this);
    return this.#fs;
  }

  /**
   * What is at the path; a symbolic link in the last component is not followed (lstat). `undefined` where nothing is.
   * @throws {PathError} `ELOOP` when the path leads through more than 40 links.
   */
  lookup(path: string): Node | undefined {
    const found = tryResolve(this.#root, path, { followLast: false });
    if (!('code' in found)) return found.node;
    if (found.code === 'ELOOP') throw new PathError('ELOOP', 'look up', path, found.reason);
    return undefined;
  }

  /** What the path leads to when every link is followed (stat). @throws {PathError} `ENOENT`, `ENOTDIR`, `ELOOP`. */
  resolve(path: string): Node {
    return resolvePath(this.#root, path, 'resolve').node as Node;
  }

  /** The clean path, free of links, of what the path leads to. @throws {PathError} `ENOENT`, `ENOTDIR`, `ELOOP`. */
  realpath(path: string): string {
    return resolvePath(this.#root, path, 'resolve').names.join('/');
  }

  /** What a directory holds, in byte order of the names. Links to it are followed. @throws {PathError} `ENOENT`, `ENOTDIR`, `ELOOP`. */
  list(path = ''): NamedNode[] {
    const directory = this.#directoryAt(path, 'list');
    return namesOf(directory).map((name) => ({ name, node: childrenOf(directory).get(name) as Node }));
  }

  /**
   * Everything below a directory (by default the root), parents first, names in byte order. The paths start with `path`; links on the
   * way down are not followed. @throws {PathError} `ENOENT`, `ENOTDIR`, `ELOOP`.
   */
  walk(path = ''): IterableIterator<WalkEntry> {
    return walkDirectory(this.#directoryAt(path, 'walk'), splitPath(path).join('/'));
  }

  /** The nodes that have several names, with these names in the order of a walk. Counted once between two writes. */
  hardLinks(): ReadonlyMap<Node, readonly string[]> {
    this.#hardLinks ??= findHardLinks(this.#root);
    return this.#hardLinks;
  }

  /** How many names hold the node; 1 for a directory. */
  nlink(node: Node): number {
    return this.hardLinks().get(node)?.length ?? 1;
  }

  /**
   * Puts a node at a path. Missing parents are made (and flagged `implied`), links among them are followed. A directory over a directory keeps the
   * children that are there, replaces the metadata and puts its own children over them; anything else replaces what is there with all below it.
   * Replacing one name of a hard-linked file leaves the others as they are.
   * @throws {PathError} `ENOTDIR` where a parent is a file, `EINVAL` for a NUL byte or for a root that is no directory, `ELOOP`.
   * @throws {LimitError} `LIMIT_DEPTH`.
   */
  set(path: string, node: Node, options: SetOptions = {}): void {
    if (node.type === 'directory') freeze(node);
    this.#begin();
    const name = basename(path);
    const parent = this.#recent.get(dirname(path));
    if (parent && parent.depth < this.#maxDepth && isPlain(name)) this.#putAt(path, parent, name, node);
    else this.#setAt(path, this.#placeFor(path, 'set', options).names, node);
  }

  /** Makes a directory and its parents where they are missing, all flagged `implied`; links are followed (`mkdir -p`). @throws {PathError} As `set`. */
  makeDirectory(path: string, options: SetOptions = {}): void {
    const place = this.#placeFor(path, 'make directory', { ...options, followLast: true });
    const isFile = place.node && place.node.type !== 'directory';
    if (isFile && options.files !== 'replace') throw new PathError('EEXIST', 'make directory', path, `a ${place.node?.type} is there`);
    this.#begin();
    this.#descend(place.names);
  }

  /**
   * Gives what is at `to` the further name `path`: a hard link. Links in parents are followed, a link at `to` itself is not, it is linked.
   * @throws {PathError} `ENOENT` where nothing is at `to`, `EISDIR` where a directory is; else as `set`.
   */
  link(path: string, to: string): void {
    const { node } = resolvePath(this.#root, to, 'link to', { followLast: false });
    if (node?.type === 'directory') throw new PathError('EISDIR', 'link to', to, 'it is a directory, which has one name only');
    this.set(path, node as Node);
  }

  /** Takes away what is at the path, with all below it; a link itself, not what it leads to. Returns whether anything was there. */
  remove(path: string): boolean {
    if (!this.lookup(path)) return false;
    const { names } = this.#placeFor(path, 'remove');
    const last = names.at(-1);
    if (last === undefined) throw new PathError('EINVAL', 'remove', path, 'it is the root');
    this.#begin();
    this.#descend(names.slice(0, -1)).entries.delete(last);
    this.#recent.clear();
    return true;
  }

  /**
   * Moves a node, with all below it, to another path, as rename(2) does.
   * @throws {PathError} `ENOENT`, `EINVAL` into itself, `ENOTDIR` and `EISDIR` where one of two is a directory, `ENOTEMPTY`.
   */
  rename(from: string, to: string): void {
    const source = resolvePath(this.#root, from, 'rename', { followLast: false });
    const target = this.#placeFor(to, 'rename to');
    const node = source.node as Node;
    if (node === target.node) return;
    if (source.names.every((name, i) => target.names[i] === name)) throw new PathError('EINVAL', 'rename', from, 'the new path lies inside it');
    if (target.node) assertReplaceable(node, target.node, to);
    this.remove(source.names.join('/'));
    this.remove(target.names.join('/'));
    this.set(target.names.join('/'), node);
  }

  /** A tree of its own with the same content, in constant time. Neither sees what the other writes from here on. */
  fork(options: TreeOptions = {}): Tree {
    this.#owner.frozen = true;
    const fork = new Tree(undefined, { implied: this.#implied, maxDepth: this.#maxDepth, ...options });
    fork.#root = this.#root;
    fork.#hardLinks = this.#hardLinks;
    return fork;
  }

  #directoryAt(path: string, op: string): DirectoryNode {
    const node = resolvePath(this.#root, path, op).node as Node;
    if (node.type !== 'directory') throw new PathError('ENOTDIR', op, path, `it is a ${node.type}`);
    return node;
  }

  /** The place for something at `path`, whether anything is there or not. */
  #placeFor(path: string, op: string, options: ResolveOptions = {}): Place {
    if (path.includes('\0')) throw new PathError('EINVAL', op, path, 'a name cannot hold a NUL byte');
    const place = resolvePath(this.#root, path, op, { followLast: false, ...options, missing: 'allow' });
    if (place.names.length > this.#maxDepth) throw tooDeep(path, op, place.names.length, this.#maxDepth);
    return place;
  }

  /** Before every write: what was counted is out of date, and what others may see is not written into. */
  #begin(): void {
    this.#hardLinks = undefined;
    if (!this.#owner.frozen) return;
    this.#owner = { frozen: false };
    this.#recent.clear();
  }

  #own(directory: DirectoryNode): Directory {
    if (directory instanceof Directory && directory.owner === this.#owner) return directory;
    return new Directory(directory, new Map(childrenOf(directory)), this.#owner);
  }

  /** The directory at a real path, made where it is missing; every directory on the way becomes this tree's own. */
  #descend(names: readonly string[]): Directory {
    this.#root = this.#own(this.#root);
    let here = this.#root;
    for (const name of names) {
      const child = here.entries.get(name);
      const next = child?.type === 'directory' ? this.#own(child) : new Directory(this.#implied, new Map(), this.#owner);
      if (next !== child) here.entries.set(name, next);
      here = next;
    }
    return here;
  }

  #setAt(path: string, names: readonly string[], node: Node): void {
    const name = names.at(-1);
    if (name === undefined) {
      this.#putRoot(node);
      return;
    }
    const parent = { directory: this.#descend(names.slice(0, -1)), depth: names.length - 1 };
    if (name !== basename(path)) this.#put(parent.directory, name, node);
    else {
      this.#remember(dirname(path), parent);
      this.#putAt(path, parent, name, node);
    }
  }

  /** Puts a node at a path of which `name` is the last component. */
  #putAt(path: string, { directory, depth }: OpenDirectory, name: string, node: Node): void {
    const put = this.#put(directory, name, node);
    if (put instanceof Directory && put.owner === this.#owner) this.#remember(path, { directory: put, depth: depth + 1 });
  }

  #remember(path: string, open: OpenDirectory): void {
    if (this.#recent.size >= RECENT) this.#recent.clear();
    this.#recent.set(path, open);
  }

  #putRoot(node: Node): void {
    if (node.type !== 'directory') throw new PathError('EINVAL', 'set', '/', `the root is a directory, not a ${node.type}`);
    const holder = new Directory(IMPLIED, new Map([['', this.#root]]), this.#owner);
    this.#root = this.#putDirectory(holder, '', node);
  }

  /** Returns what is there then. */
  #put(parent: Directory, name: string, node: Node): Node {
    if (node.type === 'directory') return this.#putDirectory(parent, name, node);
    const { size } = parent.entries;
    parent.entries.set(name, node);
    // Something was replaced: paths that led through it lead elsewhere now (the cached directory of CVE-2021-32803).
    if (parent.entries.size === size) this.#recent.clear();
    return node;
  }

  #putDirectory(parent: Directory, name: string, node: DirectoryNode): Directory {
    const pending = [{ parent, name, node }];
    for (let next = pending.pop(); next; next = pending.pop()) {
      const there = next.parent.entries.get(next.name);
      if (there === next.node) continue;
      const put = there?.type === 'directory' ? this.#merge(there, next.node) : this.#adopt(next.node);
      next.parent.entries.set(next.name, put);
      if (there) this.#recent.clear();
      if (there?.type !== 'directory') continue;
      for (const [childName, child] of childrenOf(next.node)) {
        if (child.type === 'directory') pending.push({ parent: put, name: childName, node: child });
        else this.#put(put, childName, child);
      }
    }
    return parent.entries.get(name) as Directory;
  }

  /** A directory of another tree is shared as it is; any other is made one that can be written into. */
  #adopt(node: DirectoryNode): Directory {
    return node instanceof Directory ? node : this.#own(node);
  }

  #merge(there: DirectoryNode, node: DirectoryNode): Directory {
    return new Directory(node.implied ? there : node, this.#own(there).entries, this.#owner);
  }
}

function isPlain(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('\0');
}

function assertReplaceable(node: Node, there: Node, path: string): void {
  if (there.type !== 'directory') {
    if (node.type === 'directory') throw new PathError('ENOTDIR', 'rename to', path, `a ${there.type} is there`);
  } else if (node.type !== 'directory') throw new PathError('EISDIR', 'rename to', path, 'a directory is there');
  else if (childrenOf(there).size > 0) throw new PathError('ENOTEMPTY', 'rename to', path, 'the directory there is not empty');
}

function tooDeep(path: string, op: string, depth: number, limit: number): LimitError {
  const message = `Cannot ${op} ${quote(path)}: it is ${depth} names deep, over the limit of ${limit}; raise maxDepth if that is meant`;
  return new LimitError('LIMIT_DEPTH', message, limit, depth);
}
