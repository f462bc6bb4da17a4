import { encodeText } from '../bytes/index.ts';
import type { Timestamp } from '../tar/index.ts';
import type { Node } from './node.ts';

/** What something is, asked in the words of `node:fs`. */
export interface Kind {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isCharacterDevice(): boolean;
  isBlockDevice(): boolean;
  isSocket(): boolean;
}

/** As `fs.Stats`. Times that no archive told are the time of modification. */
export interface Stats extends Kind {
  readonly dev: number;
  readonly ino: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly size: number;
  readonly blksize: number;
  readonly blocks: number;
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly birthtimeMs: number;
  readonly atime: Date;
  readonly mtime: Date;
  readonly ctime: Date;
  readonly birthtime: Date;
}

type Numbers = Exclude<keyof Stats, keyof Kind | 'atime' | 'mtime' | 'ctime' | 'birthtime'>;

/** As `fs.BigIntStats`: whole numbers, and times to the nanosecond. */
export type BigIntStats = Kind & { readonly [Name in Numbers]: bigint } & Pick<Stats, 'atime' | 'mtime' | 'ctime' | 'birthtime'> & {
    readonly atimeNs: bigint;
    readonly mtimeNs: bigint;
    readonly ctimeNs: bigint;
    readonly birthtimeNs: bigint;
  };

// <sys/stat.h> on Linux.
const FORMATS: Readonly<Record<Node['type'], number>> = {
  fifo: 0o010000,
  'character-device': 0o020000,
  directory: 0o040000,
  'block-device': 0o060000,
  file: 0o100000,
  symlink: 0o120000,
};
const BLOCK_SIZE = 4096;

const KINDS: ReadonlyMap<Node['type'], Kind> = new Map((Object.keys(FORMATS) as Node['type'][]).map((type) => [type, makeKind(type)]));

function makeKind(type: Node['type']): Kind {
  return {
    isFile: () => type === 'file',
    isDirectory: () => type === 'directory',
    isSymbolicLink: () => type === 'symlink',
    isFIFO: () => type === 'fifo',
    isCharacterDevice: () => type === 'character-device',
    isBlockDevice: () => type === 'block-device',
    isSocket: () => false,
  };
}

export function kindOf(node: Node): Kind {
  return KINDS.get(node.type) as Kind;
}

/** `nlink` is asked for late, since to count the names of a node means to look at all of them. */
export function statsOf(node: Node, ino: number, nlink: () => number): Stats {
  const size = sizeOf(node);
  const mtime = node.mtime;
  const times = { atime: node.atime ?? mtime, mtime, ctime: node.ctime ?? mtime, birthtime: mtime };
  return {
    ...kindOf(node),
    dev: 0,
    ino,
    mode: FORMATS[node.type] + node.mode,
    get nlink() {
      return nlink();
    },
    uid: node.uid,
    gid: node.gid,
    rdev: deviceNumber(node),
    size,
    blksize: BLOCK_SIZE,
    blocks: Math.ceil(size / 512),
    atimeMs: milliseconds(times.atime),
    mtimeMs: milliseconds(times.mtime),
    ctimeMs: milliseconds(times.ctime),
    birthtimeMs: milliseconds(times.birthtime),
    atime: dateOf(times.atime),
    mtime: dateOf(times.mtime),
    ctime: dateOf(times.ctime),
    birthtime: dateOf(times.birthtime),
  };
}

export function bigIntStatsOf(node: Node, ino: number, nlink: () => number): BigIntStats {
  const stats = statsOf(node, ino, nlink);
  const whole = Object.entries(stats).map(([name, value]) => [name, typeof value === 'number' ? BigInt(Math.floor(value)) : value]);
  const { mtime, atime = mtime, ctime = mtime } = node;
  const times = { atimeNs: nanoseconds(atime), mtimeNs: nanoseconds(mtime), ctimeNs: nanoseconds(ctime), birthtimeNs: nanoseconds(mtime) };
  return { ...Object.fromEntries(whole), ...times };
}

function sizeOf(node: Node): number {
  if (node.type === 'file') return node.size;
  return node.type === 'symlink' ? encodeText(node.target).length : 0;
}

/** As makedev(3) of glibc puts the two numbers together, without bit operators because the result has more than 32 bits. */
function deviceNumber(node: Node): number {
  if (node.type !== 'character-device' && node.type !== 'block-device') return 0;
  const { devmajor, devminor } = node;
  return Math.floor(devmajor / 4096) * 2 ** 44 + Math.floor(devminor / 256) * 2 ** 20 + (devmajor % 4096) * 256 + (devminor % 256);
}

function milliseconds({ seconds, nanoseconds }: Timestamp): number {
  return seconds * 1000 + nanoseconds / 1e6;
}

function dateOf(time: Timestamp): Date {
  return new Date(Math.floor(milliseconds(time)));
}

function nanoseconds({ seconds, nanoseconds }: Timestamp): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
}
