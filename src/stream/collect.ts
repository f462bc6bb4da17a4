import { concatBytes } from '../bytes/index.ts';
import { LimitError } from '../errors.ts';
import { lentLike, releaseOf } from './lending.ts';
import type { ByteStream } from './source.ts';

/**
 * All bytes of a stream in one array. `limit` bounds what is kept, because what a stream declares is never trusted.
 * @throws {LimitError} `LIMIT_SIZE` when the stream holds more.
 */
export async function collect(stream: ByteStream, limit: number = Number.MAX_SAFE_INTEGER): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > limit)
      throw new LimitError(
        'LIMIT_SIZE',
        `Cannot read more than ${limit} bytes here: the stream goes on; raise the limit if it is meant to`,
        limit,
        size,
      );
    parts.push(chunk);
  }
  return concatBytes(parts);
}

/** Passes a stream on and shows each chunk to `see` (a hasher, a counter) on the way. It must not keep one: its memory may be filled anew. */
export function tap(stream: ByteStream, see: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  return lentLike(tapped(stream, see), stream);
}

async function* tapped(stream: ByteStream, see: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    see(chunk);
    yield chunk;
  }
}

/** Reads a stream to its end and keeps nothing. Returns how many bytes it held. */
export async function drain(stream: ByteStream): Promise<number> {
  const release = releaseOf(stream);
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    release(chunk);
  }
  return size;
}
