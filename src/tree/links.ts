import type { DirectoryNode, Node } from './node.ts';
import { nodesBelow, walkDirectory } from './walk.ts';

/** The nodes that have more than one name below `root`, each with all its names in the order of a walk. Directories have no hard links. */
export function findHardLinks(root: DirectoryNode): ReadonlyMap<Node, readonly string[]> {
  const groups = new Map<Node, string[]>();
  const seen = new Set<Node>();
  for (const node of nodesBelow(root)) {
    if (node.type === 'directory') continue;
    if (seen.has(node)) groups.set(node, []);
    else seen.add(node);
  }
  if (groups.size === 0) return groups;
  for (const { path, node } of walkDirectory(root)) groups.get(node)?.push(path);
  return groups;
}
