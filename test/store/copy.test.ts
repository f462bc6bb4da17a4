import { describe, expect, it } from 'vitest';
import { toBase64 } from '../../src/bytes/index.ts';
import { digestOf } from '../../src/digest/index.ts';
import { type Descriptor, encodeJson, OCI_EMPTY } from '../../src/oci/index.ts';
import { copy, MemoryStore, type ReadableStore } from '../../src/store/index.ts';
import type { ByteInput, Source } from '../../src/stream/index.ts';
import { LAYERS, plainImage } from '../support/image.ts';
import { LayoutBuilder } from '../support/layout.ts';
import { failureOf } from '../support/open.ts';

const image = await plainImage(LAYERS);
const arm = await plainImage([...LAYERS.slice(0, 1), [{ name: 'arm', body: 'arm' }]], { architecture: 'arm64' });

/** A store that tells what is opened, and in which order content is pushed. */
class Watched extends MemoryStore {
  readonly opened: string[] = [];
  readonly pushed: string[] = [];
  override async open(descriptor: Descriptor): Promise<Source> {
    this.opened.push(descriptor.digest);
    return super.open(descriptor);
  }
  override async push(descriptor: Descriptor, content: ByteInput): Promise<void> {
    this.pushed.push(descriptor.digest);
    return super.push(descriptor, content);
  }
}

async function storeOf(layout: LayoutBuilder): Promise<Watched> {
  const store = new Watched();
  for (const [digest, bytes] of layout.blobs)
    await store.push({ mediaType: 'a/b', digest: digest as Descriptor['digest'], size: bytes.length }, bytes);
  store.pushed.length = 0;
  return store;
}

function twoPlatforms(): { layout: LayoutBuilder; own: Descriptor; other: Descriptor; index: Descriptor } {
  const layout = new LayoutBuilder();
  const own = layout.image(image, { packing: 'gzip' });
  const other = layout.image(arm, { packing: 'gzip' });
  const index = layout.index([own, layout.attestation(own), other, own, layout.index([own])]);
  return { layout, own, other, index };
}

describe('copy', () => {
  it('brings over all that a descriptor leads to, byte for byte, each content read once', async () => {
    const { layout, index } = twoPlatforms();
    const [source, destination] = [await storeOf(layout), new Watched()];
    const report = await copy(source, index, destination);
    for (const [digest, bytes] of layout.blobs) {
      const [held] = [await destination.open({ mediaType: 'a/b', digest, size: bytes.length } as Descriptor)];
      expect(await held.read(0, held.size)).toEqual(bytes);
    }
    expect(new Set(report.copied.map(({ digest }) => digest))).toEqual(new Set(layout.blobs.keys()));
    expect(report).toMatchObject({ present: [], missing: [] });
    const layers = image.tars.map((_, i) => report.copied.filter(({ mediaType }) => mediaType.includes('layer'))[i]?.digest as string);
    for (const digest of layers) expect(source.opened.filter((each) => each === digest)).toHaveLength(1);
  });

  it('puts content before what names it, also where an index holds another one', async () => {
    const { layout, index } = twoPlatforms();
    const [source, destination] = [await storeOf(layout), new Watched()];
    await copy(source, index, destination, { jobs: 3 });
    const place = (digest: string): number => destination.pushed.indexOf(digest);
    for (const [digest, bytes] of layout.blobs) {
      const text = new TextDecoder().decode(bytes.subarray(0, 5000));
      if (!text.startsWith('{"schemaVersion"')) continue;
      for (const [child] of layout.blobs)
        if (child !== digest && text.includes(child)) {
          const isWeak = text.includes('"vnd.docker.reference.digest"') && text.includes('manifests');
          if (!isWeak || place(child) >= 0) expect(place(child)).toBeLessThan(place(digest));
        }
    }
    expect(destination.pushed.at(-1)).toBe(index.digest);
  });

  it('does not read what the destination has', async () => {
    const { layout, own, index } = twoPlatforms();
    const [source, destination] = [await storeOf(layout), new MemoryStore()];
    await copy(source, own, destination);
    source.opened.length = 0;
    const again = await copy(source, own, destination);
    expect(again.copied).toEqual([]);
    expect(again.present).toHaveLength(5);
    expect((await copy(source, index, destination)).copied.length).toBe(layout.blobs.size - 5);
  });

  it('goes on without the platforms that an index names and the source has not, and without layers that are elsewhere', async () => {
    const { layout, other, index } = twoPlatforms();
    layout.blobs.delete(other.digest);
    const report = await copy(await storeOf(layout), index, new MemoryStore());
    expect(report.missing).toEqual([other]);
    const foreign = { mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', digest: digestOf(Uint8Array.of(1)), size: 1 };
    const root = layout.json(
      { config: layout.put(image.config, 'application/vnd.oci.image.config.v1+json'), layers: [foreign] },
      'application/vnd.oci.image.manifest.v1+json',
    );
    expect((await copy(await storeOf(layout), root, new MemoryStore())).missing).toMatchObject([foreign]);
  });

  it('fails where content of an image is missing or false, and nothing then names it', async () => {
    for (const spoil of [
      (blobs: Map<string, Uint8Array>, digest: string) => blobs.delete(digest),
      (blobs: Map<string, Uint8Array>, digest: string) => blobs.set(digest, Uint8Array.of(0)),
    ]) {
      const layout = new LayoutBuilder();
      const manifest = layout.image(image);
      spoil(layout.blobs, image.diffIds[1] as string);
      const destination = new MemoryStore();
      const source = unverifiedStore(layout);
      expect(['BLOB_MISSING', 'DIGEST_SIZE']).toContain((await failureOf(() => copy(source, manifest, destination))).code);
      expect(await destination.exists(manifest)).toBe(false);
    }
    expect((await failureOf(() => copy(new MemoryStore(), twoPlatforms().index, new MemoryStore()))).code).toBe('BLOB_MISSING');
  });

  it('takes content that a descriptor embeds', async () => {
    const layout = new LayoutBuilder();
    const empty = encodeJson({});
    const config: Descriptor = { mediaType: OCI_EMPTY, digest: digestOf(empty), size: 2, data: toBase64(empty) };
    const root = layout.json({ config, layers: [config] }, 'application/vnd.oci.image.manifest.v1+json');
    const destination = new MemoryStore();
    await copy(await storeOf(layout), root, destination);
    expect(await destination.exists(config)).toBe(true);
  });

  it('ends when it is told to, and tells of the bytes that it reads', async () => {
    const layout = new LayoutBuilder();
    const manifest = layout.image(image);
    let read = 0;
    await copy(await storeOf(layout), manifest, new MemoryStore(), { onBytes: (bytes) => (read += bytes) });
    expect(read).toBe([...layout.blobs.values()].reduce((sum, { length }) => sum + length, 0));
    const controller = new AbortController();
    const destination = new MemoryStore();
    const ended = copy(await storeOf(layout), manifest, destination, {
      jobs: 1,
      signal: controller.signal,
      onBytes: () => controller.abort(new Error('enough')),
    });
    await expect(ended).rejects.toThrow('enough');
    expect(await destination.exists(manifest)).toBe(false);
  });
});

/** A store whose content is not checked when it is filled. */
function unverifiedStore(layout: LayoutBuilder): ReadableStore {
  const store = new MemoryStore();
  const find = (descriptor: Descriptor): Uint8Array | undefined => layout.blobs.get(descriptor.digest);
  return {
    fetch: async (descriptor) => (find(descriptor) ? single(find(descriptor) as Uint8Array) : store.fetch(descriptor)),
    open: async (descriptor) => {
      const bytes = find(descriptor);
      if (!bytes) return store.open(descriptor);
      const held = new MemoryStore();
      return held.open(await held.ingest('a/b', bytes));
    },
    exists: async (descriptor) => find(descriptor) !== undefined,
    list: async () => [],
  };
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
