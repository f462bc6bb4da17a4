import { lending } from './lending.ts';
import { ByteReader } from './reader.ts';
import type { ByteStream } from './source.ts';

/** The beginning of a stream, and all of it. */
export interface Peeked {
  /** Bytes of it that are at hand. */
  readonly available: number;
  /** The first bytes, in one piece: good until the stream is read. */
  readonly head: Uint8Array;
  /** All of it, those bytes included, once. */
  readonly stream: ByteStream;
}

/** Looks at the first bytes of a stream: at least `length` of them unless it is shorter. */
export async function peekStream(stream: ByteStream, length: number): Promise<Peeked> {
  const reader = new ByteReader(stream);
  reader.giveBack(); // `rest` shares what it takes
  await reader.fill(length);
  return {
    available: reader.available,
    get head() {
      return reader.peek(length);
    },
    stream: lending(rest(reader)),
  };
}

async function* rest(reader: ByteReader): AsyncGenerator<Uint8Array> {
  try {
    for (let chunk = await reader.take(Number.MAX_SAFE_INTEGER); chunk; chunk = await reader.take(Number.MAX_SAFE_INTEGER)) yield chunk;
  } finally {
    await reader.close();
  }
}
