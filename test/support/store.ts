import { gunzipSync } from 'node:zlib';
import { verify } from '../../src/analyze/index.ts';
import { assembleImage, catalogOf, Image, type ImageOptions, type StoredLayer, storeLayer } from '../../src/image/index.ts';
import type { LayerCompression } from '../../src/oci/index.ts';
import { copy, MemoryStore, type ReadableStore, walkGraph } from '../../src/store/index.ts';
import { collect } from '../../src/stream/index.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import { tarOf } from './pack.ts';

export interface Making {
  readonly config?: object;
  readonly history?: readonly object[];
  readonly compression?: LayerCompression;
  readonly options?: ImageOptions;
}

/** An image in a store of its own, with one step of history for each layer unless told otherwise. */
export async function storedImage(layers: readonly (readonly EntryInit[])[], making: Making = {}): Promise<Image> {
  const { config = {}, compression = 'gzip', options } = making;
  const store = new MemoryStore();
  const stored: StoredLayer[] = [];
  for (const entries of layers) stored.push(await storeLayer(store, await tarOf(entries), { compression }));
  const history = making.history ?? layers.map((_, i) => ({ created_by: `RUN step ${i}` }));
  const whole = { architecture: 'amd64', os: 'linux', created: '2026-05-01T12:00:00Z', ...config };
  return new Image(store, await assembleImage(store, { config: whole, layers: stored, history }), options);
}

/** All content that an image leads to, as it is stored and, if it is gzip, unpacked. */
export async function contentsOf({
  store,
  descriptor,
}: {
  readonly store: ReadableStore;
  readonly descriptor: Image['descriptor'];
}): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for await (const node of walkGraph(store, [descriptor])) {
    const bytes = Buffer.from(await collect(await store.fetch(node.descriptor)));
    all.push(bytes, ...(bytes[0] === 0x1f && bytes[1] === 0x8b ? [gunzipSync(bytes)] : []));
  }
  return all;
}

/** Whether any content of the image has these bytes. */
export async function holds(image: Image, text: string): Promise<boolean> {
  return (await contentsOf(image)).some((bytes) => bytes.includes(text));
}

/** What `verify` finds wrong in an image that was copied to a store of its own. */
export async function faultsOf(image: Image): Promise<string[]> {
  const store = new MemoryStore();
  await copy(image.store, image.descriptor, store);
  await store.tag(image.descriptor, 'made');
  const faults: string[] = [];
  for await (const { code, message } of verify({ ...(await catalogOf(store)), stores: [store] })) faults.push(`${code} ${message}`);
  return faults;
}
