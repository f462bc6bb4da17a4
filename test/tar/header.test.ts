import { describe, expect, it } from 'vitest';
import { archive, base256, block, bytes, entry, gnuLong, join, pax, text, zeros } from './raw.ts';
import { type Read, readFault, readWhole } from './readers.ts';

async function one(...parts: readonly Uint8Array[]): Promise<Read> {
  const [first, ...rest] = await readWhole(archive(...parts));
  expect(rest).toEqual([]);
  return first as Read;
}

const full = {
  name: 'a/b',
  mode: 0o4755,
  uid: 1000,
  gid: 100,
  mtime: 1_700_000_000,
  linkname: 'l',
  uname: 'user',
  gname: 'group',
  devmajor: 8,
  devminor: 1,
};

describe('a header', () => {
  it('of v7 has no owner names, no devices and no prefix, whatever stands there', async () => {
    const { header } = await one(block({ ...full, magic: 'v7', prefix: 'prefix' }));
    expect(header).toStrictEqual({
      name: 'a/b',
      type: 'file',
      size: 0,
      mode: 0o4755,
      uid: 1000,
      gid: 100,
      uname: '',
      gname: '',
      mtime: { seconds: 1_700_000_000, nanoseconds: 0 },
      linkname: 'l',
      devmajor: 0,
      devminor: 0,
      xattrs: new Map(),
      pax: new Map(),
      format: 'v7',
    });
  });

  it('of ustar has them all', async () => {
    const { header } = await one(block({ ...full, prefix: 'long/way' }));
    expect(header).toMatchObject({ name: 'long/way/a/b', uname: 'user', gname: 'group', devmajor: 8, devminor: 1, format: 'ustar' });
    expect(header.atime).toBeUndefined();
  });

  it('of star has a shorter prefix, and times behind it', async () => {
    const times = [
      [476, 1_600_000_000, 12],
      [488, base256(-1n, 12), 12],
    ] as const;
    const { header } = await one(block({ ...full, magic: 'star', prefix: 'p'.repeat(131), more: times }));
    expect(header.name).toBe(`${'p'.repeat(131)}/a/b`);
    expect(header).toMatchObject({ atime: { seconds: 1_600_000_000, nanoseconds: 0 }, ctime: { seconds: -1, nanoseconds: 0 }, format: 'ustar' });
  });

  it('of GNU has times where ustar has the prefix, each only where it is set', async () => {
    const gnu = (...more: readonly (readonly [number, number | Uint8Array, number])[]) => one(block({ ...full, magic: 'gnu', more }));
    expect((await gnu([345, 5, 12], [357, 6, 12])).header).toMatchObject({
      name: 'a/b',
      atime: { seconds: 5 },
      ctime: { seconds: 6 },
      format: 'gnu',
    });
    const { header } = await gnu([357, base256(-7n, 12), 12]);
    expect([header.atime, header.ctime]).toEqual([undefined, { seconds: -7, nanoseconds: 0 }]);
    expect((await gnu([345, 0, 12])).header.atime).toEqual({ seconds: 0, nanoseconds: 0 });
  });

  it('of GNU with a prefix where its times should be is one of Go before 1.9', async () => {
    const { header } = await one(block({ ...full, magic: 'gnu', prefix: 'directory' }));
    expect(header).toMatchObject({ name: 'directory/a/b', format: 'gnu' });
  });

  it.each([
    ['another version of GNU', 'ustar 00'],
    ['half a magic', 'usta\0'],
    ['a magic in capitals', 'USTAR\0'],
    ['no NUL behind the magic', 'ustarx00'],
  ])('with %s is one of v7', async (_, magic) => {
    expect((await one(block({ ...full, more: [[257, magic, 8]] }))).header).toMatchObject({ uname: '', format: 'v7' });
  });

  it('with any version behind the ustar magic is one of ustar', async () => {
    expect((await one(block({ ...full, more: [[257, 'ustar\0\0\0', 8]] }))).header).toMatchObject({ uname: 'user', format: 'ustar' });
  });

  it('may fill its fields to the last byte', async () => {
    const most = { name: 'n'.repeat(100), linkname: 'l'.repeat(100), uname: 'u'.repeat(32), gname: 'g'.repeat(32) };
    const { header } = await one(block({ ...most, prefix: 'p'.repeat(155), mode: '77777777', size: '000000000000', mtime: '777777777777' }));
    expect(header).toMatchObject({ ...most, name: `${'p'.repeat(155)}/${most.name}`, mode: 0o7777, mtime: { seconds: 8 ** 12 - 1 } });
  });

  it('keeps bytes that are not UTF-8 in every text, and what follows a NUL out of it', async () => {
    const latin1 = bytes(0xe9, 0x61);
    const { header } = await one(block({ name: latin1, linkname: latin1, uname: latin1, gname: latin1, prefix: latin1 }));
    expect(header).toMatchObject({ name: '\udce9a/\udce9a', linkname: '\udce9a', uname: '\udce9a', gname: '\udce9a' });
    expect((await one(block({ name: 'seen\0hidden' }))).header.name).toBe('seen');
  });

  it('may have no name', async () => {
    expect((await one(block({ name: '' }))).header.name).toBe('');
    expect((await one(pax({ comment: 'x' }), block({ name: '' }))).header.name).toBe('');
  });

  it('remembers no owner of the entry before', async () => {
    const names = ['root', 'root', 'roo', 'roots', '', 'root', 'u'.repeat(32), 'u'.repeat(31)];
    const entries = await readWhole(archive(...names.map((uname, i) => block({ uname, gname: names[names.length - 1 - i] as string }))));
    expect(entries.map(({ header }) => header.uname)).toEqual(names);
    expect(entries.map(({ header }) => header.gname)).toEqual(names.toReversed());
  });

  it('keeps the low twelve bits of the mode', async () => {
    expect((await one(block({ mode: 0o100644 }))).header.mode).toBe(0o644);
    expect((await one(block({ mode: 0o7777 }))).header.mode).toBe(0o7777);
    expect((await one(block({ mode: base256(2n ** 40n + 0o1777n, 8) }))).header.mode).toBe(0o1777);
  });

  it('may have owners and times below zero and past what octal holds', async () => {
    const { header } = await one(
      block({ magic: 'gnu', uid: base256(-2n, 8), gid: base256(2n ** 31n, 8), mtime: base256(-62135596800n, 12), devmajor: base256(5_000_000n, 8) }),
    );
    expect(header).toMatchObject({ uid: -2, gid: 2 ** 31, mtime: { seconds: -62135596800, nanoseconds: 0 }, devmajor: 5_000_000 });
  });

  it.each(['mode', 'uid', 'gid', 'size', 'mtime', 'devmajor', 'devminor'])(
    'whose %s is no number is refused, and the error names it',
    async (field) => {
      const fault = await readFault(archive(block(), block({ name: 'bad/one', [field]: 'oops' })));
      expect(fault).toMatchObject({ code: 'TAR_NUMBER', offset: 512, entry: 'bad/one' });
      expect(fault.message).toContain(`its ${field} is "oops`);
    },
  );

  it('of star whose times are no numbers is refused', async () => {
    expect(await readFault(archive(block({ magic: 'star', more: [[476, 'oops', 12]] })))).toMatchObject({ code: 'TAR_NUMBER', entry: 'name' });
  });

  it.each<[what: string, size: Uint8Array | string]>([
    ['negative in base-256', base256(-1n, 12)],
    ['negative in octal', '-1\0'],
    ['the smallest there is', base256(-(2n ** 94n), 12)],
    ['larger than any that can be counted', base256(2n ** 60n, 12)],
  ])('whose size is %s is refused', async (_, size) => {
    expect(await readFault(archive(block({ magic: 'gnu', size })))).toMatchObject({ code: 'TAR_NUMBER', offset: 0, entry: 'name' });
  });

  it('whose body would end past any place is refused where it stands', async () => {
    const fault = await readFault(archive(block(), block({ name: 'far', magic: 'gnu', size: base256(BigInt(Number.MAX_SAFE_INTEGER), 12) })));
    expect(fault).toMatchObject({ code: 'TAR_NUMBER', offset: 512, entry: 'far' });
    expect(fault.message).toContain('at 512: its body ends past all numbers');
  });
});

describe('a type', () => {
  const types: readonly (readonly [flag: string | number, type: string, stored: number])[] = [
    ['0', 'file', 600],
    [0, 'file', 600],
    ['7', 'file', 600],
    ['1', 'hardlink', 0],
    ['2', 'symlink', 0],
    ['3', 'character-device', 0],
    ['4', 'block-device', 0],
    ['5', 'directory', 0],
    ['6', 'fifo', 0],
    ['D', 'directory', 600],
    ['V', 'other:V', 600],
    ['M', 'other:M', 600],
    ['N', 'other:N', 600],
    ['A', 'other:A', 600],
    ['8', 'other:8', 600],
    ['Z', 'other:Z', 600],
    [' ', 'other: ', 600],
    [0xff, 'other:ÿ', 600],
  ];

  it.each(types)('of flag %j is %s, and of a body of 600 bytes %i are there', async (typeflag, type, stored) => {
    const body = stored > 0 ? join(text('x'.repeat(600)), zeros(424)) : zeros(0);
    const [first, second, ...rest] = await readWhole(archive(block({ typeflag, size: 600 }), body, block({ name: 'next' })));
    expect(first?.header).toMatchObject({ type, size: 600 });
    expect(first?.typeflag).toBe(typeof typeflag === 'number' ? String.fromCharCode(typeflag) : typeflag);
    expect([first?.stored, first?.body.length]).toEqual([stored, stored]);
    expect([second?.header.name, rest]).toEqual(['next', []]);
  });

  it('of a name that ends in a slash is a directory where no flag says otherwise, as v7 wrote them', async () => {
    const type = async (header: Parameters<typeof block>[0]) => (await one(block({ name: 'dir/', ...header }))).header.type;
    expect(await type({ typeflag: 0, magic: 'v7' })).toBe('directory');
    expect(await type({ typeflag: '0' })).toBe('directory');
    expect(await type({ typeflag: '7' })).toBe('file');
    expect(await type({ typeflag: '2' })).toBe('symlink');
    expect(await type({ name: 'dir', typeflag: 0 })).toBe('file');
  });

  it('is decided by the whole name: the first hundred bytes of a long one may end in a slash (CPython #141707)', async () => {
    const head = `${'d'.repeat(99)}/`;
    const file = entry({ name: head, typeflag: 0, magic: 'gnu' }, 'body');
    expect(await one(gnuLong('L', `${head}file`), file)).toMatchObject({ header: { name: `${head}file`, type: 'file' }, body: text('body') });
    expect(await one(pax({ path: `${head}file` }), file)).toMatchObject({ header: { type: 'file' }, body: text('body') });
    expect(await one(gnuLong('L', 'dir/'), block({ name: 'dir', typeflag: 0, size: 600 }))).toMatchObject({
      header: { type: 'directory' },
      stored: 0,
    });
  });

  it('with a slash and a size has the body that most readers see: none of flag NUL, one of flag 0', async () => {
    expect(await one(block({ name: 'dir/', typeflag: 0, size: 600 }))).toMatchObject({ header: { type: 'directory', size: 600 }, stored: 0 });
    expect(await one(entry({ name: 'dir/', typeflag: '0' }, 'body'))).toMatchObject({ header: { type: 'file' }, body: text('body') });
  });

  it('of a hard link has a body only where a PAX record says so', async () => {
    const link = { typeflag: '1', linkname: 'first', name: 'second' };
    const withBody = await one(pax({ size: '4' }), join(block({ ...link, size: 4 }), text('body'), zeros(508)));
    expect(withBody).toMatchObject({ header: { type: 'hardlink', linkname: 'first', size: 4 }, stored: 4, body: text('body') });
    const [without, next] = await readWhole(archive(block({ ...link, size: 4 }), block({ name: 'next' })));
    expect(without).toMatchObject({ header: { type: 'hardlink', size: 4 }, stored: 0 });
    expect(next?.header.name).toBe('next');
    expect(await one(pax({ path: 'third' }), block({ ...link, size: 4 }))).toMatchObject({ stored: 0 });
    expect(await one(pax({ size: '0' }), block({ ...link, size: 4 }))).toMatchObject({ header: { size: 0 }, stored: 0 });
  });

  it('without a body has none either where a PAX record gives it a size', async () => {
    for (const typeflag of ['2', '3', '4', '5', '6'])
      expect(await one(pax({ size: '600' }), block({ typeflag }))).toMatchObject({ header: { size: 600 }, stored: 0 });
  });
});

describe('GNU long names', () => {
  const long = `${'very/'.repeat(40)}long`;

  it('stand for the name and the link target of the next entry alone', async () => {
    const [first, second] = await readWhole(
      archive(gnuLong('K', `${long}-target`), gnuLong('L', long), block({ name: long.slice(0, 100), typeflag: '2', magic: 'gnu' }), block()),
    );
    expect(first).toMatchObject({
      header: { name: long, linkname: `${long}-target`, type: 'symlink', format: 'gnu' },
      headerOffset: 0,
      bodyOffset: 2560,
    });
    expect(second).toMatchObject({ header: { name: 'name', linkname: '' }, headerOffset: 2560 });
  });

  it('end at their first NUL, or where they end', async () => {
    expect((await one(gnuLong('L', 'short', '\0tail\0'), block())).header.name).toBe('short');
    expect((await one(gnuLong('L', 'bare', ''), block())).header.name).toBe('bare');
    expect((await one(gnuLong('L', '', ''), block())).header.name).toBe('');
  });

  it('of which two stand before an entry: the last one holds', async () => {
    expect((await one(gnuLong('L', 'first'), gnuLong('L', 'second'), block())).header.name).toBe('second');
  });

  it('may stand beside a PAX header that says the same, or nothing of it', async () => {
    expect((await one(gnuLong('L', long), pax({ path: long, uid: '7' }), block())).header).toMatchObject({ name: long, uid: 7, format: 'pax' });
    expect((await one(pax({ uid: '7' }), gnuLong('L', long), gnuLong('K', 'to'), block({ typeflag: '2' }))).header).toMatchObject({
      name: long,
      linkname: 'to',
      uid: 7,
    });
  });

  it('that contradict a PAX header are refused: Go takes the one, GNU tar the other', async () => {
    const name = await readFault(archive(block(), pax({ path: 'pax' }), gnuLong('L', 'gnu'), block()));
    expect(name).toMatchObject({ code: 'TAR_HEADER', offset: 512 + 1024 + 1024 });
    expect(name.message).toContain('two names, "pax" and "gnu"');
    const link = await readFault(archive(gnuLong('K', 'gnu'), pax({ linkpath: 'pax' }), block({ typeflag: '2' })));
    expect(link).toMatchObject({ code: 'TAR_HEADER', entry: 'name' });
    expect(link.message).toContain('two link targets, "pax" and "gnu"');
  });
});
