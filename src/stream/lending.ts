import { readAhead } from './read-ahead.ts';
import type { ByteStream, Source } from './source.ts';

const RELEASE: unique symbol = Symbol();

/** Takes a chunk back. Nobody looks at its bytes again. */
export type Release = (chunk: Uint8Array) => void;

/**
 * Marks a stream whose chunks may be given back, so that their memory is filled anew or freed at once: left to the collector, a stream of any length
 * holds 40 MB and more of chunks that nobody needs. Those give back who keep nothing: what digests, and a `ByteReader` that was told to, of what it handed to
 * nobody. Whoever knows nothing of this keeps each chunk for as long as he likes, and what is put between the two, such as `tap`, ends it.
 */
export function lending<S extends ByteStream>(stream: S, release: Release): S {
  return Object.assign(stream, { [RELEASE]: release });
}

/** How chunks of the stream are given back; `undefined` if they are its consumer's. */
export function releaseOf(stream: ByteStream): Release | undefined {
  return (stream as { [RELEASE]?: Release })[RELEASE];
}

/** Marks a stream that passes on the chunks of another, and keeps none, as lending them in its stead. */
export function lentLike<S extends ByteStream>(stream: S, origin: ByteStream): S {
  const release = releaseOf(origin);
  return release ? lending(stream, release) : stream;
}

// Twice a file's own chunks: this memory is made once and filled again, and zlib, which it feeds, takes 2 MiB at a time.
const CHUNK = 2 * 1024 * 1024;

/** All bytes of a Source, through memory that is filled again once it is given back, where the Source can fill memory. One chunk is read ahead. */
export function lend(source: Source): ByteStream {
  const { readInto, size } = source;
  if (!readInto) return source.stream();
  const length = Math.min(CHUNK, size);
  const free: ArrayBufferLike[] = [];
  const read = async (at: number): Promise<Uint8Array> => {
    const memory = new Uint8Array(free.pop() ?? new ArrayBuffer(length));
    return memory.subarray(0, await readInto(at, memory));
  };
  // What was joined of two chunks is no memory of ours.
  return lending(readAhead(read, size), ({ buffer }) => buffer.byteLength === length && free.push(buffer));
}
