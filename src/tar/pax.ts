import { concatBytes, copyBytes, decodeText, encodeText, fromBase64, toBase64 } from '../bytes/index.ts';
import { quote, type TarError } from '../errors.ts';
import { fault } from './fault.ts';
import type { Timestamp } from './format.ts';

/** The records of extended headers, in the order of their first appearance. Values are bytes. */
export type PaxRecords = ReadonlyMap<string, Uint8Array>;
export const NO_RECORDS: PaxRecords = new Map();

/** One extended header. Where it is of a sparse file, the pairs of format 0.0, which repeat their keys, are kept apart, in order. */
export interface PaxHeader {
  readonly records: PaxRecords;
  readonly sparsePairs: readonly Uint8Array[] | undefined;
}

const SPACE = 0x20;
const EQUALS = 0x3d;
const NEWLINE = 0x0a;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
// GHSA-gvwx-54wh-qm9j: a NUL in one of these ends the name early in some readers and not in others.
const TEXT_KEYS: ReadonlySet<string> = new Set(['path', 'linkpath', 'uname', 'gname', 'GNU.sparse.name']);
const SPARSE = 'GNU.sparse.';
// Format 0.0 repeats these two, in turn.
const SPARSE_PAIR: readonly string[] = [`${SPARSE}offset`, `${SPARSE}numbytes`];

/**
 * Parses `"%d %s=%s\n"` records, each led by its own length in bytes (POSIX.1-2024, "pax Extended Header").
 * Readers that skipped malformed records saw other archives than those that stopped (GHSA-3cv2-h65g-fgmm), so any fault is `TAR_PAX`.
 */
export function parsePax(body: Uint8Array, offset: number): PaxHeader {
  const records = new Map<string, Uint8Array>();
  let sparsePairs: Uint8Array[] | undefined;
  for (let at = 0; at < body.length; ) {
    const start = find(body, SPACE, at) + 1;
    const end = recordEnd(body, at, start, offset);
    const equals = find(body, EQUALS, start);
    if (equals >= end || equals === start) throw faulty(offset, `the record at byte ${at} has no key`);
    const value = copyBytes(body, equals + 1, end - 1);
    let key = ownKey(body, start, equals);
    if (key === undefined) {
      key = decodeText(body, start, equals);
      if (key.includes('\0')) throw faulty(offset, `the key of the record at byte ${at} holds a NUL byte`);
      if (key.startsWith(SPARSE)) sparsePairs = withPair(sparsePairs ?? [], key, value, offset);
    }
    if (TEXT_KEYS.has(key) && value.includes(0)) throw faulty(offset, `its ${key} holds a NUL byte`);
    records.set(key, value);
    at = end;
  }
  return { records, sparsePairs };
}

function withPair(pairs: Uint8Array[], key: string, value: Uint8Array, offset: number): Uint8Array[] {
  const turn = SPARSE_PAIR.indexOf(key);
  if (turn >= 0 && turn !== pairs.length % 2) throw faulty(offset, 'its sparse offsets and lengths do not alternate');
  if (turn >= 0) pairs.push(value);
  return pairs;
}

/** Where the byte is, or the length. What is looked for is a few bytes away: nearer than a call of `indexOf` would be worth. */
function find(bytes: Uint8Array, byte: number, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== byte) at++;
  return at;
}

/** A key that stands for a field, as the constant: it is found sooner than made anew. */
function ownKey(body: Uint8Array, start: number, end: number): string | undefined {
  for (const key of FIELD_KEYS) if (key.length === end - start && isAt(body, start, key)) return key;
  return undefined;
}

function isAt(body: Uint8Array, start: number, key: string): boolean {
  for (let i = 0; i < key.length; i++) if (body[start + i] !== key.charCodeAt(i)) return false;
  return true;
}

/** Where the record at `start` ends, whose key begins at `key`. */
function recordEnd(body: Uint8Array, start: number, key: number, offset: number): number {
  const length = key - start > 11 ? Number.NaN : digits(body, start, key - 1);
  if (Number.isNaN(length)) throw faulty(offset, `the record at byte ${start} has no length`);
  const end = start + length;
  if (end > body.length || end <= key || body[end - 1] !== NEWLINE) throw faulty(offset, `the record at byte ${start} is not ${length} bytes long`);
  return end;
}

function faulty(offset: number, reason: string): TarError {
  return fault('TAR_PAX', offset, reason, 'extended header');
}

/** Refuses a global header that speaks of bodies: readers that apply it and those that do not would find the next header at two places. */
export function checkGlobal(records: PaxRecords, offset: number): void {
  for (const key of records.keys()) {
    if (key === 'size' || key.startsWith(SPARSE)) throw faulty(offset, `its ${quote(key)} would be that of every entry`);
  }
}

/**
 * Lays local records over global ones. A record without a value removes the one it names (POSIX.1-2024), but for extended attributes:
 * there GNU tar and star write it for an attribute that is empty.
 */
export function overlayRecords(lower: PaxRecords, upper: PaxRecords): PaxRecords {
  if (upper.size === 0) return lower;
  if (lower.size === 0 && !removes(upper)) return upper;
  const records = new Map(lower);
  for (const [key, value] of upper) {
    if (value.length === 0 && !isXattr(key)) records.delete(key);
    else records.set(key, value);
  }
  return records;
}

function removes(records: PaxRecords): boolean {
  for (const [key, value] of records) if (value.length === 0 && !isXattr(key)) return true;
  return false;
}

/** A record that is a whole number, or `undefined` where there is none. */
export function paxInteger(records: PaxRecords, key: string, offset: number): number | undefined {
  const value = records.get(key);
  if (!value) return undefined;
  const isNegative = value[0] === MINUS;
  const number = digits(value, isNegative ? 1 : 0, value.length);
  if (!Number.isSafeInteger(number)) throw faulty(offset, `its ${key} is ${quote(decodeText(value))}, which is no number`);
  return isNegative ? 0 - number : number;
}

/** A record that is a time in decimal seconds. Digits past the nanosecond are cut off. */
export function paxTime(records: PaxRecords, key: string, offset: number): Timestamp | undefined {
  const value = records.get(key);
  if (!value) return undefined;
  const isNegative = value[0] === MINUS;
  const point = find(value, POINT, 0);
  const whole = digits(value, isNegative ? 1 : 0, point);
  const nanoseconds = fraction(value, point + 1);
  if (!Number.isSafeInteger(whole) || Number.isNaN(nanoseconds)) throw faulty(offset, `its ${key} is ${quote(decodeText(value))}, which is no time`);
  if (!isNegative) return { seconds: whole, nanoseconds };
  return nanoseconds === 0 ? { seconds: 0 - whole, nanoseconds } : { seconds: -whole - 1, nanoseconds: 1e9 - nanoseconds };
}

/** The number that the digits say, `NaN` if there are none or something else is among them. */
function digits(value: Uint8Array, start: number, end: number): number {
  let number = start < end ? 0 : Number.NaN;
  for (let at = start; at < end; at++) number = number * 10 + digit(value[at] as number);
  return number;
}

/** The first nine digits behind a decimal point, in billionths. */
function fraction(value: Uint8Array, start: number): number {
  let sum = 0;
  let unit = 1e8;
  for (let at = start; at < value.length; at++) {
    sum += digit(value[at] as number) * unit;
    unit = Math.floor(unit / 10);
  }
  return sum;
}

function digit(byte: number): number {
  return byte >= ZERO && byte <= ZERO + 9 ? byte - ZERO : Number.NaN;
}

/** A time as a record's value: decimal seconds, with as many digits as it takes. */
export function formatPaxTime({ seconds, nanoseconds }: Timestamp): string {
  if (nanoseconds === 0) return String(seconds);
  const [sign, whole, rest] = seconds < 0 ? ['-', -seconds - 1, 1e9 - nanoseconds] : ['', seconds, nanoseconds];
  return `${sign}${whole}.${String(rest).padStart(9, '0').replace(/0+$/, '')}`;
}

const XATTR = 'SCHILY.xattr.';
const LIBARCHIVE_XATTR = 'LIBARCHIVE.xattr.';
const SELINUX = 'RHT.security.selinux';

/** The record of an extended attribute as it is written: star's, or libarchive's where the name holds what ends a key. */
export function xattrRecord(name: string, value: Uint8Array): readonly [key: string, value: Uint8Array] {
  if (!name.includes('=')) return [XATTR + name, value];
  return [LIBARCHIVE_XATTR + name.replaceAll('%', '%25').replaceAll('=', '%3D'), encodeText(toBase64(value))];
}

/** The records that most extended headers are of, the commonest first. */
const FIELD_KEYS: readonly string[] = ['mtime', 'atime', 'ctime', 'path', 'linkpath', 'size', 'uid', 'gid', 'uname', 'gname'];
const OWN_KEYS: readonly string[] = [...FIELD_KEYS, 'hdrcharset', 'SCHILY.devmajor', 'SCHILY.devminor', SELINUX];

/** Whether a record says what a field of `Header` says, so that a writer makes it anew. */
export function isOwnRecord(key: string): boolean {
  return OWN_KEYS.includes(key) || isXattr(key) || key.startsWith(SPARSE);
}

function isXattr(key: string): boolean {
  return key.startsWith(XATTR) || key.startsWith(LIBARCHIVE_XATTR);
}

/** Extended attributes in whichever form they came: star's (bytes as they are), libarchive's (names URL-encoded, values in base64), Red Hat's. */
export function xattrsOf(records: PaxRecords, offset: number): ReadonlyMap<string, Uint8Array> {
  let xattrs: Map<string, Uint8Array> | undefined;
  for (const [key, value] of records) {
    const found = xattrOf(key, value, offset);
    if (!found || (!key.startsWith(XATTR) && records.has(XATTR + found[0]))) continue;
    xattrs ??= new Map();
    xattrs.set(...found);
  }
  return xattrs ?? NO_RECORDS;
}

function xattrOf(key: string, value: Uint8Array, offset: number): [name: string, value: Uint8Array] | undefined {
  if (key.startsWith(XATTR)) return [key.slice(XATTR.length), value];
  if (key === SELINUX) return ['security.selinux', value];
  if (!key.startsWith(LIBARCHIVE_XATTR)) return undefined;
  const name = decodePercent(key.slice(LIBARCHIVE_XATTR.length));
  const bytes = fromBase64(decodeText(value));
  if (!bytes || name.includes('\0')) throw faulty(offset, `its ${quote(key)} is no attribute in base64`);
  return [name, bytes];
}

function decodePercent(text: string): string {
  return decodeText(
    encodeText(
      text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => {
        const byte = Number.parseInt(hex, 16);
        return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
      }),
    ),
  );
}

/** Writes the records of one extended header. */
export function encodePax(records: Iterable<readonly [string, Uint8Array]>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [key, value] of records) {
    if (key === '' || key.includes('=') || key.includes('\0'))
      throw new TypeError(`Cannot write the PAX record ${quote(key)}: a key is not empty and holds no equals sign or NUL`);
    const tail = encodeText(` ${key}=`);
    parts.push(encodeText(String(recordLength(tail.length + value.length + 1))), tail, value, Uint8Array.of(NEWLINE));
  }
  return concatBytes(parts);
}

/** The length of a record counts its own digits. */
function recordLength(rest: number): number {
  let length = rest + String(rest).length;
  if (String(length).length > String(rest).length) length = rest + String(length).length;
  return length;
}
