import { plainBytes } from '../bytes/index.ts';
import { checkBody } from './body.ts';
import type { Header } from './format.ts';
import { type EntryEvent, type ParseOptions, TarParser } from './parser.ts';
import { checkExpanded, expandBytes } from './sparse.ts';

/** An entry of an archive in memory. */
export interface SyncEntry {
  readonly header: Header;
  readonly typeflag: string;
  readonly headerOffset: number;
  readonly bodyOffset: number;
  readonly stored: number;
  /**
   * The logical body. It is a view of the archive, not a copy; only that of a sparse file is made, when it is first asked for.
   * @throws {LimitError} `LIMIT_SIZE` for a sparse file of more than 1 GiB.
   */
  readonly body: Uint8Array;
}

/**
 * Reads an archive in memory, entry by entry, without copying bodies.
 * @throws {TarError} when the iteration reaches a fault; what was yielded before stays good.
 */
export function* readTarSync(given: Uint8Array, options: ParseOptions = {}): Generator<SyncEntry, void, undefined> {
  const archive = plainBytes(given);
  const parser = new TarParser(options);
  for (;;) {
    let event = parser.parse(archive, Math.min(parser.position, archive.length));
    if (event.type === 'need') event = parser.end(archive.length - parser.position);
    if (event.type === 'end') return;
    if (event.type === 'entry') yield new ArrayEntry(archive, event);
  }
}

class ArrayEntry implements SyncEntry {
  readonly #archive: Uint8Array;
  #body: Uint8Array | undefined;
  readonly header: Header;
  readonly typeflag: string;
  readonly headerOffset: number;
  readonly bodyOffset: number;
  readonly stored: number;

  constructor(archive: Uint8Array, { header, typeflag, headerOffset, bodyOffset, stored }: EntryEvent) {
    checkBody(header.name, bodyOffset, stored, archive.length - bodyOffset);
    this.#archive = archive;
    this.header = header;
    this.typeflag = typeflag;
    this.headerOffset = headerOffset;
    this.bodyOffset = bodyOffset;
    this.stored = stored;
  }

  get body(): Uint8Array {
    this.#body ??= this.#read();
    return this.#body;
  }

  #read(): Uint8Array {
    const stored = this.#archive.subarray(this.bodyOffset, this.bodyOffset + this.stored);
    const { sparse, size } = this.header;
    if (!sparse) return stored;
    checkExpanded(size);
    return expandBytes(stored, sparse, size);
  }
}
