import { decodeText } from '../bytes/index.ts';
import { quote, TarError } from '../errors.ts';
import { BLOCK, type EntryType, type Header, type SparseRun, type TarFormat, type Timestamp } from './format.ts';
import { parseNumber, readNumber } from './numeric.ts';
import { type PaxRecords, paxInteger, paxTime, xattrsOf } from './pax.ts';

/** What extended headers in front of an entry say of it. */
export interface Extensions {
  readonly records: PaxRecords;
  readonly longName?: Uint8Array | undefined;
  readonly longLink?: Uint8Array | undefined;
  /** Whether an extended header of the entry's own was there. */
  readonly isPax: boolean;
}

/** A decoded header, and what decides where the next one is. */
export interface Decoded {
  readonly header: Header;
  readonly typeflag: string;
  /** Bytes of the body as they are stored: without holes, and with the map that sparse format 1.0 puts in front. */
  readonly stored: number;
}

const TYPES: Readonly<Record<string, EntryType>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
  '7': 'file', // contiguous
  S: 'file', // old GNU sparse
  D: 'directory', // GNU dump directory: its body lists the files that were in it
};
const BODILESS: ReadonlySet<string> = new Set(['1', '2', '3', '4', '5', '6']);

/** Reads text from a field that ends at its first NUL. */
function fieldText(block: Uint8Array, at: number, length: number): string {
  let end = at;
  while (end < at + length && block[end] !== 0) end++;
  return decodeText(block, at, end);
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  if (!bytes) return undefined;
  const end = bytes.indexOf(0);
  return decodeText(bytes, 0, end < 0 ? bytes.length : end);
}

/** The dialect of a block, by its magic and version. An extended header makes an entry PAX whatever its own block says. */
function formatOf(block: Uint8Array, at: number): TarFormat {
  for (let i = 0; i < 5; i++) {
    if (block[at + 257 + i] !== 'ustar'.charCodeAt(i)) return 'v7';
  }
  if (block[at + 262] === 0) return 'ustar';
  return block[at + 262] === 0x20 && block[at + 263] === 0x20 && block[at + 264] === 0 ? 'gnu' : 'v7';
}

// star(5): "tar\0" at the end of the block; its prefix is shorter, and atime and ctime follow it.
function isStar(block: Uint8Array, at: number): boolean {
  return block[at + 508] === 0x74 && block[at + 509] === 0x61 && block[at + 510] === 0x72 && block[at + 511] === 0;
}

/**
 * Decodes headers of one archive. Owner names repeat from entry to entry, so the last ones are remembered: they cost no string each.
 */
export class HeaderDecoder {
  readonly #uname: TextMemo = new TextMemo();
  readonly #gname: TextMemo = new TextMemo();

  /** Decodes the block at `block[at]`, which starts at `offset` of the archive and whose checksum is known to be right. */
  decode(block: Uint8Array, at: number, offset: number, extensions: Extensions): Decoded {
    const { records } = extensions;
    const format = formatOf(block, at);
    const flag = String.fromCharCode(block[at + 156] as number);
    const times = format === 'v7' ? NO_TIMES : format === 'gnu' ? gnuTimes(block, at) : isStar(block, at) ? starTimes(block, at, offset) : NO_TIMES;
    const name = textOf(records.get('path')) ?? textOf(extensions.longName) ?? blockName(block, at, format, times);
    const number = (key: string, place: number, length: number, field: string): number =>
      (records.size > 0 ? paxInteger(records, key, offset) : undefined) ?? readNumber(block, at + place, length, field, offset);
    const size = number('size', 124, 12, 'size');
    if (size < 0) throw new TarError('TAR_NUMBER', `Cannot read the header at ${offset}: its size is ${size}`, offset, name);
    const atime = paxTime(records, 'atime', offset) ?? times.atime;
    const ctime = paxTime(records, 'ctime', offset) ?? times.ctime;
    const header: Header = {
      name,
      type: typeOf(flag, name, size),
      size,
      mode: readNumber(block, at + 100, 8, 'mode', offset) & 0o7777,
      uid: number('uid', 108, 8, 'uid'),
      gid: number('gid', 116, 8, 'gid'),
      uname: textOf(records.get('uname')) ?? (format === 'v7' ? '' : this.#uname.read(block, at + 265, 32)),
      gname: textOf(records.get('gname')) ?? (format === 'v7' ? '' : this.#gname.read(block, at + 297, 32)),
      mtime: paxTime(records, 'mtime', offset) ?? { seconds: readNumber(block, at + 136, 12, 'mtime', offset), nanoseconds: 0 },
      linkname: textOf(records.get('linkpath')) ?? textOf(extensions.longLink) ?? fieldText(block, at + 157, 100),
      devmajor: format === 'v7' ? 0 : number('SCHILY.devmajor', 329, 8, 'devmajor'),
      devminor: format === 'v7' ? 0 : number('SCHILY.devminor', 337, 8, 'devminor'),
      xattrs: xattrsOf(records),
      pax: records,
      format: extensions.isPax ? 'pax' : format,
      ...(atime && { atime }),
      ...(ctime && { ctime }),
    };
    return { header, typeflag: flag, stored: storedSize(flag, name, size, records) };
  }
}

/** A sparse file's header, once its map is known. */
export function withSparse(header: Header, size: number, sparse: readonly SparseRun[]): Header {
  const name = textOf(header.pax.get('GNU.sparse.name'));
  return { ...header, size, sparse, ...(name !== undefined && { name }) };
}

function typeOf(flag: string, name: string, size: number): EntryType {
  const type = TYPES[flag];
  // Before ustar had a flag for directories, a slash at the end of the name said it.
  if (type === 'file' && name.endsWith('/') && (flag === '\0' || (flag === '0' && size === 0))) return 'directory';
  return type ?? `other:${flag}`;
}

/**
 * How many bytes of body follow. Decided here, once, for the body and for the way to the next header alike: readers that used two
 * sizes were led astray (TARmageddon, CVE-2025-62518). Kinds without a body have none whatever their size says, but a hard link
 * has the one that a PAX record gives it (POSIX.1-2024, pax, option linkdata).
 */
function storedSize(flag: string, name: string, size: number, records: PaxRecords): number {
  if (flag === '1' && records.has('size')) return size;
  return BODILESS.has(flag) || (flag === '\0' && name.endsWith('/')) ? 0 : size;
}

interface Times {
  readonly atime?: Timestamp;
  readonly ctime?: Timestamp;
  /** The times are none: an old writer put a ustar prefix there (Go before 1.9 did, golang/go#12594 and #21005). */
  readonly isPrefix?: true;
}

const NO_TIMES: Times = {};

function gnuTimes(block: Uint8Array, at: number): Times {
  if (block[at + 345] === 0 && block[at + 357] === 0) return NO_TIMES;
  const [atime, ctime] = [parseNumber(block, at + 345, 12), parseNumber(block, at + 357, 12)];
  if (!Number.isSafeInteger(atime) || !Number.isSafeInteger(ctime)) return { isPrefix: true };
  return { ...(block[at + 345] !== 0 && { atime: { seconds: atime, nanoseconds: 0 } }), ...(block[at + 357] !== 0 && { ctime: { seconds: ctime, nanoseconds: 0 } }) };
}

function starTimes(block: Uint8Array, at: number, offset: number): Times {
  const time = (place: number, field: string): Timestamp => ({ seconds: readNumber(block, at + place, 12, field, offset), nanoseconds: 0 });
  return { atime: time(476, 'atime'), ctime: time(488, 'ctime') };
}

function blockName(block: Uint8Array, at: number, format: TarFormat, times: Times): string {
  const name = fieldText(block, at, 100);
  if (format === 'v7' || (format === 'gnu' && !times.isPrefix) || block[at + 345] === 0) return name;
  return `${fieldText(block, at + 345, isStar(block, at) ? 131 : 155)}/${name}`;
}

/** Remembers the last text read from a field. */
class TextMemo {
  #bytes = new Uint8Array(0);
  #text = '';

  read(block: Uint8Array, at: number, length: number): string {
    const last = this.#bytes;
    let i = 0;
    while (i < last.length && last[i] === block[at + i]) i++;
    if (i === last.length && (i === length || block[at + i] === 0)) return this.#text;
    this.#text = fieldText(block, at, length);
    let end = at;
    while (end < at + length && block[end] !== 0) end++;
    this.#bytes = block.slice(at, end);
    return this.#text;
  }
}

/** What a block that is no header may be instead, from its first bytes: said in the error, because it is the usual mistake. */
export function checksumError(block: Uint8Array, at: number, offset: number, guess: string | undefined): TarError {
  const hint = guess ? `; the bytes look like ${guess}` : '';
  const shown = quote(fieldText(block, at, Math.min(100, BLOCK)));
  return new TarError('TAR_CHECKSUM', `Cannot read the header at ${offset}: its checksum does not match its bytes${hint} (they start with ${shown})`, offset);
}
