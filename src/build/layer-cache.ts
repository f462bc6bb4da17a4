import { type Digest, digestStream } from '../digest/index.ts';
import { type StoredLayer, type StoreLayerOptions, storeLayer } from '../image/index.ts';
import type { Descriptor } from '../oci/index.ts';
import type { Store } from '../store/index.ts';
import type { ByteStream } from '../stream/index.ts';
import type { BuildOptions, BuildPlan } from './plan.ts';

/** A layer that a build made. */
export interface MadeLayer extends StoredLayer {
  /** It was in the cache, and nothing was compressed for it. */
  readonly isCached: boolean;
}

/** Stores a layer, from the cache where it is there. To know that, its tar is made and hashed once more, which costs a small part of compressing it. */
export async function makeLayer(tar: () => ByteStream, plan: BuildPlan, store: Store, { cache, signal }: BuildOptions): Promise<MadeLayer> {
  const { compression = 'gzip', level } = plan;
  const options: StoreLayerOptions = { compression, ...(level !== undefined && { level }), ...(signal && { signal }) };
  if (!cache || compression === 'none') return { ...(await storeLayer(store, tar(), options)), isCached: false };
  const diffId = await digestStream(tar());
  const name = cacheName(diffId, options);
  const descriptor = await unlessItFails(() => takeFrom(cache, name, store));
  if (descriptor) return { descriptor, diffId, isCached: true };
  const layer = await storeLayer(store, tar(), options);
  await unlessItFails(() => putInto(cache, name, layer.descriptor, store));
  return { ...layer, isCached: false };
}

async function takeFrom(cache: Store, name: string, store: Store): Promise<Descriptor | undefined> {
  const known = (await cache.list()).find((entry) => entry.name === name)?.descriptor;
  if (!known) return undefined;
  const descriptor = { mediaType: known.mediaType, digest: known.digest, size: known.size };
  await store.push(descriptor, await cache.fetch(descriptor));
  return descriptor;
}

/** A damaged blob of that digest may be there: `push` would leave it, `ingest` writes it anew. */
async function putInto(cache: Store, name: string, descriptor: Descriptor, store: Store): Promise<void> {
  await cache.ingest(descriptor.mediaType, await store.fetch(descriptor));
  await cache.tag(descriptor, name);
}

/** A layer can be made without a cache, so a damaged, full or vanished one is no reason to fail. */
async function unlessItFails<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

/** As a tag may be written: the diffID without its colon, and what else decides the bytes. */
function cacheName(diffId: Digest, { compression, level }: StoreLayerOptions): string {
  return [diffId.replace(':', '-'), compression, level].filter((part) => part !== undefined).join('.');
}
