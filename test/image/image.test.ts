import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/digest/index.ts';
import { Image, LayerCache } from '../../src/image/index.ts';
import { type Descriptor, encodeJson, OCI_CONFIG, OCI_LAYER, OCI_MANIFEST } from '../../src/oci/index.ts';
import { MemoryStore, type ReadableStore } from '../../src/store/index.ts';
import type { Source } from '../../src/stream/index.ts';
import { file } from '../../src/tree/index.ts';
import { type Counted, counted } from '../support/counting.ts';
import { LAYERS, PATHS, type PlainImage, plainImage } from '../support/image.ts';
import { failureOf, imageWith, pathsOf, textOf } from '../support/open.ts';
import { type Packing, pack } from '../support/pack.ts';

const image = await plainImage(LAYERS);

/** A store that counts how layers are read. */
class Counting extends MemoryStore {
  readonly layers: Map<string, Counted> = new Map();
  override async open(descriptor: Descriptor): Promise<Source> {
    return this.layers.get(descriptor.digest)?.source ?? super.open(descriptor);
  }
}

async function stored(store: Counting, { config, tars }: PlainImage, packing: Packing = 'gzip', changes: object = {}): Promise<Descriptor> {
  const put = async (bytes: Uint8Array, mediaType: string): Promise<Descriptor> => {
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
    await store.push(descriptor, bytes);
    if (mediaType === OCI_LAYER && !store.layers.has(descriptor.digest)) store.layers.set(descriptor.digest, counted(bytes));
    return descriptor;
  };
  const layers: Descriptor[] = [];
  for (const tar of tars) layers.push(await put(pack(tar, packing), OCI_LAYER));
  return put(encodeJson({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: await put(config, OCI_CONFIG), layers, ...changes }), OCI_MANIFEST);
}

describe('the tree of an image', () => {
  it('is that of all layers, or the one after a layer', async () => {
    const view = await imageWith(LAYERS);
    expect(pathsOf(await view.tree())).toEqual(PATHS);
    expect(pathsOf(await view.tree(0))).toEqual(['etc', 'etc/app.conf', 'tmp', 'tmp/cache']);
    expect(await textOf((await view.tree(0)).lookup('etc/app.conf'))).toBe('port = 8080\n');
    expect(pathsOf(await view.tree(1))).toEqual(['etc', 'etc/app.conf', 'tmp']);
    for (const at of [-1, 3, 0.5, Number.NaN]) await expect(view.tree(at)).rejects.toThrow(RangeError);
  });

  it('tells of every node which layer put it there, also of directories that no entry tells of', async () => {
    const tree = await (await imageWith(LAYERS)).tree();
    const origins = Object.fromEntries([...tree.walk()].map(({ path, node }) => [path, node.origin]));
    expect(origins).toEqual({ app: 2, 'app/server.mjs': 2, etc: 0, 'etc/app.conf': 1, tmp: 0 });
  });

  it('shares what no layer between two states changed', async () => {
    const wide = Array.from({ length: 50 }, (_, i) => ({ name: `usr/${i}/file`, body: `${i}` }));
    const view = await imageWith([wide, [{ name: 'usr/7/more', body: '' }], [{ name: 'etc/x', body: '' }]]);
    const [first, second, third] = [await view.tree(0), await view.tree(1), await view.tree(2)];
    const same = (path: string): boolean[] => [first.lookup(path) === second.lookup(path), second.lookup(path) === third.lookup(path)];
    expect(same('usr/8')).toEqual([true, true]);
    expect(same('usr/7')).toEqual([false, true]);
    expect(same('usr/7/file')).toEqual([true, true]);
  });

  it('is the caller’s to change: nobody else sees it', async () => {
    const view = await imageWith(LAYERS);
    const tree = await view.tree();
    tree.set('etc/mine', file('mine'));
    tree.remove('app');
    expect(pathsOf(await view.tree())).toEqual(PATHS);
    expect(pathsOf(await view.tree(0))).toEqual(['etc', 'etc/app.conf', 'tmp', 'tmp/cache']);
  });

  it('is made once, whoever asks at the same time, each layer read once', async () => {
    const store = new Counting();
    const view = new Image(store, await stored(store, image));
    await Promise.all([view.tree(), view.tree(1), view.tree(), view.history()]);
    expect([...store.layers.values()].map(({ streams }) => streams)).toEqual([1, 1, 1]);
  });

  it('of images that share layers reads each once', async () => {
    const store = new Counting();
    const sibling = await plainImage([...LAYERS.slice(0, 2), [{ name: 'sibling', body: '' }]]);
    const options = { cache: new LayerCache(store) };
    for (const one of [image, sibling]) await new Image(store, await stored(store, one), options).tree();
    expect([...store.layers.values()].map(({ streams }) => streams)).toEqual([1, 1, 1, 1]);
  });

  it('of no layers is empty', async () => {
    expect(pathsOf(await (await imageWith([])).tree())).toEqual([]);
  });

  it('B28: of a thousand layers is made without a stack', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => [{ name: `f${i % 10}`, body: `${i}` }]);
    const tree = await (await imageWith(many)).tree();
    expect(await textOf(tree.lookup('f9'))).toBe('999');
    expect(tree.list()).toHaveLength(10);
  });

  it('B29: of a Windows image has what its tars have', async () => {
    const pax = new Map([
      ['MSWINDOWS.rawsd', new TextEncoder().encode('AQAAgBQAAAA=')],
      ['LIBARCHIVE.creationtime', new TextEncoder().encode('1700000000.5')],
    ]);
    const tree = await (
      await imageWith([[{ name: 'Files/' }, { name: 'Files/Windows/x.dll', body: 'MZ', pax }, { name: 'Hives/SYSTEM_Delta', body: '' }]])
    ).tree();
    expect(pathsOf(tree)).toEqual(['Files', 'Files/Windows', 'Files/Windows/x.dll', 'Hives', 'Hives/SYSTEM_Delta']);
    expect(tree.lookup('Files/Windows/x.dll')?.pax?.get('MSWINDOWS.rawsd')).toEqual(pax.get('MSWINDOWS.rawsd'));
  });
});

describe('the layers of an image', () => {
  it('know their place, descriptor, diffID and step', async () => {
    const store = new Counting();
    const view = new Image(store, await stored(store, image));
    const layers = await view.layers();
    expect(layers.map(({ position, diffId, history }) => [position, diffId, history?.created_by])).toEqual(
      image.diffIds.map((id, i) => [i, id, `RUN step ${i}`]),
    );
    expect(await Promise.all(layers.map((layer) => layer.compression()))).toEqual(['gzip', 'gzip', 'gzip']);
    expect(await Promise.all(layers.map((layer) => layer.unpackedSize()))).toEqual(image.tars.map((tar) => tar.length));
    expect(await Promise.all(layers.map((layer) => layer.computeDiffId()))).toEqual(image.diffIds);
    expect(await Promise.all(layers.map(async (layer) => digestOf(await bytesOf(await layer.uncompressed()))))).toEqual(image.diffIds);
    expect(await Promise.all(layers.map(async (layer) => digestOf(await bytesOf(await layer.compressed()))))).toEqual(
      layers.map(({ descriptor }) => descriptor.digest),
    );
  });

  it('are verified when their diffID is computed, not trusted', async () => {
    const store = new Counting();
    const view = new Image(store, await stored(store, image));
    const [layer] = await view.layers();
    const counting = store.layers.get(layer?.descriptor.digest as string) as Counted;
    store.layers.set(layer?.descriptor.digest as string, counted(pack(image.tars[2] as Uint8Array, 'gzip')));
    expect((await failureOf(async () => layer?.computeDiffId())).code).toMatch(/^DIGEST_/);
    expect(counting.streams).toBe(0);
  });

  it.each([
    ['fewer layers than diffIDs', (layers: object[]) => layers.slice(1)],
    ['more layers than diffIDs', (layers: object[]) => [...layers, layers[0]]],
    ['no layers at all', () => []],
  ])('are refused where there are %s', async (_, change) => {
    const store = new Counting();
    const { layers } = await new Image(store, await stored(store, image)).manifest();
    const view = new Image(store, await stored(store, image, 'gzip', { layers: change([...layers]) }));
    expect((await failureOf(() => view.layers())).code).toBe('IMAGE_LAYERS');
    expect((await failureOf(() => view.tree())).code).toBe('IMAGE_LAYERS');
  });

  it('B23: stand beside what history there is, too little or too much of it', async () => {
    const steps = async (history: unknown): Promise<(string | undefined)[]> =>
      (await (await viewOf(await plainImage(LAYERS, { history }))).layers()).map((layer) => layer.history?.created_by);
    expect(await steps(undefined)).toEqual([undefined, undefined, undefined]);
    expect(await steps([{ created_by: 'a' }, { created_by: 'e', empty_layer: true }, { created_by: 'b' }])).toEqual(['a', 'b', undefined]);
    expect(await steps('abcde'.split('').map((created_by) => ({ created_by })))).toEqual(['a', 'b', 'c']);
    const rows = await (await viewOf(await plainImage(LAYERS, { history: [{ created_by: 'e', empty_layer: true }] }))).history();
    expect(rows.map(({ layer }) => layer)).toEqual([undefined, 0, 1, 2]);
  });

  it('B24: need no rootfs, but one of another type than layers is refused', async () => {
    expect(pathsOf(await (await viewOf(await plainImage(LAYERS, { rootfs: undefined }))).tree())).toEqual(PATHS);
    const view = await viewOf(await plainImage(LAYERS, { rootfs: { type: 'windows', diff_ids: [] } }));
    expect((await failureOf(() => view.layers())).code).toBe('OCI_DOCUMENT');
  });

  it('are shown alone, and refused where there is none', async () => {
    const view = await imageWith(LAYERS);
    expect(pathsOf(await view.layerTree(1))).toEqual(['etc', 'etc/app.conf', 'tmp', 'tmp/.wh.cache']);
    await expect(view.layerTree(3)).rejects.toThrow(RangeError);
  });
});

async function viewOf(plain: PlainImage): Promise<Image> {
  const store = new Counting();
  return new Image(store, await stored(store, plain));
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: number[] = [];
  for await (const chunk of stream) parts.push(...chunk);
  return Uint8Array.from(parts);
}

it('what a store lacks is a named error, each time it is asked for', async () => {
  const empty: ReadableStore = new MemoryStore();
  const view = new Image(empty, { mediaType: OCI_MANIFEST, digest: digestOf(Uint8Array.of(1)), size: 1 });
  for (const act of [() => view.manifest(), () => view.config(), () => view.layers(), () => view.tree(), () => view.history()])
    for (let again = 0; again < 2; again++) expect((await failureOf(act)).code).toBe('BLOB_MISSING');
});
