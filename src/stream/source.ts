import { plainBytes } from '../bytes/index.ts';

/** Bytes that come once, in order. */
export type ByteStream = AsyncIterable<Uint8Array>;

/**
 * Bytes that can be read again, at any place: a buffer, a `Blob`, an open file, an HTTP range, or a slice of another Source.
 * What `read` returns belongs to the Source (it may be a view of its memory): do not write into it, copy it if it must outlive the Source.
 */
export interface Source {
  /** Length in bytes. */
  readonly size: number;
  /** Reads `length` bytes at `position`; fewer only at the end. */
  read(position: number, length: number): Promise<Uint8Array>;
  /** The same without waiting, where the runtime has it. */
  readonly readSync?: ((position: number, length: number) => Uint8Array) | undefined;
  /** All bytes of `[start, end)` in order. */
  stream(start?: number, end?: number): ByteStream;
  /** A part of this Source, itself a Source. It shares memory and file with this one. */
  slice(start: number, end?: number): Source;
}

/** What a Source is made from. Positions and lengths are within its size; `stream` is optional and defaults to reads of 256 KiB. */
export interface RandomAccess {
  read(position: number, length: number): Promise<Uint8Array>;
  readSync?(position: number, length: number): Uint8Array;
  stream?(start: number, end: number): ByteStream;
}

const CHUNK = 256 * 1024;

/** Makes a Source of `size` bytes out of a way to read them. */
export function createSource(access: RandomAccess, size: number): Source {
  return new Range(access, 0, size);
}

/** A Source over bytes in memory. Nothing is copied: every read is a view. */
export function bytesSource(given: Uint8Array): Source {
  const bytes = plainBytes(given);
  const readSync = (position: number, length: number): Uint8Array => bytes.subarray(position, position + length);
  const access: RandomAccess = {
    read: async (position, length) => readSync(position, length),
    readSync,
    stream: (start, end) => once(bytes.subarray(start, end)),
  };
  return createSource(access, bytes.length);
}

/** A Source over a `Blob` or `File`. */
export function blobSource(blob: Blob): Source {
  const read = async (position: number, length: number): Promise<Uint8Array> =>
    new Uint8Array(await blob.slice(position, position + length).arrayBuffer());
  return createSource({ read }, blob.size);
}

/** Whether two Sources are known, without reading, to be the same bytes: the same part of the same thing. */
export function sameSource(a: Source, b: Source): boolean {
  return a === b || (a instanceof Range && b instanceof Range && a.isAt(b));
}

class Range implements Source {
  readonly #access: RandomAccess;
  readonly #start: number;
  readonly size: number;

  constructor(access: RandomAccess, start: number, size: number) {
    this.#access = access;
    this.#start = start;
    this.size = size;
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    return this.#access.read(this.#start + position, this.#clamp(position, length));
  }

  /** `undefined` where the way to read has no synchronous side: a getter, so that slices by the million carry no closure. */
  get readSync(): Source['readSync'] {
    const readSync = this.#access.readSync;
    return readSync && ((position, length) => readSync(this.#start + position, this.#clamp(position, length)));
  }

  stream(start = 0, end: number = this.size): ByteStream {
    const length = this.#clamp(start, end - start);
    const first = this.#start + start;
    return this.#access.stream ? this.#access.stream(first, first + length) : readInChunks(this.#access, first, first + length);
  }

  slice(start: number, end: number = this.size): Source {
    return new Range(this.#access, this.#start + Math.min(start, this.size), this.#clamp(start, end - start));
  }

  isAt(other: Range): boolean {
    return this.#access === other.#access && this.#start === other.#start && this.size === other.size;
  }

  #clamp(position: number, length: number): number {
    if (!Number.isSafeInteger(position) || position < 0) throw new RangeError(`Cannot read at ${position}: a position is a whole number from 0`);
    return Math.max(0, Math.min(length, this.size - position));
  }
}

async function* readInChunks(access: RandomAccess, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; ) {
    const chunk = await access.read(at, Math.min(CHUNK, end - at));
    if (chunk.length === 0) return;
    yield chunk;
    at += chunk.length;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
