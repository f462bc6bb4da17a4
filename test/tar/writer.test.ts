import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, encodeText } from '../../src/bytes/index.ts';
import { LadingError } from '../../src/errors.ts';
import { type ByteInput, blobSource, bytesSource, collect, createSource, giveBack } from '../../src/stream/index.ts';
import {
  type EntryEvent,
  type EntryInit,
  type Header,
  readTarSync,
  type SyncEntry,
  TarParser,
  TarReader,
  TarWriter,
  type WriteFormat,
  type WriteOptions,
  writeTar,
} from '../../src/tar/index.ts';
import { archive, base256, block, join, sameBytes, text, zeros } from './raw.ts';
import { cut, slowSource } from './readers.ts';

const write = (entries: Iterable<EntryInit> | AsyncIterable<EntryInit>, options?: WriteOptions) => collect(writeTar(entries, options));

async function roundTrip(entry: EntryInit, options?: WriteOptions): Promise<SyncEntry> {
  const [first, ...rest] = readTarSync(await write([entry], options));
  expect(rest).toEqual([]);
  return first as SyncEntry;
}

const bytesOf = (...values: number[]) => Uint8Array.from(values);
const long = (length: number) =>
  `${'d'.repeat(60)}/`
    .repeat(9)
    .slice(0, length - 1)
    .concat('f');

describe('the dialect that is chosen', () => {
  it.each<[what: string, entry: EntryInit]>([
    ['a plain file', { name: 'file', body: 'x', mtime: new Date(1_700_000_000_000) }],
    ['a name of 100 bytes', { name: 'n'.repeat(100) }],
    ['a name of 256 bytes with a slash in the right place', { name: `${'p'.repeat(155)}/${'n'.repeat(100)}` }],
    ['a directory of 101 bytes', { name: `${'p'.repeat(50)}/${'n'.repeat(49)}/` }],
    ['a name that is not ASCII', { name: 'naïve/文件' }],
    ['a name that is not UTF-8', { name: 'a\udcff' }],
    ['a link target of 100 bytes', { name: 'l', type: 'symlink', linkname: 't'.repeat(100) }],
    ['owner names of 31 bytes', { name: 'f', uname: 'u'.repeat(31), gname: 'g'.repeat(31) }],
    ['the largest owner', { name: 'f', uid: 0o7777777, gid: 0o7777777 }],
    ['the largest device', { name: 'f', type: 'block-device', devmajor: 0o7777777, devminor: 0o7777777 }],
    ['the latest time', { name: 'f', mtime: { seconds: 8 ** 11 - 1, nanoseconds: 0 } }],
    ['a time of zero', { name: 'f', mtime: { seconds: 0, nanoseconds: 0 } }],
  ])('is ustar for %s', async (_, entry) => {
    const { header } = await roundTrip(entry);
    expect(header.format).toBe('ustar');
    expect(header).toMatchObject({ name: entry.name, linkname: entry.linkname ?? '', uid: entry.uid ?? 0, devmajor: entry.devmajor ?? 0 });
  });

  it.each<[what: string, key: string, entry: EntryInit]>([
    ['a name of 101 bytes without a slash', 'path', { name: 'n'.repeat(101) }],
    ['a name of 257 bytes', 'path', { name: `${'p'.repeat(155)}/${'n'.repeat(101)}` }],
    ['a name whose only slash comes too late', 'path', { name: `${'p'.repeat(156)}/n` }],
    ['a name whose only slash is the first byte', 'path', { name: `/${'n'.repeat(101)}` }],
    ['a directory whose only slash is the last byte', 'path', { name: `${'n'.repeat(100)}/` }],
    ['a link target of 101 bytes', 'linkpath', { name: 'l', type: 'symlink', linkname: 't'.repeat(101) }],
    ['an owner name of 32 bytes', 'uname', { name: 'f', uname: 'u'.repeat(32) }],
    ['a group name of 32 bytes', 'gname', { name: 'f', gname: 'ü'.repeat(16) }],
    ['a larger owner', 'uid', { name: 'f', uid: 0o10000000 }],
    ['a negative group', 'gid', { name: 'f', gid: -2 }],
    ['a larger device', 'SCHILY.devmajor', { name: 'f', type: 'character-device', devmajor: 2 ** 31 }],
    ['a larger device number', 'SCHILY.devminor', { name: 'f', type: 'character-device', devminor: 2 ** 31 }],
    ['a later time', 'mtime', { name: 'f', mtime: { seconds: 8 ** 11, nanoseconds: 0 } }],
    ['an earlier time', 'mtime', { name: 'f', mtime: { seconds: -1, nanoseconds: 0 } }],
    ['a finer time', 'mtime', { name: 'f', mtime: { seconds: 1, nanoseconds: 1 } }],
    ['a Date before 1970', 'mtime', { name: 'f', mtime: new Date(-1500) }],
    ['a time of access', 'atime', { name: 'f', atime: { seconds: 1, nanoseconds: 0 } }],
    ['a time of change', 'ctime', { name: 'f', ctime: new Date(1000) }],
    ['an extended attribute', 'SCHILY.xattr.user.a', { name: 'f', xattrs: new Map([['user.a', bytesOf(0, 10)]]) }],
    ['a record of its own', 'comment', { name: 'f', pax: new Map([['comment', text('why')]]) }],
  ])('is PAX for %s, and ustar by order cannot hold it and says what', async (_, key, entry) => {
    const { header } = await roundTrip(entry);
    expect([...header.pax.keys()]).toEqual([key]);
    await expect(write([entry], { format: 'ustar' })).rejects.toMatchObject({
      code: 'TAR_FORMAT',
      message: expect.stringContaining(`ustar cannot hold its ${key}`),
    });
  });

  it('is PAX for a body of 8 GiB, and GNU holds it too', async () => {
    const size = 8 ** 11;
    const first = async (format?: WriteFormat) => {
      const body = (async function* () {
        yield new Uint8Array(100_000);
      })();
      const { value } = await writeTar([{ name: 'f', size, body }], { ...(format && { format }) }).next();
      return (new TarParser().parse(value as Uint8Array) as EntryEvent).header;
    };
    expect(await first()).toMatchObject({ size, format: 'pax', pax: new Map([['size', text(String(size))]]) });
    expect(await first('gnu')).toMatchObject({ size, format: 'gnu' });
    await expect(first('ustar')).rejects.toMatchObject({ code: 'TAR_FORMAT' });
  });

  it('by order is the same for every entry', async () => {
    const entries = [{ name: 'a' }, { name: 'n'.repeat(101) }, { name: 'd/' }];
    expect([...readTarSync(await write(entries, { format: 'gnu' }))].map(({ header }) => header.format)).toEqual(['gnu', 'gnu', 'gnu']);
    expect([...readTarSync(await write(entries.slice(0, 1), { format: 'pax' }))].map(({ header }) => header.format)).toEqual(['ustar']);
  });
});

describe('what is written', () => {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 130 }).filter((text) => !text.includes('\0') && !text.endsWith('/'));
  const anyBytes = fc.uint8Array({ minLength: 1, maxLength: 40 });
  const byteName = anyBytes.filter((raw) => !raw.includes(0) && raw.at(-1) !== 0x2f).map((raw) => decodeText(raw));
  const owner = fc.oneof(
    fc.constant(''),
    fc.string({ maxLength: 40 }).filter((text) => !text.includes('\0')),
  );
  const id = fc.oneof(fc.nat(70_000), fc.maxSafeInteger());
  const time = fc.record({
    seconds: fc.oneof(
      fc.integer(),
      fc.maxSafeInteger().filter((value) => value > Number.MIN_SAFE_INTEGER),
    ),
    nanoseconds: fc.oneof(fc.constant(0), fc.nat(999_999_999)),
  });
  const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((text) => !/[=\0]/.test(text));
  const attribute = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\0'));
  const map = (keys: fc.Arbitrary<string>, values: fc.Arbitrary<Uint8Array>) =>
    fc.array(fc.tuple(keys, values), { maxLength: 3 }).map((pairs) => new Map(pairs));
  const entry: fc.Arbitrary<EntryInit> = fc.record(
    {
      name: fc.oneof(name, byteName, fc.integer({ min: 95, max: 300 }).map(long)),
      type: fc.constantFrom('file', 'directory', 'symlink', 'hardlink', 'character-device', 'block-device', 'fifo', 'other:V', 'other:Z', 'other:ÿ'),
      mode: fc.nat(0o7777),
      uid: id,
      gid: id,
      uname: owner,
      gname: owner,
      mtime: time,
      atime: time,
      ctime: time,
      linkname: fc.oneof(name, byteName, fc.constant('')),
      devmajor: id,
      devminor: id,
      xattrs: map(attribute, fc.uint8Array({ maxLength: 30 })),
      pax: map(
        key.map((text) => `X.${text}`),
        anyBytes,
      ),
    },
    { requiredKeys: ['name'] },
  );

  // What ustar and GNU hold is a part of it.
  const modest = fc.record({
    name: entry.map((init) => init.name),
    type: entry.map((init) => init.type ?? 'file'),
    mode: fc.nat(0o7777),
    uid: fc.nat(70_000),
    uname: owner,
  });

  /** What an entry says, with its defaults. */
  function meaning({ name, type = 'file', mode, pax: _, ...rest }: EntryInit): Partial<Header> {
    const defaults = {
      uid: 0,
      gid: 0,
      uname: '',
      gname: '',
      mtime: { seconds: 0, nanoseconds: 0 },
      linkname: '',
      devmajor: 0,
      devminor: 0,
      xattrs: new Map(),
    };
    const fullName = type === 'directory' ? `${name}/` : name;
    return {
      ...defaults,
      ...(rest as Partial<Header>),
      name: fullName,
      type,
      mode: mode ?? { directory: 0o755, symlink: 0o777 }[type as 'symlink'] ?? 0o644,
      size: 0,
    };
  }

  it.each([undefined, 'pax', 'gnu', 'ustar'] as const)('is read as it was meant, or refused with a code, in dialect %s', async (format) => {
    let written = 0;
    await fc.assert(
      fc.asyncProperty(format === 'gnu' || format === 'ustar' ? fc.oneof(entry, modest) : entry, async (init: EntryInit) => {
        const raw = await write([init], { ...(format && { format }) }).catch((error: { code?: string }) => error.code);
        if (raw === 'TAR_FORMAT' && (format === 'gnu' || format === 'ustar')) return;
        written++;
        const [first, ...rest] = readTarSync(raw as Uint8Array) as Iterable<SyncEntry> as [SyncEntry];
        const { pax, format: _, sparse, ...header } = first.header;
        expect(header).toEqual(meaning(init));
        for (const [key, value] of init.pax ?? []) expect(pax.get(key)).toEqual(value);
        expect(rest).toEqual([]);
      }),
      { numRuns: 400 },
    );
    expect(written).toBeGreaterThan(format === 'gnu' || format === 'ustar' ? 50 : 399);
  });

  it('is the same again when what was read is written again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 4 }), fc.constantFrom(undefined, 'pax' as const), async (entries, format) => {
        const raw = await write(entries, { ...(format && { format }) });
        const again = [...readTarSync(raw)].map(({ header, body }) => ({ ...header, body }));
        sameBytes(await write(again, { ...(format && { format }) }), raw);
      }),
      { numRuns: 100 },
    );
  });

  it('has two zero blocks at its end, or none by option, and nothing else', async () => {
    expect(await write([])).toEqual(zeros(1024));
    expect(await write([], { endOfArchive: false })).toEqual(zeros(0));
    const one = await write([{ name: 'a', body: 'x' }], { endOfArchive: false });
    expect(one).toHaveLength(1024);
    expect(await write([{ name: 'a', body: 'x' }])).toEqual(join(one, zeros(1024)));
  });

  it('is a ustar block as POSIX draws it', async () => {
    const raw = await write([
      { name: 'dir/file', body: 'hi', mode: 0o640, uid: 1000, gid: 100, uname: 'me', gname: 'us', mtime: new Date(1_700_000_000_000) },
    ]);
    const expected = block({
      name: 'dir/file',
      mode: 0o640,
      uid: 1000,
      gid: 100,
      size: 2,
      mtime: 1_700_000_000,
      uname: 'me',
      gname: 'us',
      devmajor: 0,
      devminor: 0,
    });
    expect(raw).toEqual(archive(expected, text('hi'.padEnd(512, '\0'))));
  });

  it('has GNU numbers in base-256 only where octal cannot hold them', async () => {
    const raw = await write(
      [{ name: 'f', uid: -2, gid: 0o10000000, mtime: { seconds: -1, nanoseconds: 0 }, atime: { seconds: 5, nanoseconds: 0 } }],
      { format: 'gnu' },
    );
    const more = [[345, 5, 12]] as const;
    const numbers = { uid: base256(-2n, 8), gid: base256(0o10000000n, 8), mtime: base256(-1n, 12), devmajor: 0, devminor: 0 };
    expect(raw.subarray(0, 512)).toEqual(block({ name: 'f', magic: 'gnu', ...numbers, more }));
  });

  it('has a type for each entry: its own, or a directory for a name that ends in a slash', async () => {
    const types = [...readTarSync(await write([{ name: 'd/' }, { name: 'd', type: 'directory' }, { name: 'f' }, { name: 'v', type: 'other:V' }]))];
    expect(types.map(({ header, typeflag }) => [header.name, typeflag])).toEqual([
      ['d/', '5'],
      ['d/', '5'],
      ['f', '0'],
      ['v', 'V'],
    ]);
  });

  it("holds extended attributes whose name ends a PAX key, by libarchive's form", async () => {
    const xattrs = new Map([
      ['user.50%=half', bytesOf(0, 255)],
      ['user.empty=', bytesOf()],
      ['user.plain%3D', bytesOf()],
    ]);
    const { header } = await roundTrip({ name: 'f', xattrs });
    expect(header.xattrs).toEqual(xattrs);
    expect([...header.pax.keys()]).toEqual(['LIBARCHIVE.xattr.user.50%25%3Dhalf', 'LIBARCHIVE.xattr.user.empty%3D', 'SCHILY.xattr.user.plain%3D']);
  });

  it('names the charset of names that are not UTF-8', async () => {
    const { header } = await roundTrip({ name: `${'n'.repeat(120)}\udcff`, linkname: 'x' });
    expect(header.pax.get('hdrcharset')).toEqual(text('BINARY'));
    expect(header.name).toBe(`${'n'.repeat(120)}\udcff`);
  });
});

describe('GNU', () => {
  it.each<[what: string, entry: EntryInit]>([
    ['nanoseconds', { name: 'f', mtime: { seconds: 1, nanoseconds: 1 } }],
    ['nanoseconds', { name: 'f', atime: { seconds: 1, nanoseconds: 1 } }],
    ['extended attributes', { name: 'f', xattrs: new Map([['user.a', text('b')]]) }],
    ['comment', { name: 'f', pax: new Map([['comment', text('b')]]) }],
    ['uname', { name: 'f', uname: 'u'.repeat(32) }],
    ['gname', { name: 'f', gname: 'g'.repeat(32) }],
  ])('cannot hold %s, and says so', async (what, entry) => {
    await expect(write([entry], { format: 'gnu' })).rejects.toMatchObject({
      code: 'TAR_FORMAT',
      message: `Cannot write "f" as gnu: gnu cannot hold its ${what}; write it as pax`,
    });
  });

  it('holds names and targets of any length', async () => {
    for (const length of [99, 100, 101, 255, 256, 512, 513, 4096]) {
      const { header } = await roundTrip({ name: long(length), type: 'symlink', linkname: `${long(length)}\udcff` }, { format: 'gnu' });
      expect(header).toMatchObject({ name: long(length), linkname: `${long(length)}\udcff`, format: 'gnu' });
    }
  });
});

describe('an entry that no archive holds', () => {
  it.each<[what: string, entry: EntryInit, error: typeof TypeError | typeof RangeError | typeof LadingError]>([
    ['without a name', { name: '' }, LadingError],
    ['without a name, as a directory', { name: '', type: 'directory' }, LadingError],
    ['with a NUL in its name', { name: 'a\0b' }, TypeError],
    ['with a NUL in its link target', { name: 'a', type: 'symlink', linkname: 'a\0b' }, TypeError],
    ['with a NUL in its owner', { name: 'a', uname: 'a\0b' }, TypeError],
    ['with a NUL in its group', { name: 'a', gname: 'a\0b' }, TypeError],
    ['with a lone surrogate in its name', { name: 'a\ud800' }, TypeError],
    ['that is a file and ends in a slash', { name: 'a/', type: 'file' }, LadingError],
    ['that is a directory with a body', { name: 'a/', body: 'x' }, LadingError],
    ['that is a symbolic link with a body', { name: 'a', type: 'symlink', body: 'x' }, LadingError],
    ['that is a hard link with a body', { name: 'a', type: 'hardlink', body: 'x' }, LadingError],
    ['of no type', { name: 'a', type: 'nothing' as EntryInit['type'] & string }, TypeError],
    ['of a type that objects have by nature', { name: 'a', type: 'constructor' as EntryInit['type'] & string }, TypeError],
    ['of a type of two characters', { name: 'a', type: 'other:VV' }, TypeError],
    ['of a type of no character', { name: 'a', type: 'other:' }, TypeError],
    ['of a type past a byte', { name: 'a', type: 'other:Ā' }, TypeError],
    ...[...'\x0001234567SDxXgLK'].map((flag): [string, EntryInit, typeof TypeError] => [
      `whose flag ${JSON.stringify(flag)} means something else`,
      { name: 'a', type: `other:${flag}` },
      TypeError,
    ]),
    ['with a negative mode', { name: 'a', mode: -1 }, RangeError],
    ['with a broken owner', { name: 'a', uid: 1.5 }, RangeError],
    ['with an owner past all numbers', { name: 'a', gid: 2 ** 53 }, RangeError],
    ['with an owner that is no number', { name: 'a', uid: Number.NaN }, RangeError],
    ['with an invalid Date', { name: 'a', mtime: new Date(Number.NaN) }, RangeError],
    ['with broken seconds', { name: 'a', mtime: { seconds: 1.5, nanoseconds: 0 } }, RangeError],
    ['with negative nanoseconds', { name: 'a', atime: { seconds: 1, nanoseconds: -1 } }, RangeError],
    ['with too many nanoseconds', { name: 'a', ctime: { seconds: 1, nanoseconds: 1e9 } }, RangeError],
    ['with a number for a time', { name: 'a', mtime: 1_700_000_000 as unknown as Date }, RangeError],
    ['with another size than its body', { name: 'a', body: 'abc', size: 2 }, RangeError],
    ['with a size and no body', { name: 'a', size: 2 }, RangeError],
    ['with a stream of no size', { name: 'a', body: [text('x')] }, TypeError],
    ['with a stream of negative size', { name: 'a', body: [text('x')], size: -1 }, TypeError],
    ['with a PAX record without a key', { name: 'a', pax: new Map([['', text('x')]]) }, TypeError],
    ['with an equals sign in a key', { name: 'a', pax: new Map([['a=b', text('x')]]) }, TypeError],
    ['with a NUL in a key', { name: 'a', pax: new Map([['a\0', text('x')]]) }, TypeError],
    ['with a NUL in the name of an attribute', { name: 'a', xattrs: new Map([['user.\0', text('x')]]) }, TypeError],
    ['that is a directory with holes', { name: 'a/', sparse: [] }, LadingError],
    [
      'with runs that overlap',
      {
        name: 'a',
        body: 'abc',
        sparse: [
          { offset: 0, length: 2 },
          { offset: 1, length: 2 },
        ],
      },
      RangeError,
    ],
    ['with a run past its end', { name: 'a', body: 'abc', sparse: [{ offset: 0, length: 4 }] }, RangeError],
    ['with chunks that are no bytes', { name: 'a', body: ['abc'] as unknown as ByteInput, size: 3 }, TypeError],
  ])('%s is refused', async (_, entry, error) => {
    await expect(write([entry])).rejects.toThrow(error);
    await expect(new TarWriter(() => undefined).add(entry)).rejects.toThrow(error);
  });

  it('leaves a hard link that was read with a size without one: no body follows it', async () => {
    expect((await roundTrip({ name: 'a', type: 'hardlink', linkname: 'b', size: 5 })).header.size).toBe(0);
  });
});

describe('a body', () => {
  const body = encodeText('0123456789'.repeat(20_000));
  const ways: readonly (readonly [string, () => ByteInput | string])[] = [
    ['bytes', () => body],
    ['a view of a larger buffer', () => join(text('<'), body, text('>')).subarray(1, -1)],
    ['text', () => decodeText(body)],
    ['a Source', () => bytesSource(body)],
    ['a Source without a synchronous side', () => slowSource(body)],
    ['a Blob', () => blobSource(new Blob([body as Uint8Array<ArrayBuffer>]))],
    ['a ReadableStream', () => new Blob([body as Uint8Array<ArrayBuffer>]).stream()],
    ['an iterable', () => cut(body, 70_000, 3)],
  ];

  it.each(ways)('may be %s, and comes out as it went in', async (_, make) => {
    for (const before of [1, 511, 512, 200_000]) {
      const entries = [
        { name: 'first', body: new Uint8Array(before) },
        { name: 'f', size: body.length, body: make() },
        { name: 'last', body: 'x' },
      ];
      const read = [...readTarSync(await write(entries))];
      expect(read.map(({ header }) => header.size)).toEqual([before, body.length, 1]);
      sameBytes(read[1]?.body, body);
    }
  });

  it.each<[what: string, size: number, chunks: Uint8Array[]]>([
    ['is empty where one byte is said', 1, []],
    ['is one byte short', 10, [text('012345678')]],
    ['is one byte long', 10, [text('01234'), text('567890')]],
    ['is there where none is said', 0, [text('x')]],
  ])('that %s is an error, and names the entry', async (_, size, chunks) => {
    await expect(
      write([
        { name: 'good', body: 'x' },
        { name: 'naïve', size, body: chunks },
      ]),
    ).rejects.toMatchObject({ code: 'TAR_SIZE', entry: 'naïve', name: 'TarError' });
  });

  it('without end is left as soon as it is too long, and closed', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(1000);
      } finally {
        closed = true;
      }
    }
    await expect(write([{ name: 'f', size: 5000, body: endless() }])).rejects.toMatchObject({ code: 'TAR_SIZE' });
    expect(closed).toBe(true);
  });

  it('of a Source that shrank is an error', async () => {
    const shrunk = { ...bytesSource(text('abc')), size: 5, stream: () => bytesSource(text('abc')).stream() } as ReturnType<typeof bytesSource>;
    shrunk.read = bytesSource(text('abc')).read;
    shrunk.slice = () => shrunk;
    await expect(write([{ name: 'f', body: shrunk }])).rejects.toMatchObject({ code: 'TAR_SIZE' });
  });

  it('that is large is passed on as it is, not copied', async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of writeTar([{ name: 'f', body }])) chunks.push(chunk);
    expect(chunks.some((chunk) => chunk.buffer === body.buffer)).toBe(true);
  });

  it('of 1 GiB goes through without being held', async () => {
    const chunk = new Uint8Array(4 * 1024 * 1024);
    async function* large(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 256; i++) yield chunk;
    }
    const before = process.memoryUsage().arrayBuffers;
    let length = 0;
    for await (const part of writeTar([{ name: 'f', size: 2 ** 30, body: large() }])) length += part.length;
    expect(length).toBe(2 ** 30 + 512 + 1024);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  });
});

describe('holes', () => {
  const size = 20_000;
  const logical = new Uint8Array(size).fill(0x61, 1000, 1500).fill(0x62, 9000, 12_000);
  const sparse = [
    { offset: 1000, length: 500 },
    { offset: 9000, length: 3000 },
  ];
  const ways: readonly (readonly [string, () => ByteInput])[] = [
    ['bytes', () => logical],
    ['a Source', () => slowSource(logical)],
    ['a stream', () => cut(logical, 700, 5000)],
  ];

  it.each(ways)('of %s are kept in PAX, and filled with zeros elsewhere', async (_, make) => {
    const kept = await write([{ name: 'f', size, body: make(), sparse }, { name: 'next' }]);
    const [first, second] = readTarSync(kept);
    sameBytes(first?.body, logical);
    expect(first?.stored).toBeLessThan(6000);
    expect(second?.header.name).toBe('next');
    for (const format of ['gnu', 'ustar'] as const) {
      const { body, stored, header } = await roundTrip({ name: 'f', size, body: make(), sparse }, { format });
      expect([stored, header.sparse]).toEqual([size, undefined]);
      sameBytes(body, logical);
    }
  });

  it('of a file of 10 GiB cost nothing, and its size is the logical one', async () => {
    const size = 10 * 2 ** 30;
    const body = createSource({ read: async (_, length) => new Uint8Array(length).fill(0x61) }, size);
    const { header, stored } = await roundTrip({ name: 'f', body, sparse: [{ offset: size - 1024, length: 4 }] });
    expect([header.size, header.sparse, stored]).toEqual([
      size,
      [
        { offset: size - 1024, length: 512 },
        { offset: size, length: 0 },
      ],
      512,
    ]);
  });

  it('of a stream that ends in one are an error too, where they are shorter or longer than they should be', async () => {
    for (const length of [size - 1, size + 1, 12_000])
      await expect(write([{ name: 'f', size, body: [new Uint8Array(length)], sparse }])).rejects.toMatchObject({ code: 'TAR_SIZE', entry: 'f' });
  });

  it('survive reading and writing again, from a stream', async () => {
    const raw = await write([
      { name: 'f', body: logical, sparse },
      { name: 'next', body: 'x' },
    ]);
    async function* again(): AsyncGenerator<EntryInit> {
      for await (const { header, body } of new TarReader(cut(raw, 999))) yield { ...header, body };
    }
    sameBytes(await write(again()), raw);
  });
});

describe('TarWriter', () => {
  it('writes what writeTar writes, in the order of the calls, awaited or not', async () => {
    const entries: EntryInit[] = [
      { name: 'a', body: 'x' },
      { name: 'b', size: 200_000, body: cut(new Uint8Array(200_000), 9000) },
      { name: 'c/' },
      { name: 'd', body: new Uint8Array(70_000) },
    ];
    const parts: Uint8Array[] = [];
    const writer = new TarWriter((chunk) => void parts.push(chunk.slice()));
    for (const entry of entries) writer.add(entry);
    await writer.close();
    const fresh = entries.map((entry) => (entry.name === 'b' ? { ...entry, body: new Uint8Array(200_000) } : entry));
    sameBytes(join(...parts), await write(fresh));
  });

  it('waits for its sink', async () => {
    let running = 0;
    let most = 0;
    const writer = new TarWriter(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
    });
    for (let i = 0; i < 9; i++) writer.add({ name: `f${i}`, body: new Uint8Array(100_000) });
    await writer.close();
    expect([most, running]).toEqual([1, 0]);
  });

  it('is closed once, and takes nothing more', async () => {
    const parts: Uint8Array[] = [];
    const writer = new TarWriter((chunk) => void parts.push(chunk));
    await writer.close();
    await writer.close();
    expect(join(...parts)).toEqual(zeros(1024));
    expect(() => writer.add({ name: 'late' })).toThrow(/the archive is closed/);
  });

  it('fails for good with the first failure, be it of an entry or of the sink', async () => {
    const writer = new TarWriter(() => undefined);
    await writer.add({ name: 'good' });
    await expect(writer.add({ name: 'short', size: 9, body: [text('x')] })).rejects.toMatchObject({ code: 'TAR_SIZE' });
    await expect(writer.add({ name: 'next' })).rejects.toMatchObject({ code: 'TAR_SIZE' });
    await expect(writer.close()).rejects.toMatchObject({ code: 'TAR_SIZE' });
    const full = new TarWriter(() => Promise.reject(new RangeError('the disk is full')));
    await expect(full.add({ name: 'large', body: new Uint8Array(100_000) })).rejects.toThrow('the disk is full');
    await expect(full.close()).rejects.toThrow('the disk is full');
  });
});

describe('writeTar', () => {
  it('pulls an entry only when it is to be written, and closes what it pulls from', async () => {
    const seen = { pulled: 0, closed: false };
    async function* entries(): AsyncGenerator<EntryInit> {
      try {
        for (;;) yield { name: `f${seen.pulled++}`, body: new Uint8Array(40_000) };
      } finally {
        seen.closed = true;
      }
    }
    let chunks = 0;
    for await (const _ of writeTar(entries())) if (++chunks === 4) break;
    expect(seen.pulled).toBeLessThan(5);
    expect(seen.closed).toBe(true);
  });

  it('fills its memory again when it is given back, and only then', async () => {
    const small = Array.from({ length: 100 }, (_, i) => ({ name: `f${i}`, body: new Uint8Array(30_000).fill(i) }));
    const whole = await write(small);
    const used = new Set<ArrayBufferLike>();
    const parts: Uint8Array[] = [];
    for await (const chunk of writeTar(small)) {
      used.add(chunk.buffer);
      parts.push(chunk.slice());
      giveBack(chunk);
    }
    sameBytes(join(...parts), whole); // `collect` gave nothing back
    expect(parts.length).toBeGreaterThan(10);
    expect(used.size).toBeLessThanOrEqual(2);
  });

  it('takes entries from another archive as they are', async () => {
    const raw = await write([
      { name: 'a', body: 'x' },
      { name: 'n'.repeat(200), mtime: { seconds: 1, nanoseconds: 5 } },
    ]);
    expect(await write(Array.from(readTarSync(raw), ({ header, body }) => ({ ...header, body })))).toEqual(raw);
  });
});
