import { describe, expect, it } from 'vitest';
import { BitReader } from '../../src/compress/bits.ts';
import { sniffCompression } from '../../src/compress/index.ts';
import { type FramePart, walkFrames } from '../../src/compress/zstd-frames.ts';
import { asStream, ByteReader } from '../../src/stream/index.ts';
import { bzip2Empty, bzip2Plain } from '../fixtures/compress.ts';
import { block, frame, raw, run, skippable } from './frames.ts';
import { ascii, inChunks, join } from './inputs.ts';

async function walk(input: Uint8Array, ...lengths: number[]): Promise<FramePart[]> {
  const parts: FramePart[] = [];
  for await (const part of walkFrames(new ByteReader(asStream(inChunks(input, ...lengths))), 2 ** 27))
    parts.push({ ...part, bytes: part.bytes.slice() });
  return parts;
}

describe('the walk over zstd frames', () => {
  const blocks = [raw(ascii('one'), false), run(0x61, 100, false), block('compressed', 4, false, ascii('four')), raw(ascii('last'))];
  const input = join(
    skippable(9),
    frame({ window: 0, checksum: 0x01020304 }, ...blocks),
    skippable(2),
    frame({ contentSize: [4, 1] }, raw(ascii('next'))),
  );

  it.each([[1], [3], [5, 2], [1000]])('gives every byte of every frame but the skippable ones, in chunks of %s', async (...lengths) => {
    const parts = await walk(input, ...lengths);
    const kinds = parts.map(({ kind }) => kind).filter((kind, i, all) => kind !== all[i - 1]);
    expect(kinds).toEqual(['header', 'blocks', 'checksum', 'header', 'blocks']);
    const walked = join(...parts.map(({ bytes }) => bytes));
    expect(walked).toEqual(join(frame({ window: 0, checksum: 0x01020304 }, ...blocks), frame({ contentSize: [4, 1] }, raw(ascii('next')))));
    expect(parts.filter((part) => part.kind === 'blocks' && part.isLast).length).toBe(2);
  });

  it('tells what a header says', async () => {
    const [first, , , second] = await walk(input, 1000);
    expect(first).toMatchObject({ header: { contentSize: undefined, hasChecksum: true, maxBlock: 1024 } });
    expect(second).toMatchObject({ header: { contentSize: 4, hasChecksum: false, maxBlock: 4 } });
    const window = 16 * 2 ** 20 + 3 * 2 ** 21;
    const [large] = await walk(frame({ window: (14 << 3) + 3, contentSize: [window, 8] }, raw(ascii('x'))), 1000);
    expect(large).toMatchObject({ header: { contentSize: window, maxBlock: 128 * 1024 } });
  });

  it('holds few blocks at once, however many are here', async () => {
    const many = frame({ window: 0x58 }, ...Array.from({ length: 99 }, () => run(0, 131_072, false)), run(0, 1));
    const parts = (await walk(many, many.length)).filter(({ kind }) => kind === 'blocks');
    expect(Math.max(...parts.map(({ bytes }) => bytes.length / 4))).toBeLessThanOrEqual(8);
    expect(parts.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBe(400);
  });
});

describe('the reader of bits', () => {
  const bits = (...bytes: number[]): BitReader => new BitReader(new ByteReader(asStream(inChunks(Uint8Array.from(bytes), 1))));

  it('reads numbers of any width, most significant bit first, and goes on in the next step', async () => {
    const reader = bits(0b1010_0110, 0xff, 0x00, 0x12, 0x34, 0x56, 0x78, 0x9a);
    expect(await reader.within(100, (read) => [read(1), read(3), read(5)])).toEqual([1, 0b010, 0b0110_1]);
    expect(await reader.within(100, (read) => [read(7), read(24)])).toEqual([0x7f, 0x001234]);
    expect(await reader.within(100, (read) => read(8))).toBe(0x56);
    expect(await reader.within(100, (read) => [read(4), read(null), read(8)])).toEqual([7, 0, 0x9a]);
  });

  it('reads 32 bits as bzip2 stores its checksums', async () => {
    const value = await bits(0x0d, 0x9a, 0xbc, 0xde, 0xff).within(100, (read) => [read(4), read(32), read(4)]);
    expect([value[0], (value[1] ?? 0) >>> 0, value[2]]).toEqual([0, 0xd9abcdef, 0xf]);
  });

  it('tells a cut input from a step that asks for more than any may', async () => {
    await expect(bits(1, 2).within(100, (read) => read(24))).rejects.toMatchObject({ code: 'COMPRESS_TRUNCATED' });
    await expect(bits(1, 2, 3, 4).within(2, (read) => read(24))).rejects.toMatchObject({ code: 'COMPRESS_CORRUPT' });
    const step = (): never => {
      throw new Error('no such block');
    };
    await expect(bits(1).within(1, step)).rejects.toMatchObject({ code: 'COMPRESS_CORRUPT', message: expect.stringContaining('no such block') });
  });
});

describe('sniffing bzip2', () => {
  it.each([4, 5, 9, 10])('needs a level and, as far as %i bytes show it, the number of a block or of the end', (length) => {
    expect(sniffCompression(bzip2Plain.subarray(0, length))).toBe('bzip2');
    expect(sniffCompression(bzip2Empty.subarray(0, length))).toBe('bzip2');
    expect(sniffCompression(ascii('BZh9: notes').subarray(0, length))).toBe(length === 4 ? 'bzip2' : undefined);
    expect(sniffCompression(bzip2Plain.with(3, 0x30).subarray(0, length))).toBe(undefined);
  });
});
