import { writeLayer } from '../layer/index.ts';
import type { HistoryRow } from '../oci/index.ts';
import type { Store } from '../store/index.ts';
import { type Changeset, diffTrees, Tree } from '../tree/index.ts';
import { type ChangeOptions, changedImage, layerOptions, storedLayers } from './change.ts';
import type { Image } from './image.ts';
import { stepOf, withStep } from './steps.ts';
import { storeLayer } from './store-layer.ts';

export interface SquashOptions extends ChangeOptions {
  /** The lowest layer that goes into the new one, counted from 0. Default 0. */
  readonly from?: number;
  /** The highest. Default: the last. */
  readonly to?: number;
}

/**
 * The image with several layers made one: by default all of them, which is a flat image. The merged tree stays the same; what the layers hid from one another
 * is gone. The steps of these layers stay in the history as steps without a layer, and a new one stands for the layer.
 * @throws {RangeError} for layers that are not there.
 */
export async function squashLayers(image: Image, store: Store, options: SquashOptions = {}): Promise<Image> {
  const layers = await storedLayers(image);
  const { from = 0, to = layers.length - 1 } = options;
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || from > to || to >= layers.length)
    throw new RangeError(`Cannot squash layers ${from} to ${to}: the image has ${layers.length}, counted from 0`);
  const lower = from > 0 ? await image.tree(from - 1) : new Tree();
  const changes = await changesOf(image, lower, from, to);
  const layer = await storeLayer(store, writeLayer(changes, { lower }), await layerOptions(image, options));
  const entry = await stepOf(image, `lading squash ${from}..${to}`, options);
  const rows = squashedRows(await image.history(), from, to, entry);
  return changedImage(image, store, { layers: [...layers.slice(0, from), layer, ...layers.slice(to + 1)], rows });
}

/** What the layers do together. The root's own metadata, which overlay engines ignore, is said as the last of them says it. */
async function changesOf(image: Image, lower: Tree, from: number, to: number): Promise<Changeset> {
  const upper = await image.tree(to);
  for (const layer of (await image.layers()).slice(from, to + 1)) {
    if (!layer.isFileSystem) throw new RangeError(`Cannot squash layer ${layer.position}: ${layer.descriptor.mediaType} is no file system layer`);
    for (const change of (await layer.changeset('sequential')).changes) {
      if (change.path === '' && change.kind === 'node') upper.set('', change.node);
    }
  }
  return diffTrees(lower, upper);
}

function squashedRows(rows: readonly HistoryRow[], from: number, to: number, entry: HistoryRow['entry']): readonly HistoryRow[] {
  const isSquashed = ({ layer }: HistoryRow): boolean => layer !== undefined && layer >= from && layer <= to;
  const at = rows.findLastIndex(isSquashed) + 1;
  const marked = withStep(rows, { entry, layer: from }, at);
  return marked.flatMap((row, i) => {
    if (i === at || !isSquashed(row)) return [row];
    return row.entry ? [{ entry: row.entry, layer: undefined }] : [];
  });
}
