import type { Store } from '../store/index.ts';
import type { ByteInput } from '../stream/index.ts';
import { type ChangeOptions, changedImage, layerOptions, storedLayers } from './change.ts';
import type { Image } from './image.ts';
import { stepOf, withStep } from './steps.ts';
import { storeLayer } from './store-layer.ts';

/**
 * The image with one more layer on top. The tar is taken as it is; `writeLayer` makes one of what two trees have in difference.
 *
 * ```ts
 * const tar = writeLayer(diffTrees(lower, upper), { lower });
 * const image = await appendLayer(base, tar, store, { createdBy: 'add the application' });
 * ```
 */
export async function appendLayer(image: Image, tar: ByteInput, store: Store, options: ChangeOptions = {}): Promise<Image> {
  const layers = await storedLayers(image);
  const layer = await storeLayer(store, tar, await layerOptions(image, options));
  const rows = withStep(await image.history(), { entry: await stepOf(image, 'lading append', options), layer: layers.length });
  return changedImage(image, store, { layers: [...layers, layer], rows });
}
