import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/digest/index.ts';
import { assembleImage, Image, storeLayer } from '../../src/image/index.ts';
import { writeLayer } from '../../src/layer/index.ts';
import { type Descriptor, DOCKER_CONFIG, DOCKER_LAYER, DOCKER_MANIFEST, encodeJson, OCI_LAYER, parseManifest } from '../../src/oci/index.ts';
import { MemoryStore } from '../../src/store/index.ts';
import { type ByteStream, collect } from '../../src/stream/index.ts';
import { diffTrees, file, Tree } from '../../src/tree/index.ts';
import { linesOf } from '../support/open.ts';

function tarOf(text: string): ByteStream {
  const tree = new Tree();
  tree.set('etc/motd', file(text));
  return writeLayer(diffTrees(new Tree(), tree));
}

const bytesOf = async (store: MemoryStore, descriptor: Descriptor): Promise<Uint8Array> => collect(await store.fetch(descriptor));
const CONFIG = { architecture: 'arm64', os: 'linux', variant: 'v8', config: { Cmd: ['/bin/true'] } };

describe('storeLayer', () => {
  it('keeps the tar as it is and says its digest, compressed or not', async () => {
    const store = new MemoryStore();
    const tar = await collect(tarOf('hello'));
    const plain = await storeLayer(store, tar, { compression: 'none' });
    expect(plain).toEqual({ descriptor: { mediaType: OCI_LAYER, digest: digestOf(tar), size: tar.length }, diffId: digestOf(tar) });
    const packed = await storeLayer(store, tarOf('hello'));
    expect(packed.diffId).toBe(plain.diffId);
    expect(packed.descriptor.mediaType).toBe(`${OCI_LAYER}+gzip`);
    expect(gunzipSync(await bytesOf(store, packed.descriptor)).equals(tar)).toBe(true);
  });

  it('takes a level and the media types of Docker', async () => {
    const store = new MemoryStore();
    const [fast, best] = [
      await storeLayer(store, tarOf('x'.repeat(50_000)), { level: 0 }),
      await storeLayer(store, tarOf('x'.repeat(50_000)), { level: 9 }),
    ];
    expect(fast.descriptor.size).toBeGreaterThan(best.descriptor.size);
    const { descriptor } = await storeLayer(store, tarOf('x'), { mediaType: DOCKER_LAYER });
    expect(descriptor.mediaType).toBe('application/vnd.docker.image.rootfs.diff.tar.gzip');
  });

  it('ends when it is told to, and leaves nothing', async () => {
    const store = new MemoryStore();
    const ended = new AbortController();
    async function* endless(): ByteStream & AsyncGenerator<Uint8Array> {
      for (let i = 0; ; i++) {
        if (i === 3) ended.abort(new Error('enough'));
        yield new Uint8Array(512);
      }
    }
    for (const compression of ['none', 'gzip'] as const) {
      await expect(storeLayer(store, endless(), { compression, signal: ended.signal })).rejects.toThrow('enough');
    }
    expect(await store.list()).toEqual([]);
  });
});

describe('assembleImage', () => {
  it('makes an image that reads as it was said', async () => {
    const store = new MemoryStore();
    const layers = [await storeLayer(store, tarOf('one')), await storeLayer(store, tarOf('two'), { compression: 'none' })];
    const descriptor = await assembleImage(store, {
      config: CONFIG,
      layers,
      history: [{ created_by: 'a' }, { created_by: 'b' }],
      annotations: { k: 'v' },
    });
    const image = new Image(store, descriptor);
    expect(descriptor.platform).toEqual({ architecture: 'arm64', os: 'linux', variant: 'v8' });
    expect((await image.config()).rootfs).toEqual({ type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) });
    expect((await image.manifest()).annotations).toEqual(new Map([['k', 'v']]));
    expect((await image.layers()).map(({ history }) => history?.created_by)).toEqual(['a', 'b']);
    expect(await linesOf(await image.tree())).toEqual(['etc/', 'etc/motd = two']);
    expect([...(await image.config()).problems, ...(await image.manifest()).problems]).toEqual([]);
  });

  it('gives the same bytes for the same parts', async () => {
    const make = async (): Promise<Descriptor> => {
      const store = new MemoryStore();
      return assembleImage(store, { config: CONFIG, layers: [await storeLayer(store, tarOf('one'))] });
    };
    expect(await make()).toEqual(await make());
  });

  it('keeps what a manifest and a configuration have that it does not know, and their media types', async () => {
    const store = new MemoryStore();
    const layers = [await storeLayer(store, tarOf('one'), { mediaType: DOCKER_LAYER })];
    const manifest = parseManifest(
      encodeJson({
        schemaVersion: 2,
        mediaType: DOCKER_MANIFEST,
        config: { mediaType: DOCKER_CONFIG, digest: digestOf(new Uint8Array()), size: 0, data: 'eA==' },
        layers: [],
        extra: [1],
      }),
    );
    const config = new Map([...Object.entries({ architecture: 'amd64', docker_version: '20', os: 'linux', rootfs: new Map([['other', 1]]) })]);
    const image = new Image(store, await assembleImage(store, { config, layers, manifest, annotations: { no: 'place' } }));
    const made = await image.manifest();
    expect([made.mediaType, made.config.mediaType, made.config.data]).toEqual([DOCKER_MANIFEST, DOCKER_CONFIG, undefined]);
    expect([...made.json.keys()]).toEqual(['schemaVersion', 'mediaType', 'config', 'layers', 'extra']);
    expect([...(await image.config()).json.keys()]).toEqual(['architecture', 'docker_version', 'os', 'rootfs']);
    expect((await image.config()).json.get('rootfs')).toEqual(
      new Map<string, unknown>([
        ['other', 1],
        ['type', 'layers'],
        ['diff_ids', layers.map(({ diffId }) => diffId)],
      ]),
    );
  });

  it('refuses a configuration that is none', async () => {
    await expect(assembleImage(new MemoryStore(), { config: { os: 7 }, layers: [] })).rejects.toMatchObject({ code: 'OCI_DOCUMENT' });
  });
});
