import { lending } from './lending.ts';
import { ByteReader } from './reader.ts';
import type { ByteStream } from './source.ts';

/**
 * Looks at the first bytes of a stream: at least `length` of them unless it is shorter. `stream` gives all of it, those bytes included, once; `head` is good
 * until it is read.
 */
export async function peekStream(stream: ByteStream, length: number): Promise<{ readonly head: Uint8Array; readonly stream: ByteStream }> {
  const reader = new ByteReader(stream);
  reader.giveBack(); // `rest` shares what it takes
  await reader.fill(length);
  return { head: reader.peek(length), stream: lending(rest(reader)) };
}

async function* rest(reader: ByteReader): AsyncGenerator<Uint8Array> {
  try {
    for (let chunk = await reader.take(Number.MAX_SAFE_INTEGER); chunk; chunk = await reader.take(Number.MAX_SAFE_INTEGER)) yield chunk;
  } finally {
    await reader.close();
  }
}
