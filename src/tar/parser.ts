import { sniffMagic } from '../bytes/index.ts';
import { TarError } from '../errors.ts';
import { padded } from './body.ts';
import { Checksum } from './checksum.ts';
import { BLOCK, type Header, type SparseRun } from './format.ts';
import { checksumError, type Extensions, HeaderDecoder, storedSize, withSparse } from './header.ts';
import { checkLimit, DEFAULT_LIMITS, type Limits } from './limits.ts';
import { parseNumber } from './numeric.ts';
import { overlayRecords, type PaxHeader, type PaxRecords, parsePax } from './pax.ts';
import { checkRuns, readBodyMap, readOldGnuMap, readPaxSparse } from './sparse.ts';

/** An entry's header has been read. Its body is the `stored` bytes at `bodyOffset`; the parser's position is already past them. */
export interface EntryEvent {
  readonly type: 'entry';
  readonly header: Header;
  /** The raw typeflag, one character. */
  readonly typeflag: string;
  /** Where the entry begins in the archive: at its first extended header, if it has any. */
  readonly headerOffset: number;
  readonly bodyOffset: number;
  /** Bytes of the body in the archive. For a sparse file that is less than `header.size`. */
  readonly stored: number;
}

/** What `TarParser.parse` found. Offsets count from the start of the archive. */
export type ParseEvent =
  /** At least `bytes` bytes from the parser's position are needed. */
  | { readonly type: 'need'; readonly bytes: number }
  | EntryEvent
  /** A global extended header: its records apply to all entries from here on. */
  | { readonly type: 'global'; readonly headerOffset: number; readonly records: PaxRecords }
  /** The archive's end: where its first zero block is (or where the input stops), and how many zero blocks mark it: 0, 1 or 2. */
  | { readonly type: 'end'; readonly offset: number; readonly zeroBlocks: 0 | 1 | 2 };

/** How an archive is read. */
export interface ParseOptions {
  readonly limits?: Partial<Limits>;
  /** Whether zero blocks end the archive (the default) or only one of several archives that were joined: GNU tar's `--ignore-zeros`. */
  readonly concatenated?: boolean;
}

const NO_RECORDS: PaxRecords = new Map();
const OLD_GNU_SPARSE = 0x53;
const FLAGS: readonly string[] = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));

interface SparseEntry {
  readonly header: Header;
  readonly head: number;
  readonly stored: number;
}

/**
 * Parses an archive without any I/O: bytes in, events out. Feed it bytes that start at `position`; it looks at as many as it needs and
 * moves `position` to where the next ones must start, which is past the body after an `entry` event. It never searches for a header.
 */
export class TarParser {
  /** Where in the archive the next input must start. */
  position = 0;
  readonly #limits: Limits;
  readonly #concatenated: boolean;
  readonly #checksum: Checksum = new Checksum();
  readonly #decoder: HeaderDecoder = new HeaderDecoder();
  #globals: PaxRecords = NO_RECORDS;
  #entries = 0;
  // Extended headers that wait for the entry they belong to.
  #start: number | undefined;
  #pax: PaxHeader | undefined;
  #longName: Uint8Array | undefined;
  #longLink: Uint8Array | undefined;
  // Zero blocks that were seen last.
  #zeros = 0;

  constructor({ limits, concatenated = false }: ParseOptions = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#concatenated = concatenated;
  }

  /**
   * Reads the next event from `input`, whose byte at index `at` is the archive's byte at `position`. Nothing of `input` is kept.
   * @throws {TarError} with the offset of the fault. The parser is of no use afterwards.
   * @throws {LimitError} when the archive declares more than `limits` allow.
   */
  parse(input: Uint8Array, at = 0): ParseEvent {
    for (let place = at; ; ) {
      if (input.length - place < BLOCK) return { type: 'need', bytes: BLOCK };
      const before = this.position;
      const event = this.#block(input, place);
      if (event) return event;
      place += this.position - before;
    }
  }

  /**
   * Tells the parser that the input ends `available` bytes after `position`, fewer than it needs.
   * @throws {TarError} `TAR_TRUNCATED` unless the archive may end here.
   */
  end(available: number): ParseEvent {
    const isBetweenEntries = this.#start === undefined;
    if (isBetweenEntries && (available <= 0 || this.#zeros > 0)) {
      return { type: 'end', offset: this.position - this.#zeros * BLOCK, zeroBlocks: Math.min(this.#zeros, 2) as 0 | 1 | 2 };
    }
    throw new TarError(
      'TAR_TRUNCATED',
      `Cannot read on at ${this.position}: the archive ends there, inside a header; it was cut, or not copied whole`,
      this.position,
    );
  }

  /** Handles the block at `place`; `undefined` if it gave no event and parsing goes on at `position`. */
  #block(input: Uint8Array, place: number): ParseEvent | undefined {
    const state = this.#checksum.judge(input, place);
    if (state === 'zero') return this.#zero();
    if (state === 'wrong') throw checksumError(input, place, this.position, this.position === 0 ? sniffMagic(input.subarray(place)) : undefined);
    if (this.#zeros > 0 && !this.#concatenated)
      throw this.#fault(
        'TAR_HEADER',
        'it follows a zero block, so that some readers have stopped before it; allow `concatenated` if archives were joined',
      );
    this.#zeros = 0;
    switch (input[place + 156]) {
      case 0x78: // x
      case 0x58: // X, Solaris
      case 0x67: // g
      case 0x4c: // L
      case 0x4b: // K
        return this.#extension(input, place);
      default:
        return this.#entry(input, place);
    }
  }

  #zero(): ParseEvent | undefined {
    if (this.#start !== undefined) throw this.#fault('TAR_HEADER', 'an extended header is followed by the end of the archive');
    this.position += BLOCK;
    this.#zeros++;
    if (this.#concatenated || this.#zeros < 2) return undefined;
    return { type: 'end', offset: this.position - 2 * BLOCK, zeroBlocks: 2 };
  }

  #extension(input: Uint8Array, place: number): ParseEvent | undefined {
    const offset = this.position;
    const size = parseNumber(input, place + 124, 12);
    if (!(size >= 0)) throw this.#fault('TAR_NUMBER', 'the size of an extended header is no number');
    checkLimit(this.#limits, 'metadata', size, `the extended header at ${offset}`);
    const total = BLOCK + padded(size);
    if (input.length - place < total) return { type: 'need', bytes: total };
    const body = input.subarray(place + BLOCK, place + BLOCK + size);
    this.position += total;
    const flag = input[place + 156];
    if (flag === 0x67) {
      const { records } = parsePax(body, offset);
      this.#globals = overlayRecords(this.#globals, records);
      return { type: 'global', headerOffset: offset, records };
    }
    this.#start ??= offset;
    if (flag === 0x4c) this.#longName = body.slice();
    else if (flag === 0x4b) this.#longLink = body.slice();
    else this.#pax = parsePax(body, offset);
    return undefined;
  }

  #entry(input: Uint8Array, place: number): ParseEvent {
    const offset = this.position;
    const flag = input[place + 156] as number;
    const header = this.#decoder.decode(input, place, offset, this.#extensions());
    const stored = storedSize(flag, header);
    const found = this.#sparse(input, place, flag, header, stored);
    if (found && 'type' in found) return found;
    const event: EntryEvent = {
      type: 'entry',
      header: found ? found.header : header,
      typeflag: FLAGS[flag] as string,
      headerOffset: this.#start ?? offset,
      bodyOffset: offset + (found ? found.head : BLOCK),
      stored: found ? found.stored : stored,
    };
    this.position = event.bodyOffset + padded(event.stored);
    if (!Number.isSafeInteger(this.position)) throw this.#fault('TAR_NUMBER', 'its body ends past any place that can be counted');
    this.#start = this.#pax = this.#longName = this.#longLink = undefined;
    if (++this.#entries > this.#limits.entries) checkLimit(this.#limits, 'entries', this.#entries, 'the number of entries');
    return event;
  }

  #extensions(): Extensions | undefined {
    if (this.#start === undefined && this.#globals.size === 0) return undefined;
    const records = overlayRecords(this.#globals, this.#pax?.records ?? NO_RECORDS);
    return { records, longName: this.#longName, longLink: this.#longLink, isPax: this.#pax !== undefined };
  }

  /** Reads the sparse map, if the entry has one: its body starts `head` bytes on then, behind the map. */
  #sparse(input: Uint8Array, place: number, flag: number, header: Header, stored: number): SparseEntry | ParseEvent | undefined {
    if (flag === OLD_GNU_SPARSE) {
      const map = readOldGnuMap(input, place, this.position, this.#limits);
      if (!map) return { type: 'need', bytes: input.length - place + BLOCK };
      return this.#sparseEntry(header, map.realSize, map.runs, map.blocks * BLOCK, stored);
    }
    const found = this.#pax && readPaxSparse(this.#pax, this.position, this.#limits);
    if (!found || header.type !== 'file') return undefined;
    if (found.runs !== 'in-body') return this.#sparseEntry(header, found.size, found.runs, BLOCK, stored);
    const body = input.subarray(place + BLOCK, place + BLOCK + stored);
    const map = readBodyMap(body, this.position, this.#limits);
    if (map) return this.#sparseEntry(header, found.size, map.runs, BLOCK + map.length, stored - map.length);
    if (body.length === stored) throw this.#fault('TAR_SPARSE', 'its sparse map does not end within its body');
    return { type: 'need', bytes: Math.min(input.length - place + BLOCK, BLOCK + stored) };
  }

  #sparseEntry(header: Header, size: number, runs: readonly SparseRun[], head: number, stored: number): SparseEntry {
    checkRuns(runs, size, stored, this.position);
    return { header: withSparse(header, size, runs), head, stored };
  }

  #fault(code: 'TAR_HEADER' | 'TAR_NUMBER' | 'TAR_SPARSE', reason: string): TarError {
    return new TarError(code, `Cannot read the header at ${this.position}: ${reason}`, this.position);
  }
}
