import { copyBytes, decodeText, EMPTY } from '../bytes/index.ts';
import { quote, type TarError } from '../errors.ts';
import { fault } from './fault.ts';
import { type EntryType, type Header, type SparseRun, type TarFormat, USTAR_TYPES } from './format.ts';
import { parseNumber, readNumber } from './numeric.ts';
import { NO_RECORDS, type PaxRecords, paxInteger, paxTime, xattrsOf } from './pax.ts';

/** What extended headers in front of an entry say of it. */
export interface Extensions {
  readonly records: PaxRecords;
  readonly longName?: Uint8Array | undefined;
  readonly longLink?: Uint8Array | undefined;
  /** Whether an extended header of the entry's own was there. */
  readonly isPax: boolean;
}

const [FILE, HARDLINK, FIFO] = [0x30, 0x31, 0x36] as const;

/** Entry types by the code of their typeflag. */
const TYPES: readonly (EntryType | undefined)[] = Object.assign(
  Array.from({ length: 256 }, (_, code) => USTAR_TYPES[code - FILE]),
  {
    0: 'file',
    55: 'file', // 7: contiguous
    83: 'file', // S: old GNU sparse
    68: 'directory', // D: GNU dump directory, whose body lists the files that were in it
  } as const,
);

/** Reads text from a field that ends at its first NUL. */
function fieldText(block: Uint8Array, at: number, length: number): string {
  return decodeText(block, at, fieldEnd(block, at, length));
}

function fieldEnd(block: Uint8Array, at: number, length: number): number {
  let end = at;
  while (end < at + length && block[end] !== 0) end++;
  return end;
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  if (!bytes) return undefined;
  const end = bytes.indexOf(0);
  return decodeText(bytes, 0, end < 0 ? bytes.length : end);
}

/** The name of an entry whose header is faulty, as far as it is known. */
export function faultyName(block: Uint8Array, at: number, extensions: Extensions | undefined): string {
  return textOf(extensions?.records.get('path')) ?? textOf(extensions?.longName) ?? fieldText(block, at, 100);
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

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Decodes headers of one archive. Owner names repeat from entry to entry, so the last ones are remembered: they cost no string each.
 */
export class HeaderDecoder {
  readonly #uname: TextMemo = new TextMemo();
  readonly #gname: TextMemo = new TextMemo();

  /** Decodes the block at `block[at]`, which starts at `offset` of the archive and whose checksum is known to be right. */
  decode(block: Uint8Array, at: number, offset: number, extensions: Extensions | undefined): Header {
    const format = formatOf(block, at);
    const isV7 = format === 'v7';
    const header: Mutable<Header> = {
      name: fieldText(block, at, 100),
      type: 'file',
      size: readNumber(block, at + 124, 12, 'size', offset),
      mode: readNumber(block, at + 100, 8, 'mode', offset) & 0o7777,
      uid: readNumber(block, at + 108, 8, 'uid', offset),
      gid: readNumber(block, at + 116, 8, 'gid', offset),
      uname: isV7 ? '' : this.#uname.read(block, at + 265, 32),
      gname: isV7 ? '' : this.#gname.read(block, at + 297, 32),
      mtime: { seconds: readNumber(block, at + 136, 12, 'mtime', offset), nanoseconds: 0 },
      linkname: fieldText(block, at + 157, 100),
      devmajor: isV7 ? 0 : readNumber(block, at + 329, 8, 'devmajor', offset),
      devminor: isV7 ? 0 : readNumber(block, at + 337, 8, 'devminor', offset),
      xattrs: NO_RECORDS,
      pax: NO_RECORDS,
      format,
    };
    if (format === 'ustar') readUstarTail(header, block, at, offset);
    else if (format === 'gnu') readGnuTail(header, block, at);
    if (extensions) extend(header, extensions, offset);
    if (header.size < 0) throw fault('TAR_NUMBER', offset, `its size is ${header.size}`, undefined, header.name);
    header.type = typeOf(block[at + 156] as number, header);
    return header;
  }
}

/** Lays what the extended headers say over what the block says. */
function extend(header: Mutable<Header>, { records, longName, longLink, isPax }: Extensions, offset: number): void {
  header.name = agreed(records.get('path'), longName, 'names', offset) ?? header.name;
  header.linkname = agreed(records.get('linkpath'), longLink, 'link targets', offset) ?? header.linkname;
  if (isPax) header.format = 'pax';
  if (records.size === 0) return;
  header.pax = records;
  header.xattrs = xattrsOf(records, offset);
  header.uname = textOf(records.get('uname')) ?? header.uname;
  header.gname = textOf(records.get('gname')) ?? header.gname;
  header.size = paxInteger(records, 'size', offset) ?? header.size;
  header.uid = paxInteger(records, 'uid', offset) ?? header.uid;
  header.gid = paxInteger(records, 'gid', offset) ?? header.gid;
  header.devmajor = paxInteger(records, 'SCHILY.devmajor', offset) ?? header.devmajor;
  header.devminor = paxInteger(records, 'SCHILY.devminor', offset) ?? header.devminor;
  header.mtime = paxTime(records, 'mtime', offset) ?? header.mtime;
  const atime = paxTime(records, 'atime', offset);
  const ctime = paxTime(records, 'ctime', offset);
  if (atime) header.atime = atime;
  if (ctime) header.ctime = ctime;
}

/** What a PAX record and a GNU long name both give must be the same: of two, Go takes GNU's, and GNU tar the record's. */
function agreed(record: Uint8Array | undefined, long: Uint8Array | undefined, what: string, offset: number): string | undefined {
  const [pax, gnu] = [textOf(record), textOf(long)];
  if (pax === undefined || gnu === undefined || pax === gnu) return pax ?? gnu;
  throw fault('TAR_HEADER', offset, `its extended headers give it two ${what}, ${quote(pax)} and ${quote(gnu)}`);
}

/** A sparse file's header, once its map is known. */
export function withSparse(header: Header, size: number, sparse: readonly SparseRun[]): Header {
  const name = textOf(header.pax.get('GNU.sparse.name'));
  return { ...header, size, sparse, ...(name !== undefined && { name }) };
}

function typeOf(flag: number, { name, size }: Header): EntryType {
  const type = TYPES[flag];
  if (!type) return `other:${String.fromCharCode(flag)}`;
  // Before ustar had a flag for directories, a slash at the end of the name said it.
  const isOldDirectory = type === 'file' && name.endsWith('/') && (flag === 0 || (flag === FILE && size === 0));
  return isOldDirectory ? 'directory' : type;
}

/**
 * How many bytes of body follow. Decided here, once, for the body and for the way to the next header alike: readers that used two
 * sizes were led astray (TARmageddon, CVE-2025-62518). Kinds without a body have none whatever their size says, but a hard link
 * has the one that a PAX record gives it (POSIX.1-2024, pax, option linkdata).
 */
export function storedSize(flag: number, { type, size, pax }: Header): number {
  if (flag === HARDLINK) return pax.has('size') ? size : 0;
  return (flag > HARDLINK && flag <= FIFO) || (flag === 0 && type === 'directory') ? 0 : size;
}

/** The prefix of a long name, and star's times. */
function readUstarTail(header: Mutable<Header>, block: Uint8Array, at: number, offset: number): void {
  const star = isStar(block, at);
  if (block[at + 345] !== 0) header.name = `${fieldText(block, at + 345, star ? 131 : 155)}/${header.name}`;
  if (!star) return;
  header.atime = { seconds: readNumber(block, at + 476, 12, 'atime', offset), nanoseconds: 0 };
  header.ctime = { seconds: readNumber(block, at + 488, 12, 'ctime', offset), nanoseconds: 0 };
}

/** GNU's times. Where they are no numbers an old writer put a ustar prefix there: Go before 1.9 did (golang/go#21005). */
function readGnuTail(header: Mutable<Header>, block: Uint8Array, at: number): void {
  if (block[at + 345] === 0 && block[at + 357] === 0) return;
  const atime = parseNumber(block, at + 345, 12);
  const ctime = parseNumber(block, at + 357, 12);
  if (!Number.isSafeInteger(atime) || !Number.isSafeInteger(ctime)) {
    header.name = `${fieldText(block, at + 345, 155)}/${header.name}`;
    return;
  }
  if (block[at + 345] !== 0) header.atime = { seconds: atime, nanoseconds: 0 };
  if (block[at + 357] !== 0) header.ctime = { seconds: ctime, nanoseconds: 0 };
}

/** Remembers the last text read from a field. */
class TextMemo {
  #bytes: Uint8Array = EMPTY;
  #text = '';

  read(block: Uint8Array, at: number, length: number): string {
    const last = this.#bytes;
    let i = 0;
    while (i < last.length && last[i] === block[at + i]) i++;
    if (i === last.length && (i === length || block[at + i] === 0)) return this.#text;
    this.#bytes = copyBytes(block, at, fieldEnd(block, at, length));
    this.#text = decodeText(this.#bytes);
    return this.#text;
  }
}

/** What a block that is no header may be instead, from its first bytes: said in the error, because it is the usual mistake. */
export function checksumError(block: Uint8Array, at: number, offset: number, guess: string | undefined): TarError {
  const hint = guess ? `; the bytes look like ${guess}` : '';
  const shown = quote(fieldText(block, at, 100));
  return fault('TAR_CHECKSUM', offset, `its checksum does not match its bytes${hint} (they start with ${shown})`);
}
