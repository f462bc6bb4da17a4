import { type ByteStream, createSource, lend, lending, type Source } from '../../src/stream/index.ts';

/** A Source whose stream lends its chunks, and what was read through it. */
export interface LentSource {
  readonly source: Source;
  /** How many chunks were made, and how many of them are back. */
  readonly counts: { made: number; back: number };
}

/** Bytes in chunks of `length` that are of no use once they are given back: a file's chunks are filled with what comes next. */
export function lentSource(bytes: Uint8Array, length = 1000): LentSource {
  const counts = { made: 0, back: 0 };
  async function* chunks(start: number, end: number): AsyncGenerator<Uint8Array> {
    for (let at = start; at < end; at += length) {
      const chunk = bytes.slice(at, Math.min(at + length, end));
      counts.made++;
      lend(chunk.buffer, (memory) => {
        counts.back++;
        new Uint8Array(memory).fill(0xaa);
      });
      yield chunk;
    }
  }
  const read = async (position: number, size: number): Promise<Uint8Array> => bytes.slice(position, position + size);
  const stream = (start: number, end: number): ByteStream => lending(chunks(start, end));
  return { source: createSource({ read, stream }, bytes.length), counts };
}
