import { PathError, quote } from '../errors.ts';
import type { Change } from './changeset.ts';
import { fifo, type Node } from './node.ts';
import { basename, dirname, joinPath } from './path.ts';
import type { Tree } from './tree.ts';

interface WaitingLink {
  readonly path: string;
  readonly target: string;
}

/**
 * Puts nodes into a tree as an archive names them, one after the other; the last of two with the same path wins. A hard link whose target is not there
 * yet holds its place until `finish`.
 *
 * A file in the way of a parent gives way to a directory. Tools differ here (GNU tar refuses the entry, overlayfs engines replace the file): to replace
 * loses no entry that comes later, and makes an archive mean what the same entries mean as a layer.
 */
export class Placer {
  readonly #tree: Tree;
  /** The links that wait for their target, by the node that holds their place. */
  readonly #waiting: Map<Node, WaitingLink> = new Map();

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** Whiteouts and opaque directories concern the tree below and are passed over. */
  place(change: Change): void {
    if (change.kind === 'node') this.#put(change.path, change.node);
    else if (change.kind === 'link') this.#link(change.path, change.target);
  }

  /**
   * Gives the links that wait their targets, which may lie in a tree that has taken in this one.
   * @throws {PathError} `ENOENT` for a link whose target is nowhere, `EISDIR` where it is a directory.
   */
  finish(tree: Tree = this.#tree): void {
    for (const [holder, { path }] of this.#waiting) {
      if (tree.lookup(path) === holder) this.#settle(tree, holder);
    }
    this.#waiting.clear();
  }

  #put(path: string, node: Node): void {
    this.#tree.set(path, node, { files: 'replace' });
  }

  #link(path: string, target: string): void {
    const node = this.#tree.lookup(target);
    if (node && !this.#waiting.has(node)) {
      assertLinkable(node, path, target);
      this.#put(path, node);
      return;
    }
    const holder = fifo(); // any node that is no directory and no link
    this.#put(path, holder);
    // The path by which the holder is found again, whatever becomes of the links among its parents.
    const realPath = joinPath(this.#tree.realpath(dirname(path)), basename(path));
    this.#waiting.set(holder, { path: realPath, target });
  }

  /** Follows a chain of waiting links to its end and settles all of it, so that long chains cost no more than their length. */
  #settle(tree: Tree, first: Node): void {
    const chain = new Map<Node, WaitingLink>();
    let node = first;
    for (let link = this.#waiting.get(node); link; link = this.#waiting.get(node)) {
      chain.set(node, link);
      const next = tree.lookup(link.target);
      if (!next || chain.has(next)) throw missing(link);
      assertLinkable(next, link.path, link.target);
      node = next;
    }
    for (const [holder, { path }] of chain) {
      if (tree.lookup(path) === holder) tree.set(path, node);
    }
  }
}

function assertLinkable(node: Node, path: string, target: string): void {
  if (node.type === 'directory') throw new PathError('EISDIR', 'link', path, `its target ${quote(target)} is a directory, which has one name only`);
}

function missing({ path, target }: WaitingLink): PathError {
  return new PathError(
    'ENOENT',
    'link',
    path,
    `its target ${quote(target)} is nowhere; a hard link needs a file that comes with it or lies below it`,
  );
}
