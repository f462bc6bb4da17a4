import type { EntryInit, WriteFormat } from '../../src/tar/index.ts';

/** An entry to be written, and the dialects that can hold all of it. */
export interface Sample extends EntryInit {
  readonly formats: readonly WriteFormat[];
}

const ALL: readonly WriteFormat[] = ['ustar', 'gnu', 'pax'];
const LONG: readonly WriteFormat[] = ['gnu', 'pax'];
const PAX: readonly WriteFormat[] = ['pax'];

const owner = { uid: 1000, gid: 1001, uname: 'user', gname: 'group', mtime: { seconds: 1_700_000_000, nanoseconds: 0 } };
const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

function sparse(name: string, runs: readonly (readonly [offset: number, length: number])[]): EntryInit {
  const body = new Uint8Array(1_000_000);
  for (const [offset, length] of runs) body.set(noise(length), offset);
  return { name, ...owner, body, sparse: runs.map(([offset, length]) => ({ offset, length })) };
}

/** One entry for each thing that dialects and readers disagree on. */
export const samples: readonly Sample[] = [
  { formats: ALL, name: 'file.txt', ...owner, mode: 0o640, body: 'plain\n' },
  { formats: ALL, name: 'empty', ...owner },
  { formats: ALL, name: 'dir/', ...owner, mode: 0o2755 },
  { formats: ALL, name: 'dir/link', type: 'symlink', ...owner, linkname: '../file.txt' },
  { formats: ALL, name: 'hard', type: 'hardlink', ...owner, mode: 0o640, linkname: 'file.txt' },
  { formats: ALL, name: 'fifo', type: 'fifo', ...owner },
  { formats: ALL, name: 'char', type: 'character-device', ...owner, devmajor: 1, devminor: 3 },
  { formats: ALL, name: 'block', type: 'block-device', ...owner, devmajor: 259, devminor: 70_000 },
  { formats: ALL, name: 'setuid', ...owner, mode: 0o4755 },
  { formats: ALL, name: 'sticky/', ...owner, mode: 0o1777 },
  ...[511, 512, 513, 70_000].map((size) => ({ formats: ALL, name: `size-${size}`, ...owner, body: noise(size) })),
  ...[99, 100].map((length) => ({ formats: ALL, name: `${length}-`.padEnd(length, 'n'), ...owner })),
  { formats: ALL, name: `${'d'.repeat(155)}/${'n'.repeat(100)}`, ...owner, body: 'both fields full' },
  ...[101, 255, 256, 1000].map((length) => ({ formats: LONG, name: `${length}-`.padEnd(length, 'n'), ...owner, body: `${length}` })),
  { formats: LONG, name: `${'deep/'.repeat(60)}dir/`, ...owner },
  { formats: ALL, name: 'link-100', type: 'symlink', ...owner, linkname: 't'.repeat(100) },
  ...[101, 4000].map((length): Sample => ({ formats: LONG, name: `link-${length}`, type: 'symlink', ...owner, linkname: 't'.repeat(length) })),
  { formats: LONG, name: 'hard-to-long', type: 'hardlink', ...owner, linkname: '101-'.padEnd(101, 'n') },
  { formats: ALL, name: 'naïve-文件-🚢', ...owner },
  { formats: LONG, name: 'naïve-文件-🚢'.padEnd(120, 'ü'), ...owner },
  { formats: ALL, name: 'latin-1-caf\udce9', ...owner },
  { formats: LONG, name: 'latin-1-caf\udce9'.padEnd(120, '\udce9'), ...owner },
  { formats: ALL, name: 'to-bytes', type: 'symlink', ...owner, linkname: '\udcff\udcfe' },
  { formats: ALL, name: 'back\\slash, "quotes", new\nline, trailing space ', ...owner },
  { formats: ALL, name: '-rf', ...owner },
  { formats: ALL, name: 'the-epoch', ...owner, mtime: { seconds: 0, nanoseconds: 0 } },
  { formats: ALL, name: 'last-octal-second', ...owner, mtime: { seconds: 8_589_934_591, nanoseconds: 0 } },
  { formats: LONG, name: 'after-the-last-octal-second', ...owner, mtime: { seconds: 8_589_934_592, nanoseconds: 0 } },
  { formats: LONG, name: 'before-1970', ...owner, mtime: { seconds: -86_400, nanoseconds: 0 } },
  { formats: PAX, name: 'nanoseconds', ...owner, mtime: { seconds: 1_700_000_000, nanoseconds: 123_456_789 } },
  { formats: PAX, name: 'half-a-second-before-1970', ...owner, mtime: { seconds: -1, nanoseconds: 500_000_000 } },
  { formats: ALL, name: 'last-octal-owner', ...owner, uid: 2_097_151, gid: 2_097_151 },
  { formats: LONG, name: 'large-owner', ...owner, uid: 2_097_152, gid: 4_294_967_294 },
  { formats: PAX, name: 'long-owner', ...owner, uname: 'u'.repeat(40), gname: 'gruppe-ü'.repeat(5) },
  {
    formats: PAX,
    name: 'xattrs',
    ...owner,
    xattrs: new Map([
      ['user.bytes', Uint8Array.of(0, 255, 10, 61)],
      ['user.text', Uint8Array.of(104, 105)],
    ]),
  },
  {
    formats: PAX,
    ...sparse('sparse', [
      [65_536, 5000],
      [999_900, 100],
    ]),
  },
  {
    formats: PAX,
    ...sparse('sparse-hole-at-the-end', [
      [0, 1],
      [600, 100],
      [70_001, 1],
    ]),
  },
  { formats: PAX, ...sparse('sparse-all-hole', []) },
  { formats: ALL, name: 'last', ...owner, body: 'after all that\n' },
];
