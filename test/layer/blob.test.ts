import { describe, expect, it } from 'vitest';
import { digestOf, digestStream } from '../../src/digest/index.ts';
import { Keeper, LayerBlob, type LayerOptions } from '../../src/layer/index.ts';
import { type ByteStream, bytesSource, collect, type Source } from '../../src/stream/index.ts';
import type { EntryInit, TarIndex } from '../../src/tar/index.ts';
import { counted } from '../support/counting.ts';
import { failureOf } from '../support/open.ts';
import { joined, type Packing, pack, tarOf, zstdSkippable, zstdStored } from '../support/pack.ts';

const noise = (seed: number, size: number): Uint8Array => {
  let state = seed + 1;
  return Uint8Array.from({ length: size }, () => {
    state = (state * 48271) % 0x7fffffff;
    return state & 0xff;
  });
};
const FILES: readonly EntryInit[] = Array.from({ length: 30 }, (_, i) => ({ name: `f${String(i).padStart(2, '0')}`, body: noise(i, 4000) }));
const tar = await tarOf(FILES);
const gzip = pack(tar, 'gzip');

const bodies = async (index: TarIndex, order: readonly number[]): Promise<void> => {
  for (const entry of order) expect(await digestStream(index.body(entry).stream())).toBe(digestOf(FILES[entry]?.body as Uint8Array));
};
const ascending = FILES.map((_, i) => i);
const blobOf = (bytes: Uint8Array, options?: LayerOptions): { count: ReturnType<typeof counted>; blob: LayerBlob } => {
  const count = counted(bytes);
  return { count, blob: new LayerBlob(count.source, options) };
};

describe.each<Packing>(['none', 'gzip', 'zstd'])('a layer stored as %s', (packing) => {
  const stored = pack(tar, packing);

  it('is told by its bytes, indexed, unpacked and measured', async () => {
    const { blob } = blobOf(stored);
    expect(await blob.compression()).toBe(packing === 'none' ? undefined : packing);
    expect([...(await blob.index())].map(({ name }) => name)).toEqual(FILES.map(({ name }) => name));
    expect(await blob.unpackedSize()).toBe(tar.length);
    expect(await digestStream(blob.uncompressed())).toBe(digestOf(tar));
    await bodies(await blob.index(), [...ascending].reverse());
  });

  it('is indexed once, however many ask for it at once', async () => {
    const { blob, count } = blobOf(stored);
    const [first, ...others] = await Promise.all([blob.index(), blob.index(), blob.index()]);
    for (const other of others) expect(other).toBe(first);
    expect(count.bytes).toBeLessThanOrEqual(stored.length + 512);
  });

  it('has a digest, of the tar to its end, and is indexed in the pass that makes it', async () => {
    const { blob, count } = blobOf(stored);
    expect(await blob.digest()).toBe(digestOf(tar));
    const before = count.bytes;
    expect((await blob.index()).length).toBe(FILES.length);
    expect(count.bytes).toBe(before);
    expect(await blob.digest()).toBe(digestOf(tar));
    await bodies(await blob.index(), ascending);
  });

  it('can be seen as the plain tar that it is, with the index it has', async () => {
    const { blob } = blobOf(stored);
    const plain = await blob.unpacked();
    expect(await plain.compression()).toBeUndefined();
    expect(plain.source.size).toBe(tar.length);
    expect(await plain.index()).toBe(await blob.index());
    expect(digestOf(await plain.source.read(1000, 3000))).toBe(digestOf(tar.subarray(1000, 4000)));
    expect(await plain.digest()).toBe(digestOf(tar));
  });
});

describe('the bodies of a compressed layer', () => {
  it('are not kept while it is listed', async () => {
    const kept: number[] = [];
    const { blob, count } = blobOf(gzip, { memory: 0, spill: async (stream) => bytesSource(await watched(stream, kept)) });
    expect((await blob.index()).size(3)).toBe(4000);
    expect([count.streams, kept]).toEqual([1, []]);
  });

  it('cost one pass when they are read in their order', async () => {
    const { blob, count } = blobOf(gzip);
    await bodies(await blob.index(), ascending);
    expect(count.streams).toBe(2);
  });

  it('are not read beyond the one that is wanted', async () => {
    const { blob, count } = blobOf(gzip);
    const index = await blob.index();
    const before = count.bytes;
    await bodies(index, [0]);
    expect(count.bytes - before).toBeLessThan(gzip.length / 3);
  });

  it('are kept in memory when they are read out of order, unpacked once for it', async () => {
    const { blob, count } = blobOf(gzip);
    await bodies(await blob.index(), [...ascending].reverse());
    expect(count.streams).toBe(3);
  });

  it('go where the caller says when there is no room in memory', async () => {
    const kept: number[] = [];
    const { blob, count } = blobOf(gzip, { memory: tar.length - 1, spill: async (stream) => bytesSource(await watched(stream, kept)) });
    await bodies(await blob.index(), [...ascending].reverse());
    expect([kept, count.streams]).toEqual([[tar.length], 3]);
  });

  it('are unpacked anew each time when there is room nowhere', async () => {
    const { blob, count } = blobOf(gzip, { memory: 0 });
    await bodies(await blob.index(), [9, 5, 1]);
    expect(count.streams).toBe(4);
  });

  it('share the room of one keeper among layers', async () => {
    const kept: number[] = [];
    const options: LayerOptions = { memory: tar.length * 1.5, spill: async (stream) => bytesSource(await watched(stream, kept)) };
    const keeper = new Keeper(options);
    for (let layer = 0; layer < 3; layer++) await bodies(await new LayerBlob(bytesSource(gzip), options, keeper).index(), [2, 1, 0]);
    expect(kept).toEqual([tar.length, tar.length]);
  });

  it('get their digests in the pass that lists them, where that is asked for', async () => {
    const { blob } = blobOf(gzip, { digest: true });
    const index = await blob.index();
    expect(ascending.map((entry) => index.digest(entry))).toEqual(FILES.map(({ body }) => digestOf(body as Uint8Array)));
    expect((await blobOf(gzip).blob.index()).digest(0)).toBeUndefined();
  });
});

async function watched(stream: ByteStream, kept: number[]): Promise<Uint8Array> {
  const bytes = await collect(stream);
  kept.push(bytes.length);
  return bytes;
}

describe('table B, the bytes of a layer', () => {
  const names = async (stored: Uint8Array): Promise<string[]> => [...(await new LayerBlob(bytesSource(stored)).index())].map(({ name }) => name);
  const ALL = FILES.map(({ name }) => name);

  it('B19: gzip of several members, with NUL bytes behind the last, and with an empty member as eStargz ends', async () => {
    const members = joined(pack(tar.subarray(0, 5000), 'gzip'), pack(tar.subarray(5000), 'gzip'));
    for (const stored of [members, joined(members, new Uint8Array(700)), joined(members, pack(new Uint8Array(0), 'gzip'))]) {
      expect(await names(stored)).toEqual(ALL);
      expect(await new LayerBlob(bytesSource(stored)).digest()).toBe(digestOf(tar));
    }
    expect((await failureOf(() => names(joined(members, Uint8Array.of(1, 1))))).code).toBe('COMPRESS_CORRUPT');
  });

  it('B21 and B22: zstd of several frames, between skippable ones as zstd:chunked writes them', async () => {
    const table = zstdSkippable(Uint8Array.of(1, 2, 3));
    const stored = joined(table, zstdStored(tar.subarray(0, 7777)), zstdStored(tar.subarray(7777)), table, table);
    expect(await names(stored)).toEqual(ALL);
    expect(await new LayerBlob(bytesSource(stored)).digest()).toBe(digestOf(tar));
  });

  it('what follows the end of the tar belongs to its digest', async () => {
    const long = joined(tar, new Uint8Array(4096));
    for (const packing of ['none', 'gzip', 'zstd'] as const) {
      const blob = new LayerBlob(bytesSource(pack(long, packing)));
      expect(await blob.digest()).toBe(digestOf(long));
      expect(await blob.unpackedSize()).toBe(long.length);
    }
  });

  it('a layer that is cut, or flipped, ends in an error that is the same each time', async () => {
    for (const stored of [gzip.subarray(0, gzip.length - 9), gzip.map((byte, at) => (at === 20_000 ? byte ^ 255 : byte)), tar.subarray(0, 9000)]) {
      const blob = new LayerBlob(bytesSource(stored));
      const { code } = await failureOf(() => blob.index());
      expect(code).toMatch(/^(COMPRESS|TAR)_/);
      expect((await failureOf(() => blob.index())).code).toBe(code);
    }
  });

  it('a bomb ends at its limits', async () => {
    const zeros = pack(await tarOf([{ name: 'zeros', body: new Uint8Array(3_000_000) }]), 'gzip');
    const read = (options: LayerOptions): Promise<TarIndex> => new LayerBlob(bytesSource(zeros), options).index();
    expect((await read({})).length).toBe(1);
    expect((await failureOf(() => read({ unpack: { size: 1_000_000 } }))).code).toBe('LIMIT_SIZE');
    expect((await failureOf(() => read({ unpack: { ratio: 100, ratioFrom: 100_000 } }))).code).toBe('LIMIT_RATIO');
    expect((await failureOf(() => read({ limits: { entries: 0 } }))).code).toBe('LIMIT_ENTRIES');
  });
});

it('a keeper says where there is no room', async () => {
  const keeper = new Keeper({ memory: 10 });
  const stream = (size: number): ByteStream => bytesSource(new Uint8Array(size)).stream();
  expect((await keeper.keep(stream(6), 6))?.size).toBe(6);
  expect(await keeper.keep(stream(6), 6)).toBeUndefined();
  expect((await keeper.keep(stream(4), 4))?.size).toBe(4);
  const spilled: Source = bytesSource(new Uint8Array(1));
  expect(await new Keeper({ memory: 0, spill: async () => spilled }).keep(stream(5), 5)).toBe(spilled);
});
