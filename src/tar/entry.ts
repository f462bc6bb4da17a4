import { EMPTY, encodeText } from '../bytes/index.ts';
import { LadingError, quote } from '../errors.ts';
import { asSource, type ByteInput } from '../stream/index.ts';
import type { EntryType, SparseRun, Timestamp } from './format.ts';
import { NO_RECORDS } from './pax.ts';
import { wholeBlocks } from './sparse.ts';

/** An entry to be written. Only the name is needed; a `Header` that was read, with a body, is one too. */
export interface EntryInit {
  readonly name: string;
  /** Default: a directory if the name ends in a slash, else a file. */
  readonly type?: EntryType;
  /** The logical body. Text is written as UTF-8. */
  readonly body?: ByteInput | string;
  /** The body's length in bytes: needed for a body that can be read only once, checked for all others. */
  readonly size?: number;
  /** Default: 0o755 for directories, 0o777 for symbolic links, 0o644 for the rest. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly uname?: string;
  readonly gname?: string;
  /** Default: 1970-01-01. A writer reads no clock. */
  readonly mtime?: Timestamp | Date;
  readonly atime?: Timestamp | Date | undefined;
  readonly ctime?: Timestamp | Date | undefined;
  readonly linkname?: string;
  readonly devmajor?: number;
  readonly devminor?: number;
  readonly xattrs?: ReadonlyMap<string, Uint8Array>;
  /** Further PAX records. Those that say what a field here says are left out. */
  readonly pax?: ReadonlyMap<string, Uint8Array> | undefined;
  /** Where the data of a sparse file lies. Holes are kept where the dialect is PAX, and written as zeros elsewhere. */
  readonly sparse?: readonly SparseRun[] | undefined;
}

/** An entry with every default filled in and names as bytes: what is encoded. */
export interface PlainEntry {
  readonly name: Uint8Array;
  readonly type: EntryType;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly uname: Uint8Array;
  readonly gname: Uint8Array;
  readonly mtime: Timestamp;
  readonly atime: Timestamp | undefined;
  readonly ctime: Timestamp | undefined;
  readonly linkname: Uint8Array;
  readonly devmajor: number;
  readonly devminor: number;
  readonly xattrs: ReadonlyMap<string, Uint8Array>;
  readonly pax: ReadonlyMap<string, Uint8Array>;
  readonly sparse: readonly SparseRun[] | undefined;
}

/** A body of `size` bytes that is ready to be written. */
export interface PlainBody {
  readonly size: number;
  readonly input: ByteInput;
  /** All of it, where it is at hand. */
  readonly bytes?: Uint8Array;
}

const NONE: PlainBody = { size: 0, input: EMPTY, bytes: EMPTY };
const EPOCH: Timestamp = { seconds: 0, nanoseconds: 0 };

/** The type of an entry that is to be written. */
export function typeOfInit({ name, type }: EntryInit): EntryType {
  return type ?? (name.endsWith('/') ? 'directory' : 'file');
}

/** Looks at an entry's body before anything is written of it, so that a wrong one leaves no half entry. */
export function plainBody(entry: EntryInit): PlainBody {
  const { name, body, size } = entry;
  const type = typeOfInit(entry);
  const found = bodyOf(body, size, name);
  if (type !== 'file' && !type.startsWith('other:')) {
    if (body !== undefined && found.size > 0) throw impossible(name, `a ${type} has no body`);
    return NONE;
  }
  if (size !== undefined && size !== found.size)
    throw new RangeError(`Cannot write ${quote(name)}: size is ${size}, but the body has ${found.size} bytes`);
  return found;
}

function bodyOf(body: EntryInit['body'], size: number | undefined, name: string): PlainBody {
  if (body === undefined) return NONE;
  const bytes = typeof body === 'string' ? encodeText(body) : body instanceof Uint8Array ? body : undefined;
  if (bytes) return { size: bytes.length, input: bytes, bytes };
  const source = asSource(body as ByteInput);
  if (source) return { size: source.size, input: source };
  if (size === undefined || !Number.isSafeInteger(size) || size < 0)
    throw new TypeError(`Cannot write ${quote(name)}: give the size of a body that can be read only once`);
  return { size, input: body as ByteInput };
}

/**
 * Fills in the defaults and checks that each value is one that can be read again as it is.
 * @throws {LadingError} `TAR_FORMAT` for what every reader would take for something else. @throws {TypeError} for text that no archive holds. @throws {RangeError} for a number that is none.
 */
export function plainEntry(entry: EntryInit, size: number): PlainEntry {
  const { name } = entry;
  const type = typeOfInit(entry);
  const fullName = type === 'directory' && !name.endsWith('/') ? `${name}/` : name;
  if (name === '') throw impossible(name, 'an entry has a name');
  if (type === 'file' && name.endsWith('/')) throw impossible(name, 'with a slash at its end it is a directory');
  if (entry.sparse && type !== 'file') throw impossible(name, `a ${type} has no holes`);
  const text = (field: 'name' | 'linkname' | 'uname' | 'gname', value: string | undefined): Uint8Array => {
    if (value === undefined || value === '') return EMPTY;
    if (value.includes('\0')) throw new TypeError(`Cannot write ${quote(name)}: its ${field} holds a NUL`);
    return encodeText(value);
  };
  const number = (field: 'uid' | 'gid' | 'devmajor' | 'devminor' | 'mode', fallback = 0, least: number = Number.MIN_SAFE_INTEGER): number => {
    const value = entry[field] ?? fallback;
    if (!Number.isSafeInteger(value) || value < least) throw new RangeError(`Cannot write ${quote(name)}: its ${field} is ${value}`);
    return value;
  };
  return {
    name: text('name', fullName),
    type,
    size,
    mode: number('mode', type === 'directory' ? 0o755 : type === 'symlink' ? 0o777 : 0o644, 0) % 0o10000,
    uid: number('uid'),
    gid: number('gid'),
    uname: text('uname', entry.uname),
    gname: text('gname', entry.gname),
    mtime: timestamp(name, entry.mtime) ?? EPOCH,
    atime: timestamp(name, entry.atime),
    ctime: timestamp(name, entry.ctime),
    linkname: text('linkname', entry.linkname),
    devmajor: number('devmajor'),
    devminor: number('devminor'),
    xattrs: entry.xattrs ?? NO_RECORDS,
    pax: entry.pax ?? NO_RECORDS,
    sparse: entry.sparse && wholeBlocks(entry.sparse, size),
  };
}

function impossible(name: string, reason: string): LadingError {
  return new LadingError('TAR_FORMAT', `Cannot write ${quote(name)}: ${reason}`);
}

function timestamp(name: string, time: Timestamp | Date | undefined): Timestamp | undefined {
  if (time === undefined) return undefined;
  const { seconds, nanoseconds } = time instanceof Date ? ofDate(time) : time;
  if (!Number.isSafeInteger(seconds) || !Number.isInteger(nanoseconds) || nanoseconds < 0 || nanoseconds >= 1e9)
    throw new RangeError(`Cannot write ${quote(name)}: ${seconds} seconds and ${nanoseconds} nanoseconds are no time`);
  return { seconds, nanoseconds };
}

function ofDate(date: Date): Timestamp {
  const milliseconds = date.getTime();
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, nanoseconds: (milliseconds - seconds * 1000) * 1e6 };
}
