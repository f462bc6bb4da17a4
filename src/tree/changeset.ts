import type { Node } from './node.ts';

/**
 * One step of a changeset; paths are clean (see `cleanPath`).
 * - `node` puts a node at a path. That of a directory brings metadata and no children.
 * - `link` gives the node at `target` the further name `path`. The target may come later, or lie in the tree below.
 * - `whiteout` takes away what the tree below has at a path, with all below it.
 * - `opaque` takes away all that the tree below has in a directory.
 */
export type Change =
  | { readonly kind: 'node'; readonly path: string; readonly node: Node }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'whiteout'; readonly path: string }
  | { readonly kind: 'opaque'; readonly path: string };

/**
 * What one tree has that another has not, in order. It is a list and no tree: links among the parents, and the targets of hard links, may lie in the
 * tree below, so what a change means is decided only in `applyChangeset`.
 */
export interface Changeset {
  /** The changes; it must be possible to go through them more than once. */
  readonly changes: Iterable<Change>;
  /** The `origin` of the directories that applying makes. Nodes bring their own. */
  readonly origin?: unknown;
}
