import { cleanPath, directory, joinPath, metadataOf, type Node, type Tree } from '../tree/index.ts';
import type { LayerPlan } from './plan.ts';

/**
 * The tree with another one laid into a directory of it, as COPY of a Dockerfile does it: directories that are there keep what they are and hold, files are
 * replaced. The trees given stay as they are.
 * @throws {PathError} `PATH_ESCAPES` for a directory outside the root; `ENOTDIR` where a file is in the way.
 */
export function layTree(lower: Tree, { tree, at = '' }: LayerPlan): Tree {
  const laid = lower.fork();
  const top = cleanPath(at, 'add to');
  if (top !== '' && !isDirectory(laid, top)) laid.set(top, directory(metadataOf(tree.root)));
  const links = tree.hardLinks();
  for (const { path, node } of tree.walk()) {
    const target = joinPath(top, path);
    const first = links.get(node)?.[0] ?? path;
    if (node.type !== 'directory') first === path ? laid.set(target, node) : laid.link(target, joinPath(top, first));
    else if (!isDirectory(laid, target)) laid.set(target, bare(node));
  }
  return laid;
}

/** Whether a directory is there, or a link that leads to one. */
function isDirectory(tree: Tree, path: string): boolean {
  const node = tree.lookup(path);
  if (node?.type !== 'symlink') return node?.type === 'directory';
  try {
    return tree.resolve(path).type === 'directory';
  } catch {
    return false; // a link to nothing
  }
}

function bare(node: Node): Node {
  return directory(metadataOf(node));
}
