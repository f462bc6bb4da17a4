import { execFileSync } from 'node:child_process';
import {
  type BigIntStats,
  chmodSync,
  chownSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeText, encodeText } from '../../src/bytes/index.ts';
import { formatXattrs, type Listed, sha256 } from './listing.ts';

/** What a dialect must be able to hold for an entry of the folder to be put into an archive of it. */
export type Feature = 'plain' | 'special' | 'split' | 'long' | 'negative' | 'sparse' | 'nanoseconds' | 'xattrs';

interface Item {
  readonly name: string;
  readonly feature: Feature;
  make(path: Buffer): void;
}

const isRoot = process.getuid?.() === 0;
const text = (path: Buffer): string => path.toString('latin1');
const shell = (program: string, ...args: string[]): void => void execFileSync(program, args, { stdio: 'ignore' });
const timed = (seconds: string) => (path: Buffer) => {
  writeFileSync(path, seconds);
  shell('touch', '-d', `@${seconds}`, text(path));
};
const data = (path: Buffer, size: number, ...at: number[]): void => {
  writeFileSync(path, '');
  truncateSync(text(path), size);
  const file = openSync(path, 'r+');
  for (const position of at) writeSync(file, `data at ${position}`, position);
  closeSync(file);
};

/** The folder, in the order in which archives list it. */
const items: readonly Item[] = [
  { name: 'dir', feature: 'plain', make: (path) => mkdirSync(path) },
  { name: 'dir/file.txt', feature: 'plain', make: (path) => writeFileSync(path, 'plain\n', { mode: 0o640 }) },
  { name: 'dir/empty', feature: 'plain', make: (path) => writeFileSync(path, '') },
  { name: 'dir/blocks', feature: 'plain', make: (path) => writeFileSync(path, 'x'.repeat(1024)) },
  { name: 'link', feature: 'plain', make: (path) => symlinkSync('dir/file.txt', path) },
  { name: 'dangling', feature: 'plain', make: (path) => symlinkSync(encodeText('nowhere/\udcff') as Buffer, path) },
  { name: 'caf\udce9', feature: 'plain', make: (path) => writeFileSync(path, 'a name that is not UTF-8') },
  { name: 'naïve-文件-🚢', feature: 'plain', make: (path) => writeFileSync(path, 'a name that is') },
  { name: 'new\nline "and" back\\slash', feature: 'plain', make: (path) => writeFileSync(path, '') },
  { name: 'setuid', feature: 'plain', make: (path) => writeFileSync(path, '#!') },
  { name: 'epoch', feature: 'plain', make: timed('0') },
  { name: 'n'.repeat(99), feature: 'plain', make: (path) => writeFileSync(path, '99') },
  { name: 'fifo', feature: 'special', make: (path) => shell('mkfifo', text(path)) },
  ...(isRoot ? [{ name: 'null', feature: 'special', make: (path) => shell('mknod', text(path), 'c', '1', '3') } satisfies Item] : []),
  { name: 'n'.repeat(100), feature: 'split', make: (path) => writeFileSync(path, 'the whole field') },
  { name: `${'d'.repeat(90)}`, feature: 'split', make: (path) => mkdirSync(path) },
  { name: `${'d'.repeat(90)}/${'n'.repeat(90)}`, feature: 'split', make: (path) => writeFileSync(path, 'in two fields') },
  { name: 'l'.repeat(200), feature: 'long', make: (path) => writeFileSync(path, 'too long for one field') },
  { name: `${'ü'.repeat(100)}\udce9`, feature: 'long', make: (path) => writeFileSync(path, 'long, and not UTF-8') },
  { name: 'long-link', feature: 'long', make: (path) => symlinkSync('t'.repeat(3000), path) },
  { name: 'before-1970', feature: 'negative', make: timed('-86400') },
  { name: 'nanoseconds', feature: 'nanoseconds', make: timed('1700000000.123456789') },
  { name: 'second-and-a-half-before-1970', feature: 'nanoseconds', make: timed('-1.5') },
  { name: 'sparse', feature: 'sparse', make: (path) => data(path, 3_000_000, 0, 1_000_000, 2_999_000) },
  { name: 'sparse-hole-at-the-end', feature: 'sparse', make: (path) => data(path, 2_000_000, 500_000) },
  { name: 'sparse-many-runs', feature: 'sparse', make: (path) => data(path, 3_000_001, ...Array.from({ length: 40 }, (_, i) => i * 70_000)) },
  { name: 'sparse-all-hole', feature: 'sparse', make: (path) => data(path, 1_234_567) },
  {
    name: 'xattrs',
    feature: 'xattrs',
    make: (path) => {
      writeFileSync(path, '');
      shell('setfattr', '-n', 'user.bytes', '-v', '0x00ff0a3d', text(path));
    },
  },
  { name: 'hard', feature: 'plain', make: (path) => linkSync(Buffer.concat([path.subarray(0, -4), Buffer.from('dir/file.txt')]), path) },
];

export interface Folder {
  readonly path: string;
  /** What is in it, by the features it takes, in order. */
  list(features: readonly Feature[]): readonly Listed[];
}

/** Makes the folder on disk. What the disk cannot hold (attributes) is left out, and `missing` says so. */
export function makeFolder(): Folder & { readonly missing: readonly string[] } {
  const path = mkdtempSync(join(tmpdir(), 'lading-folder-'));
  const missing: string[] = isRoot ? [] : ['devices'];
  const made: { feature: Feature; name: string; place: Buffer }[] = [];
  for (const { name, feature, make } of items) {
    const place = Buffer.concat([Buffer.from(`${path}/`), encodeText(name)]);
    try {
      make(place);
    } catch (error) {
      if (feature !== 'xattrs') throw error;
      missing.push('extended attributes');
      continue;
    }
    if (isRoot && !lstatSync(place).isSymbolicLink()) chownSync(place, 1000, 1001);
    if (name === 'setuid') chmodSync(place, 0o4755);
    made.push({ feature, name, place });
  }
  return { path, missing, list: (features) => made.filter(({ feature }) => features.includes(feature)).map(({ name, place }) => look(name, place)) };
}

/** What the disk says, in the form of the listings. */
function look(name: string, path: Buffer): Listed {
  const stats = lstatSync(path, { bigint: true });
  const type = typeOf(name, stats);
  const seconds = stats.mtimeNs / 1_000_000_000n - (stats.mtimeNs % 1_000_000_000n < 0n ? 1n : 0n);
  return {
    name,
    type,
    mode: Number(stats.mode) & 0o7777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    mtime: `${seconds}.${String(stats.mtimeNs - seconds * 1_000_000_000n).padStart(9, '0')}`,
    linkname: type === 'symlink' ? decodeText(readlinkSync(path, 'buffer')) : type === 'hardlink' ? 'dir/file.txt' : '',
    ...(type === 'file' && { size: Number(stats.size), content: sha256(readFileSync(path)) }),
    ...(type === 'character-device' && { device: '1,3' }),
    ...(name === 'xattrs' && { xattrs: formatXattrs([['user.bytes', Uint8Array.of(0, 255, 10, 61)]]) }),
  };
}

function typeOf(name: string, stats: BigIntStats): Listed['type'] {
  if (name === 'hard') return 'hardlink';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isFIFO()) return 'fifo';
  return stats.isCharacterDevice() ? 'character-device' : 'file';
}
