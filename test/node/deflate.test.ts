import { execFileSync } from 'node:child_process';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compress } from '../../src/compress/index.ts';
import { deflate } from '../../src/node/deflate.ts';
import { collect } from '../../src/stream/index.ts';

const BLOCK = 512 * 1024;

/** Bytes that repeat now and then, over short and long distances, from a seed. */
function mixed(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = seed + 1;
  for (let at = 0; at < size; ) {
    state = (state * 1103515245 + 12345) % 2147483648;
    const length = Math.min(size - at, 1 + (state % 4000));
    const back = state % 60_000;
    if (state % 3 > 0 && back < at && back > 0) for (let i = 0; i < length; i++) bytes[at + i] = bytes[at + i - back] as number;
    else for (let i = 0; i < length; i++) bytes[at + i] = (state >>> (i % 24)) % 256;
    at += length;
  }
  return bytes;
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('deflate on several threads', () => {
  it.each([0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 5 * BLOCK + 77])('gives %i bytes back', async (size) => {
    const bytes = mixed(size, size);
    for (const level of [0, 1, 6, 9]) {
      const packed = await collect(deflate(pieces(bytes, 100_000), level));
      expect(Buffer.compare(inflateRawSync(packed), bytes)).toBe(0);
    }
  });

  it('gives the same bytes however the input is cut', async () => {
    const bytes = mixed(3 * BLOCK + 5, 3);
    const whole = await collect(deflate(pieces(bytes, bytes.length), 6));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1000, max: 2 * BLOCK }), async (size) => {
        expect(Buffer.compare(await collect(deflate(pieces(bytes, size), 6)), whole)).toBe(0);
      }),
      { numRuns: 8 },
    );
  });

  it('is one gzip member for gunzip, zlib and gzip itself, whatever the input', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(4 * BLOCK), fc.nat(1000), fc.integer({ min: 0, max: 9 }), async (size, seed, level) => {
        const bytes = mixed(size, seed);
        const packed = await collect(compress(bytes, { format: 'gzip', level }));
        expect(Buffer.compare(gunzipSync(packed), bytes)).toBe(0);
        expect(Buffer.compare(execFileSync('gzip', ['-dc'], { input: packed, maxBuffer: 2 ** 26 }), bytes)).toBe(0);
        const listed = execFileSync('gzip', ['-l'], { input: packed }).toString().split('\n')[1]?.trim().split(/\s+/)[1];
        expect(Number(listed)).toBe(size);
      }),
      { numRuns: 12 },
    );
  });

  it('refers back over the border of two blocks', async () => {
    const noise = mixed(BLOCK, 11);
    for (let i = 0; i < noise.length; i++) noise[i] = (Math.imul(i + 1, 2654435761) >>> 13) % 256;
    const tail = noise.subarray(-20_000);
    const twice = new Uint8Array(BLOCK + tail.length);
    twice.set(noise);
    twice.set(tail, BLOCK);
    const [one, two] = await Promise.all([noise, twice].map((bytes) => collect(deflate(pieces(bytes, BLOCK), 6))));
    expect((two as Uint8Array).length - (one as Uint8Array).length).toBeLessThan(1000);
  });

  it('passes on why its input broke, and lets go of it when nobody reads on', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield mixed(2 * BLOCK, 1);
      throw new RangeError('the input broke');
    }
    await expect(collect(deflate(broken(), 1))).rejects.toThrow('the input broke');
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield mixed(BLOCK, 2);
      } finally {
        closed = true;
      }
    }
    for await (const _ of deflate(endless(), 1)) break;
    expect(closed).toBe(true);
  });
});
