import { EMPTY } from '../bytes/index.ts';
import { quote, TarError } from '../errors.ts';
import { asSource, asStream, giveBack, lend, lending, share } from '../stream/index.ts';
import { padded, ZEROS } from './body.ts';
import { type EncodeOptions, encodeHeader, keptRuns } from './encode.ts';
import { type EntryInit, type PlainBody, plainBody, plainEntry } from './entry.ts';
import { BLOCK, type SparseRun } from './format.ts';
import { sparsePacker } from './sparse.ts';

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
  return lending(writeArchive(new BlockBuffer(), entries, options));
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

async function* writeArchive(buffer: BlockBuffer, entries: Entries, options: WriteOptions): AsyncGenerator<Uint8Array> {
  yield* writeEntries(buffer, entries, options);
  yield* endArchive(buffer, options);
}

async function* writeEntries(buffer: BlockBuffer, entries: Entries, options: EncodeOptions): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    const streamed = append(buffer, entry, options);
    if (streamed) yield* streamed;
    buffer.pad();
    for (let chunk = buffer.take(); chunk; chunk = buffer.take()) yield chunk;
  }
}

function* endArchive(buffer: BlockBuffer, { endOfArchive = true }: WriteOptions): Generator<Uint8Array> {
  if (endOfArchive) buffer.append(ZEROS.subarray(0, 2 * BLOCK));
  buffer.flush();
  for (let chunk = buffer.take(); chunk; chunk = buffer.take()) yield chunk;
}

/** Appends an entry's header, and its body if that is here: one that has to be waited for is returned, to be appended as it comes. */
function append(buffer: BlockBuffer, init: EntryInit, options: EncodeOptions): AsyncIterable<Uint8Array> | undefined {
  const body = plainBody(init);
  const entry = plainEntry(init, body.size);
  buffer.append(encodeHeader(entry, options));
  const runs = keptRuns(entry, options);
  if (runs) return appendData(buffer, init.name, body, runs);
  if (!body.bytes) return appendStream(buffer, init.name, body);
  share(body.bytes);
  buffer.append(body.bytes);
  return undefined;
}

/** The data of a sparse file: read from where it lies, or picked out of a stream. */
async function* appendData(buffer: BlockBuffer, name: string, body: PlainBody, runs: readonly SparseRun[]): AsyncGenerator<Uint8Array> {
  const source = asSource(body.input);
  if (source)
    for (const { offset, length } of runs) yield* appendStream(buffer, name, { input: source.slice(offset, offset + length), size: length });
  else
    yield* appendStream(
      buffer,
      name,
      body,
      sparsePacker(runs, (part) => buffer.append(part)),
    );
}

/** Appends a stream, or what `take` does of each chunk, and passes on what is ready. @throws {TarError} `TAR_SIZE`. */
async function* appendStream(
  buffer: BlockBuffer,
  name: string,
  { input, size }: PlainBody,
  take = (chunk: Uint8Array): void => buffer.append(chunk),
): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of asStream(input)) {
    length += chunk.length;
    if (length > size) break;
    take(chunk);
    for (let ready = buffer.take(); ready; ready = buffer.take()) yield ready;
  }
  if (length === size) return;
  const found = length > size ? 'more' : `${length} bytes`;
  throw new TarError('TAR_SIZE', `Cannot write ${quote(name)}: size is ${size}, but the body has ${found}`, buffer.position, name);
}

/** Gathers headers, padding and small bodies into large chunks; large bodies pass by. What has been used is filled again. */
class BlockBuffer {
  readonly #idle: ArrayBufferLike[] = [];
  readonly #ready: Uint8Array[] = [];
  #bytes: Uint8Array = EMPTY;
  #start = 0;
  #end = 0;
  /** Bytes of the archive so far. */
  position = 0;

  append(bytes: Uint8Array): void {
    this.position += bytes.length;
    if (bytes.length > SMALL) {
      this.flush();
      this.#ready.push(bytes);
      return;
    }
    if (bytes.length > this.#bytes.length - this.#end) this.#renew();
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
    giveBack(bytes); // a copy is passed on in its stead
  }

  /** Fills up to a whole block. */
  pad(): void {
    this.append(ZEROS.subarray(0, padded(this.position) - this.position));
  }

  /** Makes what was gathered ready, full or not. */
  flush(): void {
    if (this.#end > this.#start) {
      share(this.#bytes);
      this.#ready.push(this.#bytes.subarray(this.#start, this.#end));
    }
    this.#start = this.#end;
  }

  /** The next chunk that is ready to be passed on. */
  take(): Uint8Array | undefined {
    return this.#ready.shift();
  }

  #renew(): void {
    this.flush();
    giveBack(this.#bytes);
    this.#bytes = new Uint8Array(this.#idle.pop() ?? new ArrayBuffer(BUFFER));
    lend(this.#bytes.buffer, (memory) => this.#idle.push(memory));
    this.#start = this.#end = 0;
  }
}
