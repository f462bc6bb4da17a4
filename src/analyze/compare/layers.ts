import type { Image, Layer } from '../../image/index.ts';
import { layerChangeset } from '../../layer/index.ts';
import { mapPool } from '../../stream/index.ts';
import { applyChangeset, Tree } from '../../tree/index.ts';

/** A layer that two images have in common, by its position in each. */
export interface CommonLayer {
  readonly diffId: string;
  readonly before: number;
  readonly after: number;
}

/** The layers of which both configurations state the same diffID, in the order of `after`. However they are compressed, they are the same tar. */
export function commonLayers(before: readonly Layer[], after: readonly Layer[]): readonly CommonLayer[] {
  const positions = new Map<string | undefined, number>();
  for (const { diffId, position } of before) if (!positions.has(diffId)) positions.set(diffId, position);
  return after.flatMap(({ diffId, position }) => {
    const twin = diffId === undefined ? undefined : positions.get(diffId);
    return diffId === undefined || twin === undefined ? [] : [{ diffId, before: twin, after: position }];
  });
}

const WIDTH = 4;

/**
 * The tree of `image`, made from the layers of `other` wherever both have the same: what is the same in both trees then is the same part of the same bytes, and
 * a common stack of layers is one tree. The diffIDs are believed; `verify` checks them.
 */
export async function treeBeside(image: Image, other: Image): Promise<Tree> {
  const { semantics } = image;
  const [own, others] = [await image.layers(), await other.layers()];
  const twins = new Map(commonLayers(others, own).map(({ before, after }) => [after, others[before] as Layer]));
  let shared = 0;
  while (twins.get(shared)?.position === shared) shared++;
  let tree = shared > 0 ? await other.tree(shared - 1) : new Tree();
  const rest = own.slice(shared).filter((layer) => layer.isFileSystem);
  const indexes = await mapPool(rest, WIDTH, (layer) => (twins.get(layer.position) ?? layer).index());
  for (const [i, index] of indexes.entries()) tree = applyChangeset(tree, layerChangeset(index, rest[i]?.position, semantics), semantics);
  return tree;
}
