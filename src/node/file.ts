import { closeSync } from 'node:fs';
import { EMPTY } from '../bytes/index.ts';
import { type ByteStream, createSource, lending, type RandomAccess, type Source } from '../stream/index.ts';
import { type OpenedFile, openRegular, readFully, readFullyLater } from './descriptor.ts';
import { hostPath } from './host-path.ts';
import { assertUnchanged } from './identity.ts';
import { CHUNK, lentMemory, uninitialised } from './memory.ts';
import { ReadAhead } from './read-ahead.ts';

// Headers are read a few KiB at a time. Cut from slabs they cost a third less than allocated one by one.
const SLAB = 64 * 1024;
const SMALL = SLAB / 4;

// To wait for a thread takes longer than to read so much from the page cache: the 41,861 entries of an image are written as one tar in 1.9 s instead of 4.2.
const SHORT = 64 * 1024;

/** A Source over an open file. Close it when it and its slices are no longer read. */
export interface FileSource extends Source, AsyncDisposable {
  /** The path it was opened by. */
  readonly path: string;
  /** Closes the file once the reads under way have ended. Later reads are a `TypeError`. */
  close(): Promise<void>;
}

/**
 * Opens a regular file for reading at any place. Before and after a stream (only after one of at most 64 KiB), and whenever a read comes back short, the file is
 * checked for having been written to since. A file that was replaced by another of its name stays readable as it was.
 *
 * What is read is never overwritten by a later read, but small reads share memory: copy what is to be kept for long.
 *
 * ```ts
 * await using archive = await openFile('rootfs.tar');
 * const index = await scanTar(archive);
 * ```
 *
 * @throws {PathError} `EISDIR`; `INPUT_KIND` for a FIFO, socket or device, which are streams; `INPUT_UNREADABLE` with the host's error as the cause;
 * from the Source, `ESTALE` when the file has changed.
 */
export async function openFile(path: string): Promise<FileSource> {
  return openFileSync(path);
}

/** The same without waiting. */
export function openFileSync(path: string): FileSource {
  return fileSource(openRegular(hostPath(path), path, true), path);
}

/** A Source that takes over an open file. */
export function fileSource(file: OpenedFile, path: string): FileSource {
  const access = new FileAccess(file, path);
  const close = (): Promise<void> => access.close();
  return Object.assign(createSource(access, Number(file.identity.size)), { path, close, [Symbol.asyncDispose]: close });
}

class FileAccess implements RandomAccess {
  readonly #file: OpenedFile;
  readonly #path: string;
  readonly #reading = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;
  #slab: Uint8Array = EMPTY;

  constructor(file: OpenedFile, path: string) {
    this.#file = file;
    this.#path = path;
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    return this.#fill(uninitialised(length), position);
  }

  async #readLent(position: number, length: number, end: number): Promise<Uint8Array> {
    return position < end ? this.#fill(lentMemory(length).subarray(0, end - position), position) : EMPTY;
  }

  async #fill(buffer: Uint8Array, position: number): Promise<Uint8Array> {
    return this.#checked(buffer, await this.#track(readFullyLater(this.#fd(), buffer, position, this.#path)));
  }

  readonly readSync = (position: number, length: number): Uint8Array => {
    const buffer = length > SMALL ? uninitialised(length) : this.#cut(length);
    return this.#checked(buffer, readFully(this.#fd(), buffer, position, this.#path));
  };

  stream(start: number, end: number): ByteStream {
    return lending(end - start > SHORT ? this.#inChunks(start, end) : this.#whole(start, end));
  }

  async *#whole(start: number, end: number): AsyncGenerator<Uint8Array> {
    const buffer = lentMemory(end - start);
    const chunk = this.#checked(buffer, readFully(this.#fd(), buffer, start, this.#path));
    assertUnchanged(this.#fd(), this.#file.identity, this.#path);
    if (chunk.length > 0) yield chunk;
  }

  async *#inChunks(start: number, end: number): AsyncGenerator<Uint8Array> {
    assertUnchanged(this.#fd(), this.#file.identity, this.#path);
    const length = Math.min(CHUNK, end - start);
    const ahead = new ReadAhead((position) => this.#readLent(position, length, end), start);
    for (let chunk = await ahead.next(); chunk.length > 0; chunk = await ahead.next()) yield chunk;
    assertUnchanged(this.#fd(), this.#file.identity, this.#path);
  }

  close(): Promise<void> {
    this.#closed ??= Promise.allSettled(this.#reading).then(() => closeSync(this.#file.fd));
    return this.#closed;
  }

  #fd(): number {
    if (this.#closed) throw new TypeError(`Cannot read ${JSON.stringify(this.#path)}: it is closed`);
    return this.#file.fd;
  }

  // A descriptor that is closed under a read may be another file's by the time the read runs.
  async #track<T>(reading: Promise<T>): Promise<T> {
    this.#reading.add(reading);
    try {
      return await reading;
    } finally {
      this.#reading.delete(reading);
    }
  }

  // Only what was read leaves this class: the rest of the buffer is memory of something else (CVE-2025-64118).
  #checked(buffer: Uint8Array, filled: number): Uint8Array {
    if (filled === buffer.length) return buffer;
    assertUnchanged(this.#fd(), this.#file.identity, this.#path);
    return buffer.subarray(0, filled);
  }

  #cut(length: number): Uint8Array {
    if (this.#slab.length < length) this.#slab = uninitialised(SLAB);
    const piece = this.#slab.subarray(0, length);
    this.#slab = this.#slab.subarray(length);
    return piece;
  }
}
