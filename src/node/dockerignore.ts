import library from '@balena/dockerignore';
import type { Tree } from '../tree/index.ts';

/**
 * A tree without what a `.dockerignore` file names, by Docker's rules: the last line that matches decides, `!` brings back, also from inside a directory that is
 * ignored. A directory goes with the last of what is in it. The tree given stays as it is.
 */
export function applyDockerignore(tree: Tree, text: string): Tree {
  const rules = library.default().add(text);
  const left = tree.fork();
  for (const { path, node } of [...tree.walk()].reverse()) {
    if (!rules.ignores(path)) continue;
    if (node.type !== 'directory' || left.list(path).length === 0) left.remove(path);
  }
  return left;
}
