import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes/index.ts';
import {
  asStream,
  ByteReader,
  type ByteStream,
  collect,
  giveBack,
  isLending,
  lend,
  lending,
  releaseOf,
  share,
  streamLater,
  tap,
} from '../../src/stream/index.ts';

/** Chunks of ten bytes, and those of them that were given back. */
function lent(count: number): { stream: ByteStream; returned: number[] } {
  const chunks = Array.from({ length: count }, (_, i) => new Uint8Array(10).fill(i));
  const returned: number[] = [];
  for (const [i, { buffer }] of chunks.entries()) lend(buffer, () => returned.push(i));
  const stream = (async function* (): AsyncGenerator<Uint8Array> {
    yield* chunks;
  })();
  return { stream: lending(stream), returned };
}

async function giveAllBack(stream: ByteStream): Promise<void> {
  const release = releaseOf(stream);
  for await (const chunk of stream) release(chunk);
}

describe('memory that is lent', () => {
  it('is taken back once, when nobody holds a part of it any more', () => {
    const chunk = new Uint8Array(10);
    let taken = 0;
    lend(chunk.buffer, () => taken++);
    share(chunk.subarray(3));
    giveBack(chunk);
    expect(taken).toBe(0);
    giveBack(chunk.subarray(3));
    giveBack(chunk);
    expect(taken).toBe(1);
  });

  it('is nobody else’s', () => {
    const own = new Uint8Array(10);
    share(own);
    giveBack(own);
    expect(own.length).toBe(10);
  });
});

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

  it('gets back a chunk of which parts were handed out when they are back too', async () => {
    const { stream, returned } = lent(4);
    const reader = new ByteReader(stream);
    reader.giveBack();
    await reader.skip(3);
    const part = (await reader.take(2)) as Uint8Array;
    expect(part).toEqual(Uint8Array.of(0, 0));
    await reader.skip(5);
    await reader.skip(10);
    const whole = (await reader.take(10)) as Uint8Array;
    await reader.skip(10);
    expect(returned).toEqual([1, 3]);
    giveBack(whole);
    giveBack(part);
    expect(returned).toEqual([1, 3, 2, 0]);
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
    expect(returned).toEqual([0, 1, 2, 3]);
  });

  it('gets them back through what only looks at them, and nothing through what it knows nothing of', async () => {
    const seen = lent(4);
    await giveAllBack(tap(seen.stream, () => {}));
    expect(seen.returned).toEqual([0, 1, 2, 3]);
    const { stream, returned } = lent(4);
    const between = async function* (): AsyncGenerator<Uint8Array> {
      yield* stream;
    };
    await giveAllBack(between());
    expect(returned).toEqual([]);
  });
});

describe('a stream that is made to lend', () => {
  it('gives back nothing that somebody keeps', async () => {
    const { stream, returned } = lent(4);
    const kept: Uint8Array[] = [];
    for await (const chunk of stream) kept.push(chunk);
    const again = async function* (): AsyncGenerator<Uint8Array> {
      yield* kept;
    };
    expect(isLending(asStream(again()))).toBe(true);
    await giveAllBack(asStream(again()));
    await giveAllBack(streamLater(async () => again()));
    expect(returned).toEqual([]);
    expect(await collect(asStream(again()))).toEqual(concatBytes(kept));
  });

  it('gives back what is lent already', async () => {
    const { stream, returned } = lent(2);
    await giveAllBack(asStream(stream));
    const later = lent(2);
    await giveAllBack(streamLater(async () => later.stream));
    expect([returned, later.returned]).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
});
