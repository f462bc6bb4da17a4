import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../src/stream/index.ts';
import { type ParseEvent, readTarSync, scanTar, TarParser } from '../../src/tar/index.ts';
import { archive, base256, block, bytes, entry, gnuLong, join, pax, rawPax, text, zeros } from './raw.ts';
import { cut, parseByNeed, readAll, readFault, readStream, readWhole } from './readers.ts';

const names = async (raw: Uint8Array, options?: Parameters<typeof readWhole>[1]) => (await readWhole(raw, options)).map(({ header }) => header.name);

describe('the parser', () => {
  it('gives one event a call, and says where the next input must start', () => {
    const raw = archive(pax({ comment: 'all' }, 'g'), gnuLong('L', 'long'), entry({}, 'body'), block({ name: 'second', typeflag: '5' }));
    const parser = new TarParser();
    const events: (ParseEvent & { position: number })[] = [];
    for (let event: ParseEvent | undefined; event?.type !== 'end'; ) {
      event = parser.parse(raw, parser.position);
      events.push({ ...event, position: parser.position });
    }
    expect(events).toMatchObject([
      { type: 'global', headerOffset: 0, records: new Map([['comment', text('all')]]), position: 1024 },
      { type: 'entry', header: { name: 'long' }, typeflag: '0', headerOffset: 1024, bodyOffset: 2560, stored: 4, position: 3072 },
      { type: 'entry', header: { name: 'second' }, typeflag: '5', headerOffset: 3072, bodyOffset: 3584, stored: 0, position: 3584 },
      { type: 'end', offset: 3584, zeroBlocks: 2, position: 4608 },
    ]);
  });

  it('asks for no more than it can be sure that a whole archive has', () => {
    const raw = archive(gnuLong('L', 'n'.repeat(700)), entry({}, 'body'), block({ name: 'last' }));
    expect(parseByNeed(raw)).toEqual(['n'.repeat(700), 'last', 'end']);
  });

  it('keeps nothing of its input', () => {
    const raw = archive(gnuLong('L', 'long'), pax({ path: 'long', 'SCHILY.xattr.user.a': 'value' }), block());
    const parser = new TarParser();
    const event = parser.parse(raw);
    raw.fill(0xff);
    expect(event).toMatchObject({ type: 'entry', header: { name: 'long', xattrs: new Map([['user.a', text('value')]]) } });
  });

  it('names the place and the entry of every fault, and the place of none twice', async () => {
    const before = archive(block(), entry({ name: 'x' }, 'body')).subarray(0, 1536);
    const bad = block({ name: 'dir/bad', checksum: '0000000\0' });
    const fault = await readFault(join(before, bad));
    expect(fault).toMatchObject({ code: 'TAR_CHECKSUM', offset: 1536 });
    expect(fault.message).toBe('Cannot read the header at 1536: its checksum does not match its bytes (they start with "dir/bad")');
    expect(await readFault(join(before, pax({ path: 'long/name' }), block({ uid: 'x' })))).toMatchObject({ offset: 2560, entry: 'long/name' });
    expect(await readFault(join(before, gnuLong('L', 'gnu/name'), block({ uid: 'x' })))).toMatchObject({ offset: 2560, entry: 'gnu/name' });
  });

  it.each([
    ['gzip', bytes(0x1f, 0x8b, 8, 0)],
    ['zstd', bytes(0x28, 0xb5, 0x2f, 0xfd)],
    ['xz', bytes(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0)],
    ['bzip2', text('BZh9')],
    ['zip', bytes(0x50, 0x4b, 3, 4)],
    ['ar', text('!<arch>\n')],
    ['cpio', text('070701')],
  ])('says that what is no tar looks like %s', async (format, magic) => {
    const fault = await readFault(join(magic, new Uint8Array(2000).fill(0x2e)));
    expect(fault).toMatchObject({ code: 'TAR_CHECKSUM', offset: 0 });
    expect(fault.message).toContain(`the bytes look like ${format}`);
  });

  it('does not take a body for a format', async () => {
    const raw = join(entry({}, 'x'), join(bytes(0x1f, 0x8b, 8), zeros(509)));
    expect((await readFault(raw)).message).not.toContain('gzip');
  });

  it('never looks for a header behind one that is broken', async () => {
    const raw = archive(block({ name: 'first' }), block({ checksum: '1' }), block({ name: 'third' }));
    const { entries, fault } = await readAll(raw);
    expect(entries.map(({ header }) => header.name)).toEqual(['first']);
    expect(fault).toMatchObject({ code: 'TAR_CHECKSUM', offset: 512 });
  });
});

describe('the end of an archive', () => {
  const body = join(block({ name: 'only' }));
  const garbage = text('garbage'.padEnd(512, '!'));

  it.each<[what: string, tail: Uint8Array, zeroBlocks: number, size: number, garbage: boolean]>([
    ['may be where the input ends', zeros(0), 0, 0, false],
    ['may be one zero block', zeros(512), 1, 512, false],
    ['is two zero blocks', zeros(1024), 2, 1024, false],
    ['may be padded to a record of twenty blocks', zeros(10240), 2, 10240, false],
    ['may be padded to no whole block', zeros(1500), 2, 1500, false],
    ['may be one zero block and a part of another', zeros(700), 1, 700, false],
    ['may be followed by garbage, which is reported', join(zeros(1024), garbage), 2, 1536, true],
    ['may be followed by a byte of garbage', join(zeros(1024), bytes(1)), 2, 1025, true],
    ['may be followed by garbage after more zeros', join(zeros(5000), bytes(1)), 2, 5001, true],
    ['may be followed by another archive, which is reported', join(zeros(1024), archive(block())), 2, 2560, true],
    ['may be one zero block and garbage, as plexus-archiver leaves it', join(zeros(512), garbage), 1, 1024, true],
    ['may be one zero block and less than a block of garbage', join(zeros(512), bytes(0, 7)), 1, 514, true],
  ])('%s', async (_, tail, zeroBlocks, size, garbage) => {
    const { entries, trailer } = await readAll(join(body, tail));
    expect(entries).toHaveLength(1);
    expect(trailer).toEqual({ offset: 512, zeroBlocks, size, garbage });
  });

  it('of an archive without entries is its beginning', async () => {
    for (const [raw, zeroBlocks] of [
      [zeros(0), 0],
      [zeros(512), 1],
      [zeros(1024), 2],
    ] as const)
      expect(await readAll(raw)).toMatchObject({ entries: [], trailer: { offset: 0, zeroBlocks, size: raw.length } });
    expect(await readAll(archive(pax({ comment: 'none' }, 'g')))).toMatchObject({ entries: [], trailer: { offset: 1024 } });
  });

  it('is not a part of a block without a zero block before it', async () => {
    for (const tail of [zeros(1), zeros(511), bytes(1), garbage.subarray(1)])
      expect(await readFault(join(body, tail))).toMatchObject({ code: 'TAR_TRUNCATED', offset: 512 });
  });

  it('is not one zero block with a header behind it: some readers go on there, and some have stopped', async () => {
    const fault = await readFault(archive(body, zeros(512), block({ name: 'hidden' })));
    expect(fault).toMatchObject({ code: 'TAR_HEADER', offset: 1024 });
    expect(fault.message).toContain('concatenated');
  });

  it('may come between archives that were joined, by option', async () => {
    const joined = join(
      archive(block({ name: 'a' })),
      archive(pax({ path: 'b' }), block()),
      body,
      zeros(512),
      archive(block({ name: 'c' })),
      zeros(9000),
    );
    const { entries, trailer } = await readAll(joined, { concatenated: true });
    expect(entries.map(({ header, headerOffset }) => [header.name, headerOffset])).toEqual([
      ['a', 0],
      ['b', 1536],
      ['only', 4096],
      ['c', 5120],
    ]);
    expect(trailer).toEqual({ offset: 5632, zeroBlocks: 2, size: 10024, garbage: false });
    expect(await names(joined)).toEqual(['a']);
  });

  it('of joined archives is still a fault where garbage follows', async () => {
    expect(await readFault(join(archive(body), garbage), { concatenated: true })).toMatchObject({ code: 'TAR_CHECKSUM', offset: 1536 });
    expect(await readAll(join(archive(body), bytes(9)), { concatenated: true })).toMatchObject({
      trailer: { zeroBlocks: 2, size: 1025, garbage: true },
    });
  });
});

describe('extended headers', () => {
  it.each([
    ['a PAX header', pax({ path: 'a' })],
    ['a long name', gnuLong('L', 'a')],
    ['a long link target', gnuLong('K', 'a')],
    ['a Solaris header', pax({ path: 'a' }, 'X')],
  ])('need an entry: %s at the end is refused', async (_, header) => {
    expect(await readFault(archive(block(), header))).toMatchObject({ code: 'TAR_HEADER', offset: 512 + header.length });
    expect(await readFault(join(block(), header))).toMatchObject({ code: 'TAR_TRUNCATED' });
    expect(await readFault(join(header, zeros(512), block()))).toMatchObject({ code: 'TAR_HEADER' });
  });

  it('may stand in any order, and a global one before them', async () => {
    const parts = [pax({ uid: '7' }), gnuLong('L', 'name'), gnuLong('K', 'target')];
    for (const [a, b, c] of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ] as const) {
      const [first] = await readWhole(archive(pax({ gid: '8' }, 'g'), ...[a, b, c].map((i) => parts[i] as Uint8Array), block({ typeflag: '2' })));
      expect(first).toMatchObject({ header: { name: 'name', linkname: 'target', uid: 7, gid: 8 }, headerOffset: 1024 });
    }
  });

  it('do not speak of each other: a size in a PAX header is that of the entry, not of a long name (GHSA-vmf3-w455-68vh)', async () => {
    const raw = archive(pax({ size: '1024' }), gnuLong('L', 'long'), block({ size: 0 }), text('b'.repeat(1024)), block({ name: 'next' }));
    const [first, second] = await readWhole(raw);
    expect(first).toMatchObject({ header: { name: 'long', size: 1024 }, stored: 1024 });
    expect(second?.header.name).toBe('next');
  });

  it('of which a global one comes last are refused: Go forgets the others there', async () => {
    for (const header of [pax({ path: 'a' }), gnuLong('L', 'a'), gnuLong('K', 'a')])
      expect(await readFault(archive(header, pax({ comment: 'c' }, 'g'), block()))).toMatchObject({ code: 'TAR_HEADER', offset: header.length });
  });

  it.each<[what: string, size: Uint8Array | string]>([
    ['negative', base256(-512n, 12)],
    ['negative in octal', '-1000\0'],
    ['no number', 'garbage'],
    ['past all numbers', base256(2n ** 80n, 12)],
  ])('whose size is %s are refused', async (_, size) => {
    for (const typeflag of ['x', 'X', 'g', 'L', 'K'])
      expect(await readFault(archive(block({ typeflag, size, magic: 'gnu' }), block()))).toMatchObject({ code: 'TAR_NUMBER', offset: 0 });
  });

  it('meet their limit before any of them is read or held (CPython #151497, CVE-2022-2879)', async () => {
    for (const typeflag of ['x', 'X', 'g', 'L', 'K']) {
      const fault = await readFault(join(block({ typeflag, size: base256(2n ** 45n, 12), magic: 'gnu' }), zeros(512)));
      expect(fault).toMatchObject({ code: 'LIMIT_METADATA' });
    }
    const most = archive(gnuLong('L', 'n'.repeat(9), ''), block());
    expect(await names(most, { limits: { metadata: 9 } })).toEqual(['nnnnnnnnn']);
    expect(await readFault(most, { limits: { metadata: 8 } })).toMatchObject({ code: 'LIMIT_METADATA' });
    expect((await readStream([archive(gnuLong('L', 'n'.repeat(1024 * 1024), ''), block())])).entries).toHaveLength(1);
  });

  it('in a chain without end meet it too', async () => {
    const chain = (part: Uint8Array) => join(...new Array<Uint8Array>(2100).fill(part));
    for (const part of [pax([]), gnuLong('L', 'a'), gnuLong('K', 'a'), pax({ path: 'a' }, 'X')]) {
      expect((await readStream(cut(chain(part), 4096))).fault).toMatchObject({ code: 'LIMIT_METADATA' });
      expect(() => [...readTarSync(chain(part))]).toThrowError(expect.objectContaining({ code: 'LIMIT_METADATA' }));
    }
  });
});

describe('global headers', () => {
  it('hold from where they stand to the end, and add up', async () => {
    const entries = await readWhole(
      archive(
        block({ name: 'before' }),
        pax({ mtime: '1.5', comment: 'one' }, 'g'),
        block({ name: 'a' }),
        pax({ comment: 'two', uid: '9' }, 'g'),
        block({ name: 'b' }),
        pax({ comment: 'own' }),
        block({ name: 'c' }),
        block({ name: 'd' }),
      ),
    );
    const seen = entries.map(({ header }) => [
      header.name,
      header.mtime.seconds,
      header.uid,
      new TextDecoder().decode(header.pax.get('comment')),
      header.format,
    ]);
    expect(seen).toEqual([
      ['before', 0, 0, '', 'ustar'],
      ['a', 1, 0, 'one', 'ustar'],
      ['b', 1, 9, 'two', 'ustar'],
      ['c', 1, 9, 'own', 'pax'],
      ['d', 1, 9, 'two', 'ustar'],
    ]);
  });

  it('belong to no entry', async () => {
    const index = await scanTar(bytesSource(archive(pax({ comment: 'c' }, 'g'), block())));
    expect([index.length, index.headerOffset(0)]).toEqual([1, 1024]);
  });

  it.each(['size', 'GNU.sparse.major', 'GNU.sparse.size', 'GNU.sparse.name', 'GNU.sparse.map'])(
    'may not give every entry a %s: readers that heed them would find other headers than those that do not',
    async (key) => {
      expect(await readFault(archive(block(), pax({ [key]: '1' }, 'g'), block()))).toMatchObject({ code: 'TAR_PAX', offset: 512 });
    },
  );

  it('may be broken, and then the archive is', async () => {
    expect(await readFault(archive(rawPax('9 oops', 'g'), block()))).toMatchObject({ code: 'TAR_PAX', offset: 0 });
  });

  it('meet a limit, for each entry carries all their records', async () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key${i}`, 'v']));
    expect(await names(archive(pax(many(100), 'g'), block()))).toHaveLength(1);
    expect(await readFault(archive(pax(many(101), 'g'), block()))).toMatchObject({ code: 'LIMIT_METADATA' });
    const one = (i: number) => pax({ [`key${i}`]: 'v' }, 'g');
    expect(await readFault(archive(...Array.from({ length: 9 }, (_, i) => one(i)), block()), { limits: { globals: 8 } })).toMatchObject({
      code: 'LIMIT_METADATA',
    });
    expect(await names(archive(...Array.from({ length: 9 }, () => one(0)), block()), { limits: { globals: 8 } })).toHaveLength(1);
  });
});

describe('limits', () => {
  it('count entries', async () => {
    const raw = archive(block({ name: 'a' }), block({ name: 'b' }), block({ name: 'c' }));
    expect(await names(raw, { limits: { entries: 3 } })).toHaveLength(3);
    const fault = await readFault(raw, { limits: { entries: 2 } });
    expect(fault).toMatchObject({ code: 'LIMIT_ENTRIES' });
    expect(fault.message).toContain('raise limits.entries');
  });
});
