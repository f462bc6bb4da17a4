import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { lentChunks } from '../../src/node/memory.ts';
import { ByteReader, peekStream, tap } from '../../src/stream/index.ts';

const wholeBuffers = (count: number): Buffer[] => Array.from({ length: count }, () => Buffer.from(new ArrayBuffer(1000)));
const lengths = (buffers: readonly Buffer[]): number[] => buffers.map(({ buffer }) => buffer.byteLength);

async function skipAll(stream: AsyncIterable<Uint8Array>): Promise<void> {
  const reader = new ByteReader(stream);
  reader.giveBack();
  await reader.skip(Number.POSITIVE_INFINITY);
}

describe('the chunks of a stream of Node', () => {
  it('are freed once they are given back', async () => {
    const buffers = wholeBuffers(3);
    await skipAll(lentChunks(Readable.from(buffers)));
    expect(lengths(buffers)).toEqual([0, 0, 0]);
  });

  it('are kept where they are a part of something larger', async () => {
    const pool = Buffer.from(new ArrayBuffer(1000));
    await skipAll(lentChunks(Readable.from([pool.subarray(0, 400), pool.subarray(400)])));
    expect(pool.length).toBe(1000);
  });

  it('are kept for whoever knows nothing of it', async () => {
    const buffers = wholeBuffers(3);
    const kept: Uint8Array[] = [];
    for await (const chunk of lentChunks(Readable.from(buffers))) kept.push(chunk);
    expect(kept.map(({ length }) => length)).toEqual([1000, 1000, 1000]);
  });

  it('are freed through a stream that passes them on, and through one that was looked into', async () => {
    const buffers = wholeBuffers(4);
    const chunks = lentChunks(Readable.from(buffers));
    const { head, stream } = await peekStream(
      tap(chunks, () => {}),
      10,
    );
    expect(head.length).toBe(1000);
    await skipAll(stream);
    expect(lengths(buffers)).toEqual([0, 0, 0, 0]);
  });
});
