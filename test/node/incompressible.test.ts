import { randomBytes } from 'node:crypto';
import { gzipSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isIncompressible } from '../../src/node/incompressible.ts';
import { zlib } from '../../src/node/zlib.ts';
import { collect } from '../../src/stream/index.ts';

const SIZE = 512 * 1024;
const random = new Uint8Array(randomBytes(SIZE));
const text = new TextEncoder().encode('All work and no play makes a dull archive.\n'.repeat(20_000)).subarray(0, SIZE);
const numbers = new Uint8Array(Float64Array.from({ length: SIZE / 8 }, (_, i) => Math.sin(i)).buffer);

describe('what is compressed already', () => {
  it('is told from what is not', () => {
    expect(isIncompressible(random)).toBe(true);
    expect(isIncompressible(new Uint8Array(gzipSync(Buffer.from(numbers))).subarray(0, 200_000))).toBe(true);
    for (const block of [text, numbers, new Uint8Array(SIZE), random.subarray(0, 1000)]) expect(isIncompressible(block)).toBe(false);
  });

  it('is compressed where a part of it can be', () => {
    const mixed = Uint8Array.from(random);
    mixed.set(text.subarray(0, SIZE / 4), SIZE / 2);
    expect(isIncompressible(mixed)).toBe(false);
  });

  it('is stored, between blocks that are not, and comes out again', async () => {
    const parts = [text, random, text, random];
    const packed = await collect(
      zlib.deflate(
        (async function* () {
          yield* parts;
        })(),
        3,
      ),
    );
    expect(Buffer.compare(inflateRawSync(packed), Buffer.concat(parts))).toBe(0);
    expect(packed.length).toBeLessThan(2 * SIZE + 20_000);
  });
});
