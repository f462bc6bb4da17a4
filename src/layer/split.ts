import { childAt, directory, dirname, metadataOf, type Node, splitPath, Tree } from '../tree/index.ts';

/** Which layer something goes to, counted from 0. It is asked once for each node, hard links by their first name, in the order of a walk. */
export type Place = (path: string, node: Node) => number;

/**
 * Distributes a tree over several, each to be a layer of its own: lower ones for what seldom changes, so that a new build changes small layers only. All
 * names of a file go together. Every part has the directories that lead to what it holds, with the same metadata in each, so the parts laid over each
 * other in any order are the tree. Parts that would be empty are left out.
 *
 * ```ts
 * const layers = splitTree(tree, byFolders(['usr', 'app/node_modules']));
 * ```
 */
export function splitTree(tree: Tree, place: Place): readonly Tree[] {
  const parts = new Map<number, Tree>();
  const links = tree.hardLinks();
  const placed = new Map<Node, number>();
  for (const { path, node } of tree.walk()) {
    const isLinked = links.has(node);
    const number = (isLinked ? placed.get(node) : undefined) ?? place(path, node);
    if (isLinked) placed.set(node, number);
    const part = parts.get(number) ?? new Tree(directory(metadataOf(tree.root)));
    parts.set(number, part);
    copyDirectories(tree, part, node.type === 'directory' ? path : dirname(path));
    if (node.type !== 'directory') part.set(path, node);
  }
  return [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
}

function copyDirectories(from: Tree, to: Tree, path: string): void {
  if (path === '' || childAt(to.root, path)) return;
  copyDirectories(from, to, dirname(path));
  to.set(path, directory(metadataOf(childAt(from.root, path) as Node)));
}

/** A layer for each of these folders (or files), in their order, and a last one for all the rest. */
export function byFolders(folders: readonly string[]): Place {
  const positions = new Map(folders.map((folder, position) => [splitPath(folder).join('/'), position] as const));
  return (path) => {
    for (let at = path; ; at = dirname(at)) {
      const position = positions.get(at);
      if (position !== undefined || at === '') return position ?? folders.length;
    }
  };
}

/**
 * Layers of at most `bytes` of content, filled in the order of names; a larger file has one alone. What grows moves all that comes after it to other
 * layers, so it is for layers that must not be too large, and not for such as should stay the same.
 */
export function bySize(bytes: number): Place {
  let layer = 0;
  let filled = 0;
  return (_, node) => {
    const size = node.type === 'file' ? node.size : 0;
    if (filled > 0 && filled + size > bytes) {
      layer++;
      filled = 0;
    }
    filled += size;
    return layer;
  };
}
