import { concatBytes } from '../bytes/index.ts';
import { LadingError } from '../errors.ts';
import { asStream } from './input.ts';
import { lending } from './lending.ts';
import { ByteReader } from './reader.ts';
import { type ByteStream, createSource, type RandomAccess, type Source } from './source.ts';

/** Keeps the bytes of a stream where they can be read at any place; `undefined` where there is no room for them, and the stream is left alone. */
export type Keep = (stream: ByteStream) => Promise<Source | undefined>;

/**
 * Random access to a stream that can be started again, such as a compressed file once its unpacked size is known. Reads in ascending order go
 * through the stream once. The first read behind the place where the last one ended asks `keep` for a copy that can be read anywhere, in memory or
 * in a file; without one the stream starts anew. So it does once where only its head was read: whoever looks at that goes on from the start.
 */
export function replaySource(open: () => ByteStream, size: number, keep?: Keep): Source {
  return createSource(new Replay(open, size * HEAD, keep), size);
}

/** What part of a stream is its head at most. */
const HEAD = 1 / 16;

class Replay implements RandomAccess {
  readonly #open: () => ByteStream;
  readonly #keep: Keep | undefined;
  #reader: ByteReader | undefined;
  #kept: Source | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  /** Where the head ends; 0 once it was read again. */
  #head: number;

  constructor(open: () => ByteStream, head: number, keep: Keep | undefined) {
    this.#open = open;
    this.#head = head;
    this.#keep = keep;
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return this.#inTurn(position, (reader) => takeAll(reader, length)).then((bytes) => bytes ?? (this.#kept as Source).read(position, length));
  }

  stream(start: number, end: number): ByteStream {
    return lending(this.#stream(start, end));
  }

  async *#stream(start: number, end: number): AsyncGenerator<Uint8Array> {
    for (let at = start; at < end; ) {
      const chunk = await this.#inTurn(at, (reader) => takeNext(reader, end - at));
      if (!chunk) return yield* asStream((this.#kept as Source).slice(at, end));
      at += chunk.length; // it has none once it is given back
      yield chunk;
    }
  }

  /**
   * Reads from the stream, right at a place; `undefined` where there is a copy to read from. One stream serves all reads, so they take turns. After a failure it
   * is at no known place, and the next read starts it anew.
   */
  #inTurn<T>(position: number, work: (reader: ByteReader) => Promise<T>): Promise<T | undefined> {
    const result = this.#turn.then(async () => {
      const reader = await this.#readerAt(position);
      return reader && work(reader);
    });
    this.#turn = result.catch(() => this.#rewind());
    return result;
  }

  async #readerAt(position: number): Promise<ByteReader | undefined> {
    if (this.#reader && this.#reader.position > position) {
      const wasHead = this.#reader.position <= this.#head;
      this.#head = 0;
      await this.#rewind();
      if (!wasHead) this.#kept ??= await this.#keep?.(this.#open());
    }
    if (this.#kept) return undefined;
    this.#reader ??= givingBack(this.#open());
    await this.#reader.skip(position - this.#reader.position);
    return this.#reader;
  }

  async #rewind(): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.advance(reader.available); // what was not taken is given back
    await reader?.close();
  }
}

/** What is taken of it is shared, and of what is skipped nothing is kept. */
function givingBack(stream: ByteStream): ByteReader {
  const reader = new ByteReader(stream);
  reader.giveBack();
  return reader;
}

async function takeAll(reader: ByteReader, length: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let left = length; left > 0; ) {
    const part = await takeNext(reader, left);
    parts.push(part);
    left -= part.length;
  }
  return concatBytes(parts);
}

async function takeNext(reader: ByteReader, most: number): Promise<Uint8Array> {
  const part = await reader.take(most);
  if (part) return part;
  throw new LadingError('ESTALE', `Cannot read at ${reader.position}: the stream ends before its size; it changed since it was measured`);
}
