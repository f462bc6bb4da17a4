import { copyBytes, sniffMagic } from '../bytes/index.ts';
import { TarError } from '../errors.ts';
import { padded } from './body.ts';
import { Checksum } from './checksum.ts';
import { fault } from './fault.ts';
import { BLOCK, type Header } from './format.ts';
import { checksumError, type Extensions, faultyName, HeaderDecoder, storedSize, withSparse } from './header.ts';
import { checkLimit, DEFAULT_LIMITS, type Limits } from './limits.ts';
import { parseNumber } from './numeric.ts';
import { checkGlobal, NO_RECORDS, overlayRecords, type PaxHeader, type PaxRecords, parsePax } from './pax.ts';
import { bodyMap, checkRuns, type MapReader, oldGnuMap, oldGnuSize, readPaxSparse } from './sparse.ts';

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

const OLD_GNU_SPARSE = 0x53;
const FLAGS: readonly string[] = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));

/** A sparse entry whose map is not all there yet: its header, already decoded, and the logical size. */
interface SparseEntry {
  readonly header: Header;
  readonly size: number;
  readonly stored: number;
  readonly map: MapReader;
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
  #sparse: SparseEntry | undefined;
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
    const reason = this.position === 0 ? `${available} bytes are no tar, or one that was cut` : 'the archive was cut there, inside a header';
    throw new TarError('TAR_TRUNCATED', `Cannot read on at ${this.position}: ${reason}`, this.position);
  }

  /** Handles the block at `place`; `undefined` if it gave no event and parsing goes on at `position`. */
  #block(input: Uint8Array, place: number): ParseEvent | undefined {
    const state = this.#checksum.judge(input, place);
    if (state === 'zero') return this.#zero();
    if (state === 'wrong') return this.#wrong(input, place);
    if (this.#zeros > 0 && !this.#concatenated)
      throw fault('TAR_HEADER', this.position, 'it follows a zero block; allow `concatenated` if archives were joined');
    this.#zeros = 0;
    switch (input[place + 156]) {
      case 0x67: // g
        return this.#global(input, place);
      case 0x78: // x
      case 0x58: // X, Solaris
      case 0x4c: // L
      case 0x4b: // K
        return this.#extension(input, place);
      default:
        return this.#entry(input, place);
    }
  }

  #zero(): ParseEvent | undefined {
    if (this.#start !== undefined) throw fault('TAR_HEADER', this.position, 'an extended header comes last');
    this.position += BLOCK;
    this.#zeros++;
    if (this.#concatenated || this.#zeros < 2) return undefined;
    return { type: 'end', offset: this.position - 2 * BLOCK, zeroBlocks: 2 };
  }

  /** A block that is no header ends the archive where a zero block came before it: it is garbage then. */
  #wrong(input: Uint8Array, place: number): ParseEvent {
    if (this.#zeros > 0 && !this.#concatenated) return { type: 'end', offset: this.position - BLOCK, zeroBlocks: 1 };
    throw checksumError(input, place, this.position, this.position === 0 ? sniffMagic(input.subarray(place)) : undefined);
  }

  /** The body of an extended header, or the `need` of it. */
  #metadata(input: Uint8Array, place: number): Uint8Array | (ParseEvent & { type: 'need' }) {
    const start = this.#start ?? this.position;
    const size = parseNumber(input, place + 124, 12);
    if (!(size >= 0)) throw fault('TAR_NUMBER', this.position, 'the size of an extended header is no number');
    // All in front of one entry count, or a chain of them would have no end.
    checkLimit(this.#limits, 'metadata', this.position - start + size, `the extended header at ${start}`);
    const total = BLOCK + padded(size);
    if (input.length - place < total) return { type: 'need', bytes: total };
    this.position += total;
    return input.subarray(place + BLOCK, place + BLOCK + size);
  }

  #global(input: Uint8Array, place: number): ParseEvent {
    const offset = this.position;
    if (this.#start !== undefined) throw fault('TAR_HEADER', this.position, 'it parts an extended header from its entry');
    const body = this.#metadata(input, place);
    if (!(body instanceof Uint8Array)) return body;
    const { records } = parsePax(body, offset);
    checkGlobal(records, offset);
    this.#globals = overlayRecords(this.#globals, records);
    checkLimit(this.#limits, 'globals', this.#globals.size, `the number of global records at ${offset}`);
    return { type: 'global', headerOffset: offset, records };
  }

  #extension(input: Uint8Array, place: number): ParseEvent | undefined {
    const offset = this.position;
    const body = this.#metadata(input, place);
    if (!(body instanceof Uint8Array)) return body;
    this.#start ??= offset;
    const flag = input[place + 156];
    if (flag === 0x4c) this.#longName = copyBytes(body);
    else if (flag === 0x4b) this.#longLink = copyBytes(body);
    else this.#pax = parsePax(body, offset);
    return undefined;
  }

  #entry(input: Uint8Array, place: number): ParseEvent {
    const flag = input[place + 156] as number;
    try {
      if (this.#sparse) return this.#readMap(input, place, flag, this.#sparse);
      const header = this.#decoder.decode(input, place, this.position, this.#extensions());
      const stored = storedSize(flag, header);
      return this.#findSparse(input, place, flag, header, stored) ?? this.#emit(flag, header, BLOCK, stored);
    } catch (error) {
      if (!(error instanceof TarError) || error.entry !== undefined) throw error;
      throw new TarError(error.code, error.message, error.offset, faultyName(input, place, this.#extensions()));
    }
  }

  #emit(flag: number, header: Header, head: number, stored: number): EntryEvent {
    const bodyOffset = this.position + head;
    const next = bodyOffset + padded(stored);
    if (!Number.isSafeInteger(next)) throw fault('TAR_NUMBER', this.position, 'its body ends past all numbers');
    if (++this.#entries > this.#limits.entries) checkLimit(this.#limits, 'entries', this.#entries, 'the number of entries');
    const headerOffset = this.#start ?? this.position;
    this.position = next;
    this.#start = this.#pax = this.#longName = this.#longLink = this.#sparse = undefined;
    return { type: 'entry', header, typeflag: FLAGS[flag] as string, headerOffset, bodyOffset, stored };
  }

  #extensions(): Extensions | undefined {
    if (this.#start === undefined && this.#globals.size === 0) return undefined;
    const records = overlayRecords(this.#globals, this.#pax?.records ?? NO_RECORDS);
    return { records, longName: this.#longName, longLink: this.#longLink, isPax: this.#pax !== undefined };
  }

  /** The event of a sparse file, or `undefined` if the entry is none. */
  #findSparse(input: Uint8Array, place: number, flag: number, header: Header, stored: number): ParseEvent | undefined {
    const offset = this.position;
    const found = this.#pax && readPaxSparse(this.#pax, offset, this.#limits);
    if (flag !== OLD_GNU_SPARSE && !found) return undefined;
    if (found && (flag === OLD_GNU_SPARSE || header.type !== 'file'))
      throw fault('TAR_SPARSE', this.position, 'its extended header makes a sparse file of it');
    if (found && found.runs !== 'in-body') {
      checkRuns(found.runs, found.size, stored, offset);
      return this.#emit(flag, withSparse(header, found.size, found.runs), BLOCK, stored);
    }
    const window = { bytes: input, at: place };
    const map = found ? bodyMap(window, stored, offset, this.#limits) : oldGnuMap(window, offset, this.#limits);
    this.#sparse = { header, size: found ? found.size : oldGnuSize(input, place, offset), stored, map };
    return this.#readMap(input, place, flag, this.#sparse);
  }

  /** Reads on in a map that stands in blocks of its own. The data lies behind it; only format 1.0 counts it to the body. */
  #readMap(input: Uint8Array, place: number, flag: number, { header, size, stored, map }: SparseEntry): ParseEvent {
    const { done, value } = map.next({ bytes: input, at: place });
    if (!done) return { type: 'need', bytes: value };
    const { runs, head } = value;
    const data = flag === OLD_GNU_SPARSE ? stored : stored - (head - BLOCK);
    checkRuns(runs, size, data, this.position);
    return this.#emit(flag, withSparse(header, size, runs), head, data);
  }
}
