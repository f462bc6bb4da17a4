import { asStream, bytesSource, collect } from '../../src/stream/index.ts';
import {
  copyTar,
  type EntryInit,
  indexTar,
  PROFILES,
  readTarSync,
  scanTar,
  TarParser,
  TarReader,
  TarWriter,
  writeProfile,
  writeTar,
} from '../../src/tar/index.ts';
import { type Case, fails, same } from '../same.ts';
import { archive, base256, block, bytes, entry, gnuLong, join, pax, rawPax, text, zeros } from './raw.ts';
import { cut, readAll, readFault, readStream, readWhole } from './readers.ts';

const write = (entries: Iterable<EntryInit>, options?: Parameters<typeof writeTar>[1]): Promise<Uint8Array> => collect(writeTar(entries, options));

/** One of everything that is read, and what is to be read. */
const mixed = archive(
  pax({ comment: 'global' }, 'g'),
  entry({ name: 'v7', magic: 'v7', typeflag: 0 }, 'old'),
  block({ name: 'dir/', magic: 'v7', typeflag: 0 }),
  entry({ name: 'file', prefix: 'pre', uname: 'me' }, 'body'.repeat(200)),
  block({ name: 'star', magic: 'star', more: [[476, 7, 12]] }),
  gnuLong('K', 'target'.repeat(30)),
  gnuLong('L', 'long/'.repeat(30)),
  block({ name: 'long', typeflag: '2', magic: 'gnu', uid: base256(-2n, 8), mtime: base256(-1n, 12) }),
  pax({ path: 'päx', 'SCHILY.xattr.user.a': bytes(0, 10, 255), size: '3', mtime: '-0.5' }),
  entry({ size: 0 }, 'pax'),
  block({ name: 'hard', typeflag: '1', linkname: 'v7', size: 3 }),
  pax({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '9', 'GNU.sparse.name': 'sparse' }),
  entry({ name: 'tmp' }, join(text('1\n3\n4\n'), zeros(506), text('data'))),
  block({ name: 'null', typeflag: '3', devmajor: 1, devminor: 3 }),
);
const listed = [
  ['v7', 'file', 3],
  ['dir/', 'directory', 0],
  ['pre/file', 'file', 800],
  ['star', 'file', 0],
  ['long/'.repeat(30), 'symlink', 0],
  ['päx', 'file', 3],
  ['hard', 'hardlink', 3],
  ['sparse', 'file', 9],
  ['null', 'character-device', 0],
];

const faults: readonly (readonly [what: string, code: string, raw: Uint8Array])[] = [
  ['a wrong checksum', 'TAR_CHECKSUM', archive(block({ checksum: '0' }))],
  ['a cut header', 'TAR_TRUNCATED', block().subarray(0, 511)],
  ['a cut body', 'TAR_TRUNCATED', join(block({ size: 600 }), zeros(512))],
  ['a number that is none', 'TAR_NUMBER', archive(block({ uid: 'x' }))],
  ['a negative size', 'TAR_NUMBER', archive(block({ magic: 'gnu', size: base256(-1n, 12) }))],
  ['a record that lies', 'TAR_PAX', archive(rawPax('99 path=a\n'), block())],
  ['a sparse map that lies', 'TAR_SPARSE', archive(pax({ 'GNU.sparse.size': '9', 'GNU.sparse.map': '0,9' }), block())],
  ['an extended header without an entry', 'TAR_HEADER', archive(pax({ path: 'a' }))],
  ['an extended header of a gigabyte', 'LIMIT_METADATA', join(block({ typeflag: 'x', size: 2 ** 30 }), zeros(512))],
];

const everything: readonly EntryInit[] = [
  { name: 'dir/', mode: 0o700 },
  { name: 'dir/file', body: 'body', uid: 1000, gid: 100, uname: 'me', gname: 'us', mtime: { seconds: 1_700_000_000, nanoseconds: 0 } },
  { name: 'n'.repeat(300), body: new Uint8Array(5000), mtime: { seconds: -2, nanoseconds: 500_000_000 }, uid: -2 },
  { name: 'link', type: 'symlink', linkname: 'caf\udce9' },
  { name: 'hard', type: 'hardlink', linkname: 'dir/file' },
  { name: 'null', type: 'character-device', devmajor: 1, devminor: 3 },
  {
    name: 'attributes',
    xattrs: new Map([
      ['user.a', bytes(0, 10, 255)],
      ['user.b', bytes()],
    ]),
  },
  { name: 'sparse', body: join(zeros(4096), text('data'), zeros(900)), sparse: [{ offset: 4096, length: 4 }] },
];

export const cases: readonly Case[] = [
  {
    name: 'every dialect is read, by every reader, in one piece and byte by byte',
    run: async (): Promise<void> => {
      const { entries, trailer } = await readAll(mixed);
      same(
        entries.map(({ header: { name, type, size } }) => [name, type, size]),
        listed,
      );
      same(trailer, { offset: mixed.length - 1024, zeroBlocks: 2, size: 1024, garbage: false });
      const [, , file, star, long, paxed, , sparse] = entries.map(({ header }) => header);
      same(
        [file?.uname, star?.atime, long?.linkname.length, long?.uid, long?.mtime],
        ['me', { seconds: 7, nanoseconds: 0 }, 180, -2, { seconds: -1, nanoseconds: 0 }],
      );
      same([paxed?.xattrs.get('user.a'), paxed?.mtime], [bytes(0, 10, 255), { seconds: -1, nanoseconds: 500_000_000 }]);
      same([sparse?.sparse, entries[7]?.body], [[{ offset: 3, length: 4 }], text('\0\0\0data\0\0')]);
    },
  },
  ...faults.map(([what, code, raw]) => ({
    name: `${what} is ${code}`,
    run: async (): Promise<void> => same((await readFault(raw)).code, code),
  })),
  {
    name: 'every prefix of an archive ends cleanly, or is cut',
    run: async (): Promise<void> => {
      for (let length = 0; length < mixed.length; length += 101)
        same(['TAR_TRUNCATED', undefined].includes((await readStream(cut(mixed.subarray(0, length), 997))).fault?.code), true);
    },
  },
  {
    name: 'no flipped bit of a header goes unseen outside its checksum',
    run(): void {
      const header = block({ name: 'naïve', uname: 'ü', size: 3 });
      let seen = 0;
      for (let bit = 0; bit < 4096; bit++) {
        if (bit >= 148 * 8 && bit < 156 * 8) continue;
        const flipped = header.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
        try {
          new TarParser().parse(flipped);
        } catch {
          seen++;
        }
      }
      same(seen, 4032);
    },
  },
  {
    name: 'what is written is read again as it was meant',
    run: async (): Promise<void> => {
      const read = await readWhole(await write(everything));
      for (const [i, { header, body }] of read.entries()) {
        const { body: given = '', sparse: _, ...meant } = everything[i] as EntryInit;
        const facts = Object.keys(meant).map((key) => header[key as keyof typeof header]);
        same(facts, Object.values(meant));
        same(body, given instanceof Uint8Array ? given : text(given as string));
      }
      same(
        read.map(({ header }) => header.format),
        ['ustar', 'ustar', 'pax', 'ustar', 'ustar', 'ustar', 'pax', 'pax'],
      );
    },
  },
  {
    name: 'a dialect that cannot hold an entry says so',
    run: async (): Promise<void> => {
      await fails(() => write([{ name: 'n'.repeat(300) }], { format: 'ustar' }), 'TAR_FORMAT');
      await fails(() => write([{ name: 'a', xattrs: new Map([['user.a', bytes(1)]]) }], { format: 'gnu' }), 'TAR_FORMAT');
      same((await readWhole(await write([{ name: 'n'.repeat(300), uid: -2 }], { format: 'gnu' })))[0]?.header.uid, -2);
      await fails(() => write([{ name: 'a', size: 3, body: [text('ab')] }]), 'TAR_SIZE');
      await fails(() => write([{ name: '' }]), 'TAR_FORMAT');
    },
  },
  {
    name: 'entries that are pushed come out as those that are pulled',
    run: async (): Promise<void> => {
      const parts: Uint8Array[] = [];
      const writer = new TarWriter((chunk) => {
        parts.push(chunk.slice());
      });
      for (const init of everything) writer.add(init);
      await writer.close();
      same(join(...parts), await write(everything));
    },
  },
  {
    name: 'an archive that is read and written losslessly is the same, byte for byte, and one entry can be left out',
    run: async (): Promise<void> => {
      const raw = join(mixed, text('garbage'));
      const index = await scanTar(bytesSource(raw));
      same(await collect(copyTar(index, bytesSource(raw))), raw);
      const less = await collect(copyTar(index, bytesSource(raw), (i) => index.name(i) !== 'päx'));
      same(
        Array.from(readTarSync(less), ({ header }) => header.name),
        listed.map(([name]) => name).filter((name) => name !== 'päx'),
      );
    },
  },
  {
    name: 'a Blob, a ReadableStream and an iterable are archives too',
    run: async (): Promise<void> => {
      const blob = new Blob([mixed as Uint8Array<ArrayBuffer>]);
      for (const input of [blob, blob.stream(), cut(mixed, 300)]) {
        const index = await indexTar(input, { reread: () => bytesSource(mixed) });
        same(
          Array.from(index, ({ name }) => name),
          listed.map(([name]) => name),
        );
        same(await collect(index.body(5).stream()), text('pax'));
      }
    },
  },
  {
    name: 'a reader skips what is not read, and is loud about what cannot be',
    run: async (): Promise<void> => {
      const reader = new TarReader(asStream(mixed));
      const first = (await reader.next()).value;
      const pending = reader.next();
      await fails(() => reader.next(), 'TypeError');
      await pending;
      await fails(() => first?.bytes(), 'TypeError');
      const third = (await reader.next()).value;
      same((await third?.bytes())?.length, 800);
      await fails(() => third?.bytes(), 'TypeError');
      await reader.return();
      same(await reader.next(), { done: true, value: undefined });
    },
  },
  {
    name: 'a profile gives a package the form that is asked of it',
    run: async (): Promise<void> => {
      const [only] = readTarSync(await collect(writeProfile([{ name: 'lib/' }, { name: 'lib/a.js', body: 'x', uid: 7 }], PROFILES.npm)));
      same([only?.header.name, only?.header.uid, only?.header.mtime.seconds, only?.body], ['package/lib/a.js', 0, 499_162_500, text('x')]);
    },
  },
];
