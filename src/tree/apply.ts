import type { Changeset } from './changeset.ts';
import { directory, IMPLIED, type Metadata } from './node.ts';
import { dirname, joinPath, splitPath } from './path.ts';
import { Placer } from './place.ts';
import { MAX_DEPTH, Tree } from './tree.ts';
import { childAt, namesOf } from './walk.ts';

/** How a changeset meets the tree below it: as overlay file systems show layers, or as engines do that extract one layer after the other. */
export type Semantics = 'overlay' | 'sequential';

/**
 * The tree that a changeset makes of another. `lower` is left as it is, and every directory that nothing changes in is shared with it.
 *
 * - `overlay`: whiteouts and opaque directories concern the tree below only, in whatever order they come. The nodes make a tree of their own, in which links
 *   are followed, and this is laid over the one below: a link or file of the lower tree in the way of a directory is replaced.
 * - `sequential`: one change after the other. Links of the lower tree are followed, and a whiteout also takes away what came before it.
 *
 * In both a directory over a directory keeps the children, anything else replaces, and a hard link may name a file of the lower tree.
 * @throws {PathError} `ENOENT` for a hard link to nothing, `EISDIR` for one to a directory, `EINVAL`, `ELOOP`. @throws {LimitError} `LIMIT_DEPTH`.
 */
export function applyChangeset(lower: Tree, changes: Changeset, semantics: Semantics = 'overlay'): Tree {
  const options = { implied: { ...IMPLIED, origin: changes.origin }, maxDepth: MAX_DEPTH };
  const tree = lower.fork(options);
  if (semantics === 'sequential') extract(tree, changes);
  else overlay(tree, changes, options.implied);
  return tree.fork({ implied: IMPLIED });
}

function overlay(tree: Tree, { changes }: Changeset, implied: Metadata): void {
  const upper = new Tree(undefined, { implied, maxDepth: MAX_DEPTH });
  const placer = new Placer(upper);
  for (const change of changes) {
    if (change.kind === 'whiteout') {
      if (isDirectory(tree, dirname(change.path), implied)) tree.remove(change.path);
    } else if (change.kind === 'opaque') {
      if (isDirectory(tree, change.path, implied)) empty(tree, change.path);
    } else placer.place(change);
  }
  tree.set('', upper.root);
  placer.finish(tree);
}

/**
 * Whether there is something at the path, no link followed, for a whiteout to take effect in. A link or file in its way becomes an empty directory, for
 * an engine that makes the whiteout in the upper layer has to make its parents there first.
 */
function isDirectory(tree: Tree, path: string, implied: Metadata): boolean {
  let here = '';
  for (const name of splitPath(path)) {
    here = joinPath(here, name);
    const node = childAt(tree.root, here);
    if (!node) return false;
    if (node.type !== 'directory') tree.set(here, directory(implied));
  }
  return true;
}

function empty(tree: Tree, path: string): void {
  const node = childAt(tree.root, path);
  if (node?.type !== 'directory') return;
  for (const name of namesOf(node)) tree.remove(joinPath(path, name));
}

/**
 * In order, but for two kinds of change that no engine lets take away what comes with them: opaque directories, and whiteouts of a directory that the same
 * changeset has an entry for. They go first.
 */
function extract(tree: Tree, { changes }: Changeset): void {
  const directories = new Set<string>();
  for (const change of changes) {
    if (change.kind === 'node' && change.node.type === 'directory') directories.add(change.path);
  }
  for (const change of changes) {
    if (change.kind === 'opaque') emptyExtracted(tree, change.path);
    else if (change.kind === 'whiteout' && directories.has(change.path)) tree.remove(change.path);
  }
  const placer = new Placer(tree);
  for (const change of changes) {
    if (change.kind === 'whiteout' && !directories.has(change.path)) removeExtracted(tree, change.path);
    else placer.place(change);
  }
  placer.finish();
}

// Before it looks for what to delete, an extracting engine makes the directory that the whiteout file is in.
function emptyExtracted(tree: Tree, path: string): void {
  tree.makeDirectory(path, { files: 'replace' });
  if (tree.lookup(path)?.type !== 'directory') return; // a link: what it leads to is not touched
  empty(tree, tree.realpath(path));
}

function removeExtracted(tree: Tree, path: string): void {
  tree.makeDirectory(dirname(path), { files: 'replace' });
  tree.remove(path);
}
