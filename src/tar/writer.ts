import { decodeText, EMPTY } from '../bytes/index.ts';
import { quote, TarError } from '../errors.ts';
import { asSource, asStream, type ByteStream, giveBack, lend, lending, share } from '../stream/index.ts';
import { padded, ZEROS } from './body.ts';
import { type EncodeOptions, encodeHeader, keepsHoles } from './encode.ts';
import { type EntryInit, type PlainBody, type PlainEntry, plainBody, plainEntry } from './entry.ts';
import { BLOCK, type SparseRun } from './format.ts';
import { packSparse } from './sparse.ts';

/** How an archive is written. */
export interface WriteOptions extends EncodeOptions {
  /** Whether two zero blocks end the archive (the default). Without them another archive can be joined to it. */
  readonly endOfArchive?: boolean;
}

type Entries = Iterable<EntryInit> | AsyncIterable<EntryInit>;

const BUFFER = 256 * 1024;
// Bodies up to this size are copied next to their headers: one large chunk costs its consumer less than many small ones.
const SMALL = 32 * 1024;

/**
 * Writes an archive as it is pulled. Checksums, padding, long names and the choice of dialect are its business, not the caller's.
 * Large bodies are passed on as they are given, not copied: do not change them before the stream has ended.
 * @throws {LadingError} `TAR_FORMAT` where `options.format` cannot hold an entry. @throws {TarError} `TAR_SIZE` where a body ends early or goes on.
 */
export function writeTar(entries: Entries, options: WriteOptions = {}): AsyncGenerator<Uint8Array> {
  return lending(writeEntries(new BlockBuffer(), entries, options, endArchive));
}

/** Writes an archive as entries are pushed; chunks go to `sink` in order, and its promises are waited for. */
export class TarWriter {
  readonly #sink: (chunk: Uint8Array) => void | Promise<void>;
  readonly #options: WriteOptions;
  readonly #buffer: BlockBuffer = new BlockBuffer();
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(sink: (chunk: Uint8Array) => void | Promise<void>, options: WriteOptions = {}) {
    this.#sink = sink;
    this.#options = options;
  }

  /** Adds one entry; done when the next can be added. Entries are written in the order of the calls; small ones are gathered before they go to the sink. */
  add(entry: EntryInit): Promise<void> {
    if (this.#closed) throw new TypeError(`Cannot add ${quote(entry.name)}: the archive is closed`);
    return this.#write(writeEntries(this.#buffer, [entry], this.#options));
  }

  /** Ends the archive; done when the sink has taken all of it. */
  close(): Promise<void> {
    if (this.#closed) return this.#turn;
    this.#closed = true;
    return this.#write(endArchive(this.#buffer, this.#options));
  }

  // After a failure the archive is not whole, so every later call fails with the same error.
  #write(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      for await (const chunk of chunks) await this.#sink(chunk);
    });
    return this.#turn;
  }
}

async function* writeEntries(buffer: BlockBuffer, entries: Entries, options: WriteOptions, end?: typeof endArchive): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    const body = plainBody(entry);
    const plain = plainEntry(entry, body.size);
    // No `yield*` here: delegating costs a handful of promises, which is more than a small entry itself costs.
    if (!body.bytes || keepsHoles(plain, options)) for await (const chunk of writeStreamed(buffer, plain, body, options)) yield chunk;
    else for (const chunk of writeBytes(buffer, plain, body.bytes, options)) yield chunk;
  }
  if (end) yield* end(buffer, options);
}

function* writeBytes(buffer: BlockBuffer, entry: PlainEntry, body: Uint8Array, options: EncodeOptions): Generator<Uint8Array> {
  yield* buffer.append(encodeHeader(entry, options));
  share(body);
  yield* buffer.append(body);
  yield* buffer.pad();
}

async function* writeStreamed(buffer: BlockBuffer, entry: PlainEntry, body: PlainBody, options: EncodeOptions): AsyncGenerator<Uint8Array> {
  yield* buffer.append(encodeHeader(entry, options));
  const runs = keepsHoles(entry, options) ? entry.sparse : undefined;
  for await (const chunk of runs ? dataOf(buffer, entry, body, runs) : exactly(buffer, entry, asStream(body.input), body.size))
    yield* buffer.append(chunk);
  yield* buffer.pad();
}

function* endArchive(buffer: BlockBuffer, { endOfArchive = true }: WriteOptions): Generator<Uint8Array> {
  if (endOfArchive) yield* buffer.append(ZEROS.subarray(0, 2 * BLOCK));
  yield* buffer.flush();
}

/** The data of a sparse file: read from where it lies, or picked out of a stream. */
async function* dataOf(buffer: BlockBuffer, entry: PlainEntry, body: PlainBody, runs: readonly SparseRun[]): AsyncGenerator<Uint8Array> {
  const source = asSource(body.input);
  if (source) for (const { offset, length } of runs) yield* exactly(buffer, entry, asStream(source.slice(offset, offset + length)), length);
  else yield* asStream(packSparse(exactly(buffer, entry, asStream(body.input), body.size), runs)); // a chunk may give several
}

/** Passes on a stream that must have `wanted` bytes. */
async function* exactly(buffer: BlockBuffer, { name }: PlainEntry, chunks: ByteStream, wanted: number): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > wanted) break;
    yield chunk;
  }
  if (length === wanted) return;
  const entry = decodeText(name);
  const found = length > wanted ? 'goes on' : `ends after ${length}`;
  throw new TarError('TAR_SIZE', `Cannot write ${quote(entry)}: its body should give ${wanted} bytes and ${found}`, buffer.position, entry);
}

/** Gathers headers, padding and small bodies into large chunks; large bodies pass by. What has been used is filled again. */
class BlockBuffer {
  readonly #idle: ArrayBufferLike[] = [];
  // There is no room before the first byte comes.
  #bytes: Uint8Array = EMPTY;
  #start = BUFFER;
  #end = BUFFER;
  /** Bytes of the archive so far. */
  position = 0;

  *append(bytes: Uint8Array): Generator<Uint8Array> {
    this.position += bytes.length;
    if (bytes.length > SMALL) {
      yield* this.flush();
      yield bytes;
      return;
    }
    if (bytes.length > BUFFER - this.#end) yield* this.#renew();
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
    giveBack(bytes); // a copy is passed on in its stead
  }

  /** Fills up to a whole block. */
  *pad(): Generator<Uint8Array> {
    yield* this.append(ZEROS.subarray(0, padded(this.position) - this.position));
  }

  *flush(): Generator<Uint8Array> {
    if (this.#end > this.#start) {
      share(this.#bytes);
      yield this.#bytes.subarray(this.#start, this.#end);
    }
    this.#start = this.#end;
  }

  *#renew(): Generator<Uint8Array> {
    yield* this.flush();
    giveBack(this.#bytes);
    this.#bytes = new Uint8Array(this.#idle.pop() ?? new ArrayBuffer(BUFFER));
    lend(this.#bytes.buffer, (memory) => this.#idle.push(memory));
    this.#start = this.#end = 0;
  }
}
