import type { Tree } from './tree.ts';

/** The tree without what is excluded, and all below it. The tree given stays as it is. */
export function excludeFromTree(tree: Tree, isExcluded: (path: string) => boolean): Tree {
  const rest = tree.fork();
  for (const { path } of tree.walk()) if (isExcluded(path)) rest.remove(path);
  return rest;
}
