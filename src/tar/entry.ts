import { encodeText } from '../bytes/index.ts';
import { asSource, type ByteInput, type Source } from '../stream/index.ts';
import type { EntryType, SparseRun, Timestamp } from './format.ts';
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

/** A body that is ready to be written: bytes at hand, a Source, or a stream of `size` bytes. */
export interface PlainBody {
  readonly size: number;
  readonly bytes?: Uint8Array;
  readonly source?: Source;
  readonly stream?: ByteInput;
}

const EMPTY = new Uint8Array(0);
const NO_RECORDS: ReadonlyMap<string, Uint8Array> = new Map();
const EPOCH: Timestamp = { seconds: 0, nanoseconds: 0 };
const HAS_BODY: ReadonlySet<EntryType> = new Set<EntryType>(['file']);

/** Looks at an entry's body before anything is written of it, so that a wrong one leaves no half entry. */
export function plainBody({ name, body, size, type = 'file' }: EntryInit): PlainBody {
  const found = bodyOf(body, size, name);
  const mayHaveBody = HAS_BODY.has(type) || type.startsWith('other:');
  if (!mayHaveBody) {
    if (body !== undefined && found.size > 0) throw new TypeError(`Cannot write ${JSON.stringify(name)}: a ${type} has no body`);
    return { size: 0, bytes: EMPTY };
  }
  if (size !== undefined && size !== found.size)
    throw new RangeError(`Cannot write ${JSON.stringify(name)}: size is ${size}, but the body has ${found.size} bytes`);
  return found;
}

function bodyOf(body: EntryInit['body'], size: number | undefined, name: string): PlainBody {
  if (body === undefined) return { size: 0, bytes: EMPTY };
  const bytes = typeof body === 'string' ? encodeText(body) : body instanceof Uint8Array ? body : undefined;
  if (bytes) return { size: bytes.length, bytes };
  const source = asSource(body as ByteInput);
  if (source) return { size: source.size, source };
  if (size === undefined || !Number.isSafeInteger(size) || size < 0)
    throw new TypeError(`Cannot write ${JSON.stringify(name)}: the size of a body that can be read only once must be given`);
  return { size, stream: body as ByteInput };
}

/** Fills in the defaults and checks that every number is one. */
export function plainEntry(entry: EntryInit, size: number): PlainEntry {
  const { name, type = name.endsWith('/') ? 'directory' : 'file' } = entry;
  const fullName = type === 'directory' && !name.endsWith('/') ? `${name}/` : name;
  if (fullName === '' || name.includes('\0')) throw new TypeError(`Cannot write ${JSON.stringify(name)}: a name is not empty and holds no NUL`);
  const number = (field: 'uid' | 'gid' | 'devmajor' | 'devminor' | 'mode', fallback = 0): number => {
    const value = entry[field] ?? fallback;
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`Cannot write ${JSON.stringify(name)}: ${field} is ${value}`);
    return value;
  };
  return {
    name: encodeText(fullName),
    type,
    size,
    mode: number('mode', type === 'directory' ? 0o755 : type === 'symlink' ? 0o777 : 0o644) % 0o10000,
    uid: number('uid'),
    gid: number('gid'),
    uname: entry.uname ? encodeText(entry.uname) : EMPTY,
    gname: entry.gname ? encodeText(entry.gname) : EMPTY,
    mtime: timestamp(entry.mtime) ?? EPOCH,
    atime: timestamp(entry.atime),
    ctime: timestamp(entry.ctime),
    linkname: entry.linkname ? encodeText(entry.linkname) : EMPTY,
    devmajor: number('devmajor'),
    devminor: number('devminor'),
    xattrs: entry.xattrs ?? NO_RECORDS,
    pax: entry.pax ?? NO_RECORDS,
    sparse: entry.sparse && wholeBlocks(entry.sparse, size),
  };
}

function timestamp(time: Timestamp | Date | undefined): Timestamp | undefined {
  if (!(time instanceof Date)) return time;
  const milliseconds = time.getTime();
  if (Number.isNaN(milliseconds)) throw new RangeError('Cannot write a time: the Date is invalid');
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, nanoseconds: (milliseconds - seconds * 1000) * 1e6 };
}
