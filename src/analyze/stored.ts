import { PathError } from '../errors.ts';
import type { Image, Layer } from '../image/index.ts';
import { classifyName } from '../layer/index.ts';
import { entryOf, type Node, type Tree, type WalkEntry } from '../tree/index.ts';

/** Something that a layer stores. */
export interface StoredNode extends WalkEntry {
  readonly layer: Layer;
  /** Whether the finished image shows it at its path: not if a layer above removes or replaces it. */
  readonly isVisible: boolean;
}

/**
 * Everything that the layers of an image store below a path, the lowest layer first, also what later ones remove or replace. Whiteouts are left out, as are directories that no entry
 * tells of; of two entries with one path the last counts.
 * @throws {PathError} `ENOENT` where no layer has the directory. @throws {ImageError} where a layer cannot be read.
 */
export async function* storedNodes(image: Image, path = ''): AsyncGenerator<StoredNode> {
  const merged = await image.tree();
  let isThere = false;
  for (const layer of await image.layers()) {
    const entries = layer.isFileSystem ? entriesBelow(await image.layerTree(layer.position), path) : undefined;
    isThere ||= entries !== undefined;
    for (const entry of entries ?? []) {
      if (entry.node.implied || classifyName(entry.path).kind !== 'ordinary') continue;
      yield { ...entry, layer, isVisible: isSame(entry.node, nodeAt(merged, entry.path)) };
    }
  }
  if (!isThere && path !== '') throw new PathError('ENOENT', 'look below', path, 'no layer has such a directory');
}

function entriesBelow(tree: Tree, path: string): Iterable<WalkEntry> | undefined {
  return orNothing(() => tree.walk(path));
}

function nodeAt(tree: Tree, path: string): Node | undefined {
  return orNothing(() => tree.lookup(path));
}

function orNothing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof PathError) return undefined;
    throw error;
  }
}

/** Nodes of the tree of one layer and of the merged one are different objects for one entry of that layer. */
function isSame(stored: Node, seen: Node | undefined): boolean {
  return seen !== undefined && stored.type === seen.type && stored.origin === seen.origin && entryOf(stored) === entryOf(seen);
}
