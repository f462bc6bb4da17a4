import type { Source } from '../stream/index.ts';
import { HeaderColumns } from './columns.ts';
import type { EntryType, Header } from './format.ts';
import type { EntryEvent } from './parser.ts';
import { sparseSource } from './sparse.ts';

/** The end of an archive. */
export interface Trailer {
  /** Where the first zero block is, or where the input ends. */
  readonly offset: number;
  readonly zeroBlocks: 0 | 1 | 2;
  /** Bytes from there to the end of the input. */
  readonly size: number;
  /** Whether some of them are not zero: data that other readers never show. */
  readonly garbage: boolean;
}

/**
 * Everything that an archive says of its entries, in the order of the file, duplicates and all. Entries are known by their number from 0.
 * Made by `scanTar` or `indexTar`; bodies stay where they are, and are read through `source`.
 */
export class TarIndex implements Iterable<Header> {
  readonly #columns: HeaderColumns = new HeaderColumns();
  #source: Source | undefined;
  readonly #digests: string[] = [];
  #trailer: Trailer = { offset: 0, zeroBlocks: 0, size: 0, garbage: false };

  /** @internal An index is filled by what reads the archive. */
  constructor(source?: Source) {
    this.#source = source;
  }

  get length(): number {
    return this.#columns.length;
  }

  get trailer(): Trailer {
    return this.#trailer;
  }

  name(entry: number): string {
    return this.#columns.name(entry);
  }

  type(entry: number): EntryType {
    return this.#columns.type(entry);
  }

  /** The raw typeflag, one character. */
  typeflag(entry: number): string {
    return this.#columns.typeflag(entry);
  }

  /** Logical size of the body, holes included. */
  size(entry: number): number {
    return this.#columns.size(entry);
  }

  /** The decoded header. It is made anew at each call: keep it if you need it twice. */
  header(entry: number): Header {
    return this.#columns.header(entry);
  }

  /** Where the entry begins: at the first of its extended headers, or at its header. */
  headerOffset(entry: number): number {
    return this.#columns.headerOffset(entry);
  }

  bodyOffset(entry: number): number {
    return this.#columns.bodyOffset(entry);
  }

  /** Bytes that the body takes in the archive: fewer than `size` for a sparse file, none for kinds that have no body. */
  stored(entry: number): number {
    return this.#columns.stored(entry);
  }

  /** The logical body, holes filled with zeros, as a Source of its own. */
  body(entry: number): Source {
    const stored = this.#bytes(this.bodyOffset(entry), this.stored(entry));
    const runs = this.#columns.sparse(entry);
    return runs ? sparseSource(stored, runs, this.size(entry)) : stored;
  }

  /** The digest of the body, where one was made as the archive was indexed: see `IndexOptions.digest`. */
  digest(entry: number): string | undefined {
    return this.#digests[entry];
  }

  /** The raw blocks in front of the body: extended headers, header, sparse map. Read again from the archive. */
  rawHeader(entry: number): Promise<Uint8Array> {
    const start = this.headerOffset(entry);
    const length = this.bodyOffset(entry) - start;
    return this.#bytes(start, length).read(0, length);
  }

  *[Symbol.iterator](): Generator<Header> {
    for (let entry = 0; entry < this.length; entry++) yield this.header(entry);
  }

  /** @internal */
  add(event: Omit<EntryEvent, 'type'>): void {
    this.#columns.add(event);
  }

  /** @internal */
  setDigest(entry: number, digest: string): void {
    this.#digests[entry] = digest;
  }

  /** @internal */
  finish(trailer: Trailer, source: Source | undefined = this.#source): this {
    this.#trailer = trailer;
    this.#source = source;
    this.#columns.trim();
    return this;
  }

  #bytes(start: number, length: number): Source {
    if (!this.#source) throw new TypeError('Cannot read a body: this index was made from a stream; give indexTar a source that can be read again');
    return this.#source.slice(start, start + length);
  }
}
