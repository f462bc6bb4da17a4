import { dirname, type Node, splitPath, type Tree } from '../tree/index.ts';

/** The bytes of files below each directory, by its path. A file with several names counts at the first of them. */
export function directorySizes(tree: Tree, path: string): ReadonlyMap<string, number> {
  const top = splitPath(path).join('/');
  const sizes = new Map<string, number>([[top, 0]]);
  const seen = new Set<Node>();
  for (const { path: at, node } of tree.walk(path)) {
    if (node.type === 'directory') sizes.set(at, 0);
    if (node.type !== 'file' || seen.has(node)) continue;
    seen.add(node);
    for (let above = dirname(at); ; above = dirname(above)) {
      sizes.set(above, (sizes.get(above) ?? 0) + node.size);
      if (above === top) break;
    }
  }
  return sizes;
}
