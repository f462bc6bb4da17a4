import { PathError } from '../errors.ts';
import type { Image, Layer } from '../image/index.ts';
import { basename, cleanPath, dirname, joinPath, type Node, type Tree } from '../tree/index.ts';
import { type Removal, removalOf } from './removal.ts';

/** What one layer did to a path. */
export interface PathChange {
  readonly layer: Layer;
  /**
   * `changed`: something is there before and after the layer, and it is not the same; `hidden`: a directory above the path was removed, made opaque, or
   * replaced. A directory that is taken away and made again is told of twice: `removed` or `hidden`, and `added`.
   */
  readonly change: 'added' | 'changed' | 'removed' | 'hidden';
}

/**
 * Every layer that touched a path, lowest first. The last one decides whether the path is there. Links among the parents of the path are followed, in each
 * state of the image as they stand there, and one at the path itself is not: what counts is what a program finds at the path before and after a layer, by
 * whatever name the layer writes it.
 * @throws {PathError} `PATH_ESCAPES`, `ELOOP`. @throws {ImageError} where a layer cannot be read.
 */
export async function history(image: Image, path: string): Promise<readonly PathChange[]> {
  const wanted = cleanPath(path, 'tell the history of');
  const changes: PathChange[] = [];
  let before: State | undefined;
  await image.tree(); // reads the layers at once that are read one by one below
  for (const layer of await image.layers()) {
    if (!layer.isFileSystem) continue;
    const after = stateOf(await image.tree(layer.position), wanted);
    for (const change of await changesBetween(before, after, layer, image)) changes.push({ layer, change });
    before = after;
  }
  return changes;
}

/** What one state of an image has at a path. */
interface State {
  readonly tree: Tree;
  /** The path without links. */
  readonly path: string;
  readonly node: Node | undefined;
}

function stateOf(tree: Tree, path: string): State {
  const node = tree.lookup(path);
  return { tree, node, path: (node && realPath(tree, path)) ?? path };
}

async function changesBetween(before: State | undefined, after: State, layer: Layer, image: Image): Promise<readonly PathChange['change'][]> {
  if (!before?.node) return after.node ? ['added'] : [];
  if (isSame(before, after)) return [];
  if (after.node && !(before.node.type === 'directory' && after.node.type === 'directory')) return ['changed'];
  const removals = await removalsBy(layer, image, [before.tree, after.tree]);
  const how = removalFrom(removals, before.path);
  if (!after.node) return [how ?? 'hidden'];
  return how ? [how, 'added'] : ['changed'];
}

/** A directory is another one to each layer that changes what is in it; only one that a layer has an entry for, or makes, is from that layer. */
function isSame({ node: old, path }: State, { node, path: now }: State): boolean {
  if (old?.type !== 'directory' || node?.type !== 'directory') return old === node;
  return old.origin === node.origin && path === now;
}

function removalFrom(removals: readonly Removal[], path: string): 'removed' | 'hidden' | undefined {
  if (removals.some((removal) => removal.kind === 'whiteout' && removal.path === path)) return 'removed';
  return removals.some((removal) => removal.path === '' || path.startsWith(`${removal.path}/`)) ? 'hidden' : undefined;
}

/** What the layer takes away, by paths without links: extracting engines follow links to it, overlay file systems do not. */
async function removalsBy(layer: Layer, { semantics }: Image, states: readonly Tree[]): Promise<readonly Removal[]> {
  const index = await layer.index();
  const found: Removal[] = [];
  for (let entry = 0; entry < index.length; entry++) {
    const removal = removalOf(index.name(entry));
    if (!removal) continue;
    const paths = semantics === 'overlay' ? [removal.path] : states.map((tree) => realPath(tree, removal.path));
    for (const path of paths) if (path !== undefined) found.push({ kind: removal.kind, path });
  }
  return found;
}

/** The path with no links among its parents; `undefined` where there is no such directory. */
function realPath(tree: Tree, path: string): string | undefined {
  if (path === '') return path;
  try {
    return joinPath(tree.realpath(dirname(path)), basename(path));
  } catch (error) {
    if (error instanceof PathError) return undefined;
    throw error;
  }
}
