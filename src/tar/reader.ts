import { copyBytes } from '../bytes/index.ts';
import { quote } from '../errors.ts';
import { asStream, type ByteInput, ByteReader, type ByteStream, collect, lending } from '../stream/index.ts';
import { areZeros, checkBody, padded } from './body.ts';
import { BLOCK, type Header } from './format.ts';
import { type EntryEvent, type ParseEvent, type ParseOptions, TarParser } from './parser.ts';
import { checkExpanded, expandSparse } from './sparse.ts';
import type { Trailer } from './tar-index.ts';

/** How a stream is read. */
export interface ReadOptions extends ParseOptions {
  /** Called with every byte of the archive that is no body, as it stands and in order: headers, padding, the end. */
  readonly onRaw?: (bytes: Uint8Array) => void;
}

/** An entry of a stream. Its body can be read once, and only until the next entry is asked for. */
export interface Entry {
  readonly header: Header;
  readonly typeflag: string;
  readonly headerOffset: number;
  readonly bodyOffset: number;
  readonly stored: number;
  /** The logical body, holes filled. Reading it after the reader has moved on, or twice, is a `TypeError`. */
  readonly body: ByteStream;
  /**
   * The whole body in memory. `limit` bounds it in bytes; that of a sparse file is 1 GiB where none is given, for holes cost nothing to declare.
   * @throws {LimitError} `LIMIT_SIZE` when the body is larger.
   */
  bytes(limit?: number): Promise<Uint8Array>;
}

/**
 * Reads an archive that comes as a stream. An entry is given out as soon as its header is there; what of its body is not read is skipped.
 * Nothing is read ahead of what the caller asks for. Break out of the loop, or call `return`, to stop early: the input is closed.
 */
export class TarReader implements AsyncIterableIterator<Entry> {
  readonly #input: ByteReader;
  readonly #parser: TarParser;
  readonly #onRaw: ((bytes: Uint8Array) => void) | undefined;
  #current: StreamEntry | undefined;
  #busy = false;
  #done = false;
  #trailer: Trailer | undefined;

  constructor(input: ByteInput, { onRaw, ...options }: ReadOptions = {}) {
    this.#input = new ByteReader(asStream(input));
    this.#input.giveBack(); // the parser keeps nothing of what it is shown
    this.#parser = new TarParser(options);
    this.#onRaw = onRaw;
  }

  /** How the archive ended. Known once all of it has been read. */
  get trailer(): Trailer | undefined {
    return this.#trailer;
  }

  /**
   * @throws {TarError} where the archive is faulty or cut. The input is closed then, and there is no further entry.
   * @throws {TypeError} when called before the last call, or a read of the current body, has answered.
   */
  async next(): Promise<IteratorResult<Entry, undefined>> {
    const asked = this.#busy ? 'the last call of next()' : this.#current?.waiting && 'a read of the current body';
    if (asked) throw new TypeError(`Cannot read the next entry: ${asked} has not answered yet`);
    if (this.#done) return { done: true, value: undefined };
    this.#busy = true;
    try {
      const leaving = this.#current && this.#leave(this.#current);
      if (leaving) await leaving;
      return await this.#read();
    } catch (error) {
      await this.return().catch(() => undefined); // the first error is the one that says what is wrong
      throw error;
    } finally {
      this.#busy = false;
    }
  }

  async return(): Promise<IteratorResult<Entry, undefined>> {
    this.#current?.close();
    this.#done = true;
    await this.#input.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #read(): Promise<IteratorResult<Entry, undefined>> {
    for (let needed = BLOCK; ; ) {
      const event =
        this.#input.available >= needed || (await this.#input.fill(needed)) ? this.#parse(needed) : this.#parser.end(this.#input.available);
      if (event.type === 'end') return this.#finish(event);
      if (event.type === 'entry') return { done: false, value: this.#enter(event) };
      needed = event.type === 'need' ? event.bytes : BLOCK;
    }
  }

  #parse(needed: number): ParseEvent {
    const before = this.#parser.position;
    const event = this.#parser.parse(this.#input.peek(needed));
    this.#consume((event.type === 'entry' ? event.bodyOffset : this.#parser.position) - before);
    return event;
  }

  #consume(length: number): void {
    if (this.#onRaw && length > 0) this.#onRaw(copyBytes(this.#input.peek(length), 0, length));
    this.#input.advance(length);
  }

  #enter(event: EntryEvent): Entry {
    this.#current = new StreamEntry(this.#input, event);
    return this.#current;
  }

  /** Skips what is left of a body, and its padding. */
  #leave(entry: StreamEntry): Promise<void> | undefined {
    this.#current = undefined;
    entry.close();
    const { bodyOffset, stored } = entry;
    const left = bodyOffset + stored - this.#input.position;
    const padding = padded(stored) - stored;
    if (left + padding > this.#input.available) return this.#skip(entry, left, padding);
    this.#input.advance(left);
    this.#consume(padding);
    return undefined;
  }

  async #skip({ header, bodyOffset, stored }: StreamEntry, left: number, padding: number): Promise<void> {
    const skipped = await this.#input.skip(left);
    const isWhole = skipped === left && (await this.#input.fill(padding));
    if (!isWhole) checkBody(header.name, bodyOffset, stored, stored - left + skipped + (skipped === left ? this.#input.available : 0));
    this.#consume(padding);
  }

  async #finish({ offset, zeroBlocks }: ParseEvent & { type: 'end' }): Promise<IteratorResult<Entry, undefined>> {
    let garbage = false;
    while (await this.#input.fill(1)) {
      const chunk = this.#input.peek(1);
      garbage ||= !areZeros(chunk);
      this.#consume(chunk.length);
    }
    this.#trailer = { offset, zeroBlocks, size: this.#input.position - offset, garbage };
    this.#done = true;
    return { done: true, value: undefined };
  }
}

class StreamEntry implements Entry {
  readonly #input: ByteReader;
  #state: 'fresh' | 'reading' | 'read' | 'left' = 'fresh';
  /** Whether a read of the body has not answered yet. */
  waiting = false;
  readonly header: Header;
  readonly typeflag: string;
  readonly headerOffset: number;
  readonly bodyOffset: number;
  readonly stored: number;

  constructor(input: ByteReader, { header, typeflag, headerOffset, bodyOffset, stored }: EntryEvent) {
    this.#input = input;
    this.header = header;
    this.typeflag = typeflag;
    this.headerOffset = headerOffset;
    this.bodyOffset = bodyOffset;
    this.stored = stored;
  }

  get body(): ByteStream {
    const { sparse, size } = this.header;
    const stored = lending(this.#read());
    return sparse ? expandSparse(stored, sparse, size) : stored;
  }

  async bytes(limit?: number): Promise<Uint8Array> {
    if (this.header.sparse) checkExpanded(this.header.size, limit);
    return collect(this.body, limit);
  }

  /** The reader has moved on. */
  close(): void {
    this.#state = 'left';
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    this.#check('fresh');
    this.#state = 'reading';
    for (let left = this.stored; left > 0; ) {
      const chunk = await this.#take(left);
      if (!chunk) return checkBody(this.header.name, this.bodyOffset, this.stored, this.stored - left);
      this.#check('reading');
      left -= chunk.length;
      yield chunk;
      this.#check('reading');
    }
    this.#state = 'read';
  }

  async #take(most: number): Promise<Uint8Array | undefined> {
    this.waiting = true;
    try {
      return await this.#input.take(most);
    } finally {
      this.waiting = false;
    }
  }

  #check(expected: 'fresh' | 'reading'): void {
    if (this.#state === expected) return;
    const reason =
      this.#state === 'left' ? 'the reader has moved on; read a body before asking for the next entry' : 'it has been read already, or is being read';
    throw new TypeError(`Cannot read the body of ${quote(this.header.name)}: ${reason}`);
  }
}
