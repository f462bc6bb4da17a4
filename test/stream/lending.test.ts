import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes/index.ts';
import { digestOf, digestSource } from '../../src/digest/index.ts';
import { ByteReader, type ByteStream, collect, createSource, lend, lending, type Source, tap } from '../../src/stream/index.ts';

/** Chunks of ten bytes, and those of them that were given back. */
function lent(count: number): { stream: ByteStream; returned: number[] } {
  const chunks = Array.from({ length: count }, (_, i) => new Uint8Array(10).fill(i));
  const returned: number[] = [];
  const stream = (async function* (): AsyncGenerator<Uint8Array> {
    yield* chunks;
  })();
  return { stream: lending(stream, (chunk) => returned.push(chunk[0] as number)), returned };
}

/** A Source of so many bytes that fills memory, and the memory that it has filled. */
function filling(size: number): { source: Source; filled: Set<ArrayBufferLike> } {
  const filled = new Set<ArrayBufferLike>();
  const byteAt = (position: number): number => (position * 31) >> 4;
  const fill = (position: number, target: Uint8Array): Uint8Array => target.map((_, i) => byteAt(position + i));
  const source = createSource(
    {
      read: async (position, length) => fill(position, new Uint8Array(length)),
      readInto: async (position, target) => {
        filled.add(target.buffer);
        target.set(fill(position, target));
        return target.length;
      },
    },
    size,
  );
  return { source, filled };
}

describe('a stream that lends its chunks', () => {
  it('gets back what a reader has passed whole, once the reader is told to', async () => {
    const { stream, returned } = lent(4);
    const reader = new ByteReader(stream);
    await reader.skip(10);
    expect(returned).toEqual([]);
    reader.giveBack();
    await reader.skip(15);
    expect(returned).toEqual([1]);
    await reader.skip(5);
    expect(returned).toEqual([1, 2]);
  });

  it('gets back nothing of which a part was handed out', async () => {
    const { stream, returned } = lent(4);
    const reader = new ByteReader(stream);
    reader.giveBack();
    await reader.skip(3);
    expect(await reader.take(2)).toEqual(Uint8Array.of(0, 0));
    await reader.skip(5);
    await reader.skip(10);
    expect(await reader.take(10)).toEqual(new Uint8Array(10).fill(2));
    await reader.skip(10);
    expect(returned).toEqual([1, 3]);
  });

  it('gets back chunks that were joined, for what the reader shows then is a copy', async () => {
    const { stream, returned } = lent(4);
    const reader = new ByteReader(stream);
    reader.giveBack();
    await reader.fill(25);
    const shown = reader.peek(25);
    expect(returned).toEqual([0, 1]);
    expect(shown.subarray(0, 25)).toEqual(concatBytes([0, 1, 2].map((i) => new Uint8Array(10).fill(i))).subarray(0, 25));
    await reader.skip(40);
    expect(returned.filter((i) => i === 2 || i === 3)).toEqual([2, 3]);
  });

  it('gets nothing back through what is put in between', async () => {
    const { stream, returned } = lent(4);
    const reader = new ByteReader(tap(stream, () => {}));
    reader.giveBack();
    await reader.skip(40);
    expect(returned).toEqual([]);
  });
});

describe('a Source that is lent', () => {
  const SIZE = 10 * 1024 * 1024 + 17;

  it('gives all its bytes', async () => {
    for (const size of [0, 1, 2 * 1024 * 1024, SIZE]) {
      const { source } = filling(size);
      expect(Buffer.compare(await collect(lend(source)), await collect(source.stream()))).toBe(0);
    }
  });

  it('fills two chunks of memory in turn for a reader that gives back', async () => {
    const { source, filled } = filling(SIZE);
    const reader = new ByteReader(lend(source));
    reader.giveBack();
    const whole = await collect(source.stream());
    for (let at = 0; at < SIZE; at = reader.position) {
      await reader.fill(1);
      const shown = reader.peek(1);
      expect(Buffer.compare(shown, whole.subarray(at, at + shown.length))).toBe(0);
      reader.advance(shown.length);
    }
    expect(filled.size).toBeLessThanOrEqual(3);
  });

  it('is digested through as little memory', async () => {
    const { source, filled } = filling(SIZE);
    expect(await digestSource(source)).toBe(digestOf(await collect(source.stream())));
    expect(filled.size).toBeLessThanOrEqual(3);
  });

  it('leaves alone what was not given back', async () => {
    const { source, filled } = filling(SIZE);
    const chunks: Uint8Array[] = [];
    for await (const chunk of lend(source)) chunks.push(chunk);
    expect(Buffer.compare(concatBytes(chunks), await collect(source.stream()))).toBe(0);
    expect(filled.size).toBe(6);
  });
});
