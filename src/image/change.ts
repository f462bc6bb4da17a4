import { DOCKER_LAYER, type HistoryRow, isDocker, type JsonObject, OCI_LAYER } from '../oci/index.ts';
import { overlayStores, type ReadableStore, type Store } from '../store/index.ts';
import { assembleImage } from './assemble.ts';
import type { Image } from './image.ts';
import { historyOf, type StepOptions } from './steps.ts';
import type { StoredLayer, StoreLayerOptions } from './store-layer.ts';

/** How an image is changed. */
export interface ChangeOptions extends StepOptions, Omit<StoreLayerOptions, 'mediaType'> {}

/** What an image becomes; what is absent stays. */
export interface ImageChange {
  readonly layers?: readonly StoredLayer[];
  readonly rows: readonly HistoryRow[];
  readonly config?: JsonObject;
  readonly annotations?: ReadonlyMap<string, string>;
  /** Holds layers that are in neither store. */
  readonly beside?: ReadableStore;
}

/**
 * Writes what changed into `store`, and gives the new image: a view of that store in front of the one of the old image, where everything is that stays.
 * Digests of the old image that other content names (an index, an attestation, a signature) do not lead to the new one.
 */
export async function changedImage(image: Image, store: Store, { layers, rows, config, annotations, beside }: ImageChange): Promise<Image> {
  const [manifest, old] = await Promise.all([image.manifest(), image.config()]);
  const history = historyOf(rows);
  const json = config ?? old.json;
  const descriptor = await assembleImage(store, { config: json, layers: layers ?? (await storedLayers(image)), history, manifest, annotations });
  return image.changedTo(beside ? overlayStores(store, beside) : store, descriptor);
}

/** The layers as they are. DiffIDs that the configuration does not state are computed. */
export async function storedLayers(image: Image): Promise<readonly StoredLayer[]> {
  const layers = await image.layers();
  return Promise.all(layers.map(async (layer) => ({ descriptor: layer.descriptor, diffId: layer.diffId ?? (await layer.computeDiffId()) })));
}

/** How a new layer of an image is stored: with media types of the kind that its manifest has. */
export async function layerOptions(image: Image, { compression, level, signal }: ChangeOptions): Promise<StoreLayerOptions> {
  const { mediaType } = await image.manifest();
  return {
    mediaType: isDocker(mediaType) ? DOCKER_LAYER : OCI_LAYER,
    ...(compression && { compression }),
    ...(level !== undefined && { level }),
    ...(signal && { signal }),
  };
}
