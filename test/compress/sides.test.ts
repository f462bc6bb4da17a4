import { deflateRawSync, gzipSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unzstdPortable } from '../../src/compress/fzstd.ts';
import { gunzip } from '../../src/compress/gzip.ts';
import type { Zlib } from '../../src/compress/index.ts';
import { zlib as portable } from '../../src/compress/portable.ts';
import { walkFrames } from '../../src/compress/zstd-frames.ts';
import { zlib as native } from '../../src/node/zlib.ts';
import { asStream, ByteReader, type ByteStream, collect, drain, lend, lending } from '../../src/stream/index.ts';
import { zstdBest, zstdPlain, zstdUnchecked } from '../fixtures/compress.ts';
import { inChunks, join } from './inputs.ts';

const content = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.nat(3000)).map(([bytes, times]) => join(...Array.from({ length: times }, () => bytes))),
);
const level = fc.integer({ min: 0, max: 9 });
const chunking = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 });
const member = fc.tuple(content, level).map(([bytes, level]) => ({ bytes, packed: new Uint8Array(gzipSync(bytes, { level })) }));
const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });

async function outcome(side: Zlib, packed: Uint8Array, lengths: readonly number[]): Promise<Uint8Array | string> {
  try {
    return await collect(gunzip(new ByteReader(asStream(inChunks(packed, ...lengths))), side));
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** Chunks that are of no use once they are given back. */
function lent(packed: Uint8Array, lengths: readonly number[]): ByteStream {
  const chunks = Array.from(inChunks(packed, ...lengths), (chunk) => chunk.slice());
  for (const { buffer } of chunks) lend(buffer, (memory) => new Uint8Array(memory).fill(0xaa));
  return lending(asStream(chunks));
}

describe('the two sides of #zlib', () => {
  it('unpack any members in any chunking', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(member, { minLength: 1, maxLength: 5 }), fc.nat(20), chunking, async (members, padding, lengths) => {
        const packed = join(...members.map(({ packed }) => packed), new Uint8Array(padding));
        const expected = join(...members.map(({ bytes }) => bytes));
        for (const side of [native, portable]) {
          const reader = new ByteReader(lent(packed, lengths));
          expect(Buffer.compare(await collect(gunzip(reader, side)), expected)).toBe(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('inflate one stream in any chunking, and stop at the same byte', async () => {
    await fc.assert(
      fc.asyncProperty(content, level, fc.uint8Array({ maxLength: 20 }), chunking, async (bytes, level, behind, lengths) => {
        const packed = new Uint8Array(deflateRawSync(bytes, { level }));
        for (const side of [native, portable]) {
          const reader = new ByteReader(lent(join(packed, behind), lengths));
          expect(Buffer.compare(await collect(side.inflate(reader)), bytes)).toBe(0);
          expect(reader.position).toBe(packed.length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('agree on damaged members, or what one lets pass is what was packed', async () => {
    await fc.assert(
      fc.asyncProperty(member, changes, chunking, async ({ bytes, packed }, changes, lengths) => {
        const damaged = packed.slice();
        for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
        for (const result of [await outcome(native, damaged, lengths), await outcome(portable, damaged, lengths)])
          if (typeof result === 'string') expect(result).toMatch(/^COMPRESS_(CORRUPT|TRUNCATED)$/);
          else expect(Buffer.compare(result, bytes)).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('deflate to something that inflates to what went in', async () => {
    await fc.assert(
      fc.asyncProperty(content, level, chunking, async (bytes, level, lengths) => {
        for (const side of [native, portable]) {
          const packed = await collect(side.deflate(asStream(inChunks(bytes, ...lengths)), level));
          expect(Buffer.compare(inflateRawSync(packed), bytes)).toBe(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('compute one CRC-32, in one go and in pieces', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
        const whole = native.crc32(bytes);
        expect(portable.crc32(bytes)).toBe(whole);
        expect(portable.crc32(bytes.subarray(cut), portable.crc32(bytes.subarray(0, cut)))).toBe(whole);
      }),
    );
    expect(portable.crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });
});

describe('the portable side of zstd', () => {
  it('ends in good time on frames damaged anywhere behind their header, by a code or not', async () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(zstdPlain, zstdBest, zstdUnchecked), damage, async (frame, changes) => {
        const damaged = frame.slice();
        for (const [at, byte] of changes) damaged[6 + (at % (frame.length - 6))] = byte;
        const outcome = await drain(unzstdPortable(walkFrames(new ByteReader(asStream(damaged)), 2 ** 23))).catch((error) => error.code);
        expect(typeof outcome === 'number' || /^COMPRESS_/.test(outcome)).toBe(true);
      }),
      { numRuns: 500, interruptAfterTimeLimit: 30_000, markInterruptAsFailure: true },
    );
  });
});
