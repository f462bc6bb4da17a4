import { describe, expect, it, vi } from 'vitest';
import { type Finding, verify, waste } from '../src/analyze/index.ts';
import { recompress } from '../src/image/index.ts';
import { type ImageArchive, open } from '../src/open.ts';
import { copy, MemoryStore } from '../src/store/index.ts';
import { type ByteStream, bytesSource, collect } from '../src/stream/index.ts';
import { type EntryInit, scanTar } from '../src/tar/index.ts';
import type { FileNode } from '../src/tree/index.ts';
import { type Counted, counted } from './support/counting.ts';
import { classic, containerdStore, manifestJson, member } from './support/docker.ts';
import { plainImage } from './support/image.ts';
import { pack, tarOf } from './support/pack.ts';

// What the main paths cost, in reads and bytes: a machine that is busy changes no count.

const SMALL = 2000;
const LAYERS = 8;
const LARGE = 4_000_000;

/** Small files as they lie in packages, and a large one. */
function* layerEntries(layer: number): Generator<EntryInit> {
  for (let i = 0; i < SMALL; i++) yield { name: `layer-${layer}/d${i % 20}/file-${String(i).padStart(4, '0')}`, body: 'x'.repeat((i * 37) % 3000) };
  yield { name: `layer-${layer}/large`, body: new Uint8Array(LARGE).map((_, i) => (i * 2_654_435_761) % 251) };
}

const image = await plainImage(Array.from({ length: LAYERS }, (_, layer) => [...layerEntries(layer)]));
const docker = await tarOf(classic({ image, tags: ['work:1'] }));
const gzipped = await tarOf(containerdStore({ image, tags: ['work:1'] }));
const packed = await tarOf([
  member('config.json', image.config),
  ...image.tars.map((tar, i) => member(`${i}.tar.gz`, pack(tar, 'gzip'))),
  manifestJson([{ Config: 'config.json', RepoTags: ['work:1'], Layers: image.tars.map((_, i) => `${i}.tar.gz`) }]),
]);
const stored = image.tars.reduce((sum, { length }) => sum + length, 0);

async function opened(bytes: Uint8Array): Promise<{ archive: ImageArchive; count: Counted }> {
  const count = counted(bytes);
  return { archive: (await open(count.source)) as ImageArchive, count };
}

/** What happens to a counter meanwhile. */
async function spent(count: Counted, act: () => Promise<unknown>): Promise<{ bytes: number; reads: number; streams: number }> {
  const { bytes, reads, streams } = count;
  await act();
  return { bytes: count.bytes - bytes, reads: count.reads - reads, streams: count.streams - streams };
}

async function findings(archive: ImageArchive): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const finding of verify(archive)) if (finding.severity !== 'info') found.push(finding);
  return found;
}

async function repack(archive: ImageArchive): Promise<void> {
  const { store, descriptor } = await archive.image();
  await recompress(store, descriptor, new MemoryStore(), { compression: 'gzip' });
}

describe('what work is done', () => {
  it('a scan reads headers, and jumps over what is large', async () => {
    const [tar] = image.tars as [Uint8Array];
    const count = counted(tar);
    await scanTar(count.source);
    expect(count.reads).toBeLessThan(SMALL / 2);
    expect(count.bytes).toBeLessThan(tar.length - LARGE + 100_000);
  });

  it('a listing of a docker-archive reads no body that is large, and no layer twice', async () => {
    const { archive, count } = await opened(docker);
    const { bytes, reads } = await spent(count, async () => [...(await archive.tree()).walk()]);
    expect(reads).toBeLessThan((LAYERS * SMALL) / 2);
    expect(bytes).toBeLessThan(stored - LAYERS * (LARGE - 100_000));
    expect(await spent(count, () => archive.tree())).toEqual({ bytes: 0, reads: 0, streams: 0 });
  });

  it('the tree after each layer costs no further read, and shares what does not change', async () => {
    const { archive, count } = await opened(docker);
    const top = await (await archive.image()).tree();
    const { bytes } = await spent(count, async () => {
      for (let at = 0; at < LAYERS; at++) await (await archive.image()).tree(at);
    });
    expect(bytes).toBeLessThan(stored - LAYERS * (LARGE - 100_000));
    const lower = await (await archive.image()).tree(LAYERS - 2);
    expect(lower.lookup('layer-0')).toBe((await (await archive.image()).tree()).lookup('layer-0'));
    expect(top.lookup('layer-0/large')?.type).toBe('file');
  });

  it('one file of a plain layer costs its bytes', async () => {
    const { archive, count } = await opened(docker);
    const node = (await archive.tree()).resolve('layer-3/large') as FileNode;
    const { bytes } = await spent(count, () => collect(node.body.stream()));
    expect(bytes).toBeLessThan(LARGE + 10_000);
  });

  it('a listing of gzip layers unpacks each once', async () => {
    const { archive, count } = await opened(gzipped);
    const { bytes, streams } = await spent(count, () => archive.tree());
    expect(streams).toBeLessThanOrEqual(LAYERS + 1);
    expect(bytes).toBeLessThan(gzipped.length * 1.1);
    expect(await spent(count, () => archive.tree())).toEqual({ bytes: 0, reads: 0, streams: 0 });
  });

  it('one file of a gzip layer ends the unpacking when it is there', async () => {
    const { archive, count } = await opened(gzipped);
    const node = (await archive.tree()).resolve('layer-5/d0/file-0000') as FileNode;
    const { streams, bytes } = await spent(count, () => collect(node.body.stream()));
    expect(streams).toBeLessThanOrEqual(1);
    expect(bytes).toBeLessThan(gzipped.length / LAYERS + 10_000);
  });

  it('many files of a gzip layer cost one unpacking', async () => {
    const { archive, count } = await opened(gzipped);
    const tree = await archive.tree();
    const { streams } = await spent(count, async () => {
      for (const { name, node } of tree.list('layer-2/d1'))
        expect([name, (await collect((node as FileNode).body.stream())).length]).toEqual([name, (node as FileNode).size]);
    });
    expect(streams).toBeLessThanOrEqual(2);
  });

  it.each([
    { does: 'verified', act: async (archive: ImageArchive) => expect(await findings(archive)).toEqual([]) },
    { does: 'packed anew', act: repack },
  ])('a docker-archive with gzip layers is $does without a copy of them', async ({ act }) => {
    const spill = vi.fn(async (stream: ByteStream) => bytesSource(await collect(stream)));
    await act((await open(bytesSource(packed), { memory: 0, spill })) as ImageArchive);
    expect(spill).not.toHaveBeenCalled();
  });

  it('a copy reads each content once', async () => {
    const { archive, count } = await opened(gzipped);
    const { store, descriptor } = await archive.image();
    const { bytes } = await spent(count, () => copy(store, descriptor, new MemoryStore()));
    expect(bytes).toBeLessThan(gzipped.length * 1.02);
  });

  it('waste reads no content where no sizes and paths meet', async () => {
    const { archive, count } = await opened(docker);
    const one = await archive.image();
    await one.tree();
    const { bytes } = await spent(count, () => waste(one));
    expect(bytes).toBeLessThan(stored - LAYERS * (LARGE - 100_000));
  });
});
