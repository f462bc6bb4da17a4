import { compress } from '../compress/index.ts';
import { type Digest, Digester } from '../digest/index.ts';
import { type Descriptor, type LayerCompression, OCI_LAYER, withCompression } from '../oci/index.ts';
import type { Store } from '../store/index.ts';
import { asStream, type ByteInput, tap } from '../stream/index.ts';

/** A layer as manifest and configuration name it. */
export interface StoredLayer {
  readonly descriptor: Descriptor;
  /** Digest of its tar. */
  readonly diffId: Digest;
}

export interface StoreLayerOptions {
  /** Default gzip, which every engine reads. */
  readonly compression?: LayerCompression;
  /** As for `compress`. */
  readonly level?: number;
  /** A media type of layers, whatever compression it names. Default OCI's. */
  readonly mediaType?: string;
  /** Ends the writing; its reason is thrown, and nothing is left of the layer. */
  readonly signal?: AbortSignal;
}

/**
 * Stores the tar of a layer, compressed, in one pass: nothing of it is kept in memory. The tar is taken as it is, byte for byte.
 *
 * ```ts
 * const layer = await storeLayer(store, writeLayer(diffTrees(lower, upper), { lower }));
 * ```
 *
 * @throws {LadingError} `COMPRESS_UNSUPPORTED` for zstd where the runtime cannot write it.
 */
export async function storeLayer(store: Store, tar: ByteInput, options: StoreLayerOptions = {}): Promise<StoredLayer> {
  const { compression = 'gzip', level, mediaType = OCI_LAYER, signal } = options;
  const type = withCompression(mediaType, compression);
  const check = (): void => signal?.throwIfAborted();
  if (compression === 'none') {
    const descriptor = await store.ingest(type, tap(asStream(tar), check));
    return { descriptor, diffId: descriptor.digest };
  }
  const digester = new Digester();
  const counted = tap(asStream(tar), (chunk) => {
    check();
    digester.update(chunk);
  });
  const descriptor = await store.ingest(type, compress(counted, { format: compression, ...(level !== undefined && { level }) }));
  return { descriptor, diffId: digester.digest() };
}
