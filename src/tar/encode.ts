import { concatBytes, decodeText, EMPTY, encodeText, hasEscapes } from '../bytes/index.ts';
import { LadingError, quote } from '../errors.ts';
import { padded } from './body.ts';
import { sealBlock } from './checksum.ts';
import type { PlainEntry } from './entry.ts';
import { BLOCK, type EntryType, type SparseRun, type TarFormat, USTAR_TYPES } from './format.ts';
import { octalLimit, writeBase256, writeOctal } from './numeric.ts';
import { encodePax, formatPaxTime, isOwnRecord, xattrRecord } from './pax.ts';
import { encodeBodyMap } from './sparse.ts';

/** The dialects that are written. */
export type WriteFormat = Exclude<TarFormat, 'v7'>;

/** How an entry is encoded. */
export interface EncodeOptions {
  /** The dialect to use for all entries. Default: for each entry ustar where it holds everything, else PAX. */
  readonly format?: WriteFormat;
  /** Writes blocks as npm's packages have them: uid and gid empty, a space behind each number. */
  readonly npm?: boolean;
}

// Flags with a meaning of their own: an entry of them would be read as something else.
const TAKEN = '\x0001234567SDxXgLK';
const LARGEST_ID = octalLimit(8);
const LARGEST = octalLimit(12);
const NAME = 100;
const PREFIX = 155;
const OWNER = 31; // a NUL ends it

/** Encodes everything that stands in front of a body: extended headers, the header block, the map of a sparse file. */
export function encodeHeader(entry: PlainEntry, options: EncodeOptions = {}): Uint8Array {
  if (options.format === 'gnu') return encodeGnu(entry);
  const runs = keptRuns(entry, options);
  if (runs) return encodeSparse(entry, runs, options);
  const records = paxRecords(entry);
  if (options.format === 'ustar') {
    for (const key of records.keys()) throw cannotHold(entry, 'ustar', key);
  }
  return encodePosix(entry, records, options);
}

/** The runs of a sparse file whose holes are kept, so that only its data is to be written after the header. */
export function keptRuns({ sparse }: PlainEntry, { format = 'pax' }: EncodeOptions): readonly SparseRun[] | undefined {
  return format === 'pax' ? sparse : undefined;
}

/** What a ustar block cannot hold of an entry, as PAX records. */
function paxRecords(entry: PlainEntry): Map<string, Uint8Array> {
  const records = new Map<string, Uint8Array>();
  const text = (key: string, value: Uint8Array, fits: boolean): void => {
    if (fits) return;
    if (hasEscapes(decodeText(value))) records.set('hdrcharset', encodeText('BINARY'));
    records.set(key, value);
  };
  const number = (key: string, value: number, largest: number): void => {
    if (value > largest || value < 0) records.set(key, encodeText(String(value)));
  };
  text('path', entry.name, splitName(entry.name) !== undefined);
  text('linkpath', entry.linkname, entry.linkname.length <= NAME);
  text('uname', entry.uname, entry.uname.length <= OWNER);
  text('gname', entry.gname, entry.gname.length <= OWNER);
  number('size', entry.size, LARGEST);
  number('uid', entry.uid, LARGEST_ID);
  number('gid', entry.gid, LARGEST_ID);
  number('SCHILY.devmajor', entry.devmajor, LARGEST_ID);
  number('SCHILY.devminor', entry.devminor, LARGEST_ID);
  const { seconds, nanoseconds } = entry.mtime;
  if (nanoseconds !== 0 || seconds < 0 || seconds > LARGEST) records.set('mtime', encodeText(formatPaxTime(entry.mtime)));
  if (entry.atime) records.set('atime', encodeText(formatPaxTime(entry.atime)));
  if (entry.ctime) records.set('ctime', encodeText(formatPaxTime(entry.ctime)));
  for (const [name, value] of entry.xattrs) records.set(...xattrRecord(name, value));
  for (const [key, value] of entry.pax) {
    if (!isOwnRecord(key)) records.set(key, value);
  }
  return records;
}

/** A ustar block, and an extended header with the records in front of it if there are any. */
function encodePosix(entry: PlainEntry, records: ReadonlyMap<string, Uint8Array>, options: EncodeOptions): Uint8Array {
  const block = headerBlock(entry, options);
  if (records.size === 0) return block;
  const body = encodePax(records);
  return concatBytes([metadataBlock('x', encodeText(`PaxHeaders/${asciiTail(entry.name)}`), body.length), onBlocks(body), block]);
}

/** Format 1.0: the map is the first part of the body, and counts to its size. */
function encodeSparse(entry: PlainEntry, runs: readonly SparseRun[], options: EncodeOptions): Uint8Array {
  const map = onBlocks(encodeBodyMap(runs));
  const stored = { ...entry, size: map.length + runs.reduce((sum, { length }) => sum + length, 0) };
  const records = paxRecords(stored);
  for (const [key, value] of [
    ['major', '1'],
    ['minor', '0'],
    ['realsize', String(entry.size)],
  ] as const)
    records.set(`GNU.sparse.${key}`, encodeText(value));
  records.set('GNU.sparse.name', entry.name);
  return concatBytes([encodePosix(stored, records, options), map]);
}

function encodeGnu(entry: PlainEntry): Uint8Array {
  if (entry.uname.length > OWNER) throw cannotHold(entry, 'gnu', 'uname');
  if (entry.gname.length > OWNER) throw cannotHold(entry, 'gnu', 'gname');
  if (entry.xattrs.size > 0) throw cannotHold(entry, 'gnu', 'extended attributes');
  for (const time of [entry.mtime, entry.atime, entry.ctime]) {
    if (time && time.nanoseconds !== 0) throw cannotHold(entry, 'gnu', 'nanoseconds');
  }
  for (const key of entry.pax.keys()) {
    if (!isOwnRecord(key)) throw cannotHold(entry, 'gnu', key);
  }
  const parts: Uint8Array[] = [];
  for (const [flag, text] of [
    ['K', entry.linkname],
    ['L', entry.name],
  ] as const) {
    if (text.length <= NAME) continue;
    const body = concatBytes([text, new Uint8Array(1)]);
    parts.push(metadataBlock(flag, encodeText('././@LongLink'), body.length), onBlocks(body));
  }
  parts.push(headerBlock(entry, { format: 'gnu' }));
  return concatBytes(parts);
}

function metadataBlock(flag: string, name: Uint8Array, size: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  block.set(name.subarray(0, NAME));
  for (const [at, length, value] of [
    [100, 8, 0o644],
    [108, 8, 0],
    [116, 8, 0],
    [124, 12, size],
    [136, 12, 0],
  ] as const)
    writeOctal(block, at, length, value);
  block[156] = flag.charCodeAt(0);
  block.set(flag === 'x' ? USTAR_MAGIC : GNU_MAGIC, 257);
  sealBlock(block);
  return block;
}

const USTAR_MAGIC = encodeText('ustar\x0000');
const GNU_MAGIC = encodeText('ustar  \0');

/** The header block itself. What does not fit is cut or zero: extended headers in front of it say it. */
function headerBlock(entry: PlainEntry, { format, npm = false }: EncodeOptions): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const gnu = format === 'gnu';
  const number = gnu ? writeGnuNumber : npm ? writeSpacedOctal : writeClampedOctal;
  const [prefix, name] = (gnu ? undefined : splitName(entry.name)) ?? [EMPTY, entry.name];
  put(block, 0, name, NAME);
  number(block, 100, 8, entry.mode);
  if (!npm) {
    number(block, 108, 8, entry.uid);
    number(block, 116, 8, entry.gid);
  }
  number(block, 124, 12, entry.size);
  number(block, 136, 12, entry.mtime.seconds);
  block[156] = flagOf(entry.type);
  put(block, 157, entry.linkname, NAME);
  put(block, 257, gnu ? GNU_MAGIC : USTAR_MAGIC, 8);
  put(block, 265, entry.uname, OWNER);
  put(block, 297, entry.gname, OWNER);
  number(block, 329, 8, entry.devmajor);
  number(block, 337, 8, entry.devminor);
  put(block, 345, prefix, PREFIX);
  if (gnu && entry.atime) number(block, 345, 12, entry.atime.seconds);
  if (gnu && entry.ctime) number(block, 357, 12, entry.ctime.seconds);
  sealBlock(block, npm);
  return block;
}

// Fields are short and mostly empty; a call of `set` costs more than the bytes do.
function put(block: Uint8Array, at: number, bytes: Uint8Array, most: number): void {
  const length = Math.min(bytes.length, most);
  for (let i = 0; i < length; i++) block[at + i] = bytes[i] as number;
}

function writeGnuNumber(block: Uint8Array, at: number, length: number, value: number): void {
  if (value >= 0 && value <= octalLimit(length)) writeOctal(block, at, length, value);
  else writeBase256(block, at, length, value);
}

function writeClampedOctal(block: Uint8Array, at: number, length: number, value: number): void {
  writeOctal(block, at, length, value >= 0 && value <= octalLimit(length) ? value : 0);
}

/** One digit less than would fit, and a space for it. */
function writeSpacedOctal(block: Uint8Array, at: number, length: number, value: number): void {
  const hasRoom = value >= 0 && value <= octalLimit(length - 1);
  writeClampedOctal(block, at, hasRoom ? length - 1 : length, value);
  if (hasRoom) block[at + length - 2] = 0x20;
}

function flagOf(type: EntryType): number {
  const known = USTAR_TYPES.indexOf(type);
  if (known >= 0) return 0x30 + known;
  const flag = type.startsWith('other:') && !TAKEN.includes(type.slice(6)) ? type.slice(6) : '';
  if (flag.length !== 1 || flag.charCodeAt(0) > 0xff) throw new TypeError(`Cannot write an entry of type ${quote(type)}: there is no such type`);
  return flag.charCodeAt(0);
}

/** Splits a name over prefix and name fields at a slash (POSIX.1-2024, ustar), or `undefined` if it does not fit. */
function splitName(name: Uint8Array): readonly [prefix: Uint8Array, name: Uint8Array] | undefined {
  if (name.length <= NAME) return [EMPTY, name];
  if (name.length > PREFIX + 1 + NAME) return undefined;
  for (let at = Math.min(PREFIX, name.length - 2); at > 0 && name.length - at - 1 <= NAME; at--) {
    if (name[at] === 0x2f) return [name.subarray(0, at), name.subarray(at + 1)];
  }
  return undefined;
}

/** The end of a name for the header of its own extended header, which only old readers show. */
function asciiTail(name: Uint8Array): string {
  const text = decodeText(name).replace(/\/$/, '');
  return text
    .slice(text.lastIndexOf('/') + 1)
    .replace(/[^ -~]/g, '_')
    .slice(0, 80);
}

function onBlocks(bytes: Uint8Array): Uint8Array {
  const blocks = new Uint8Array(padded(bytes.length));
  blocks.set(bytes);
  return blocks;
}

function cannotHold({ name }: PlainEntry, format: string, what: string): LadingError {
  return new LadingError('TAR_FORMAT', `Cannot write ${quote(decodeText(name))} as ${format}: ${format} cannot hold its ${what}; write it as pax`);
}
