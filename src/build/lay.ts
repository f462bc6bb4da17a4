import { PathError } from '../errors.ts';
import { cleanPath, directory, IMPLIED, joinPath, metadataOf, type Node, type Tree } from '../tree/index.ts';
import type { LayerPlan } from './plan.ts';

/**
 * The tree with another one laid into a directory of it, as COPY of a Dockerfile does it: directories that are there keep what they are and hold, files are
 * replaced, and neither takes the place of the other. A link to a directory counts as one, but another link replaces it. Missing directories on the way are
 * root's with mode 0755, of the time of the other tree's root. The trees given stay as they are.
 * @throws {PathError} `PATH_ESCAPES` for a directory outside the root; `EEXIST` and `ENOTDIR` where a file is in the way, `EISDIR` where a directory is.
 */
export function layTree(lower: Tree, { tree, at = '' }: LayerPlan): Tree {
  const laid = lower.fork({ implied: { ...IMPLIED, mtime: tree.root.mtime } });
  const top = cleanPath(at, 'add to');
  if (top !== '') makeDirectory(laid, top, tree.root);
  const links = tree.hardLinks();
  for (const { path, node } of tree.walk()) {
    const target = joinPath(top, path);
    const first = links.get(node)?.[0] ?? path;
    if (node.type === 'directory') makeDirectory(laid, target, node);
    else if (isTaken(laid, target, node))
      throw new PathError('EISDIR', 'add', target, `a directory, or a link to one, is there; give the name that the ${node.type} is to have in it`);
    else if (first === path) laid.set(target, node);
    else laid.link(target, joinPath(top, first));
  }
  return laid;
}

/** Makes a directory like another one where there is none; a link that leads to one is good, and one that leads to nothing is followed. */
function makeDirectory(tree: Tree, path: string, model: Node): void {
  if (isDirectory(tree, path)) return;
  tree.makeDirectory(path);
  tree.set(tree.realpath(path), directory(metadataOf(model)));
}

/** By a directory, or by a link to one, which only another link replaces: `/bin` is often one to `usr/bin`, and a file in its place leaves no `/bin/sh`. */
function isTaken(tree: Tree, path: string, node: Node): boolean {
  return node.type === 'symlink' ? tree.lookup(path)?.type === 'directory' : isDirectory(tree, path);
}

function isDirectory(tree: Tree, path: string): boolean {
  const node = tree.lookup(path);
  if (node?.type !== 'symlink') return node?.type === 'directory';
  try {
    return tree.resolve(path).type === 'directory';
  } catch {
    return false; // a link to nothing
  }
}
