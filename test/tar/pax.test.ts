import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePax, formatPaxTime, parsePax, paxInteger, paxTime } from '../../src/tar/pax.ts';
import { archive, block, bytes, join, pax, rawPax, record, sameBytes, text } from './raw.ts';
import { readFault, readWhole } from './readers.ts';

const records = (...pairs: readonly (readonly [string, string])[]): Map<string, Uint8Array> =>
  new Map(pairs.map(([key, value]) => [key, text(value)]));
const only = async (...headers: readonly Uint8Array[]) => {
  const [first, ...rest] = await readWhole(archive(...headers, block()));
  expect(rest).toEqual([]);
  return (first as NonNullable<typeof first>).header;
};

describe('PAX records', () => {
  it('are split by their lengths, never by what they hold', () => {
    const tricky = '12 path=evil\n\n13 path=other\n=';
    const body = join(record('comment', tricky), record('a key with spaces', '='), record('empty', ''), record('binary', bytes(0, 10, 255, 61)));
    expect([...parsePax(body, 0).records]).toEqual([
      ['comment', text(tricky)],
      ['a key with spaces', text('=')],
      ['empty', text('')],
      ['binary', bytes(0, 10, 255, 61)],
    ]);
  });

  it('may come in any number, none too, and the last of one key holds', async () => {
    expect(parsePax(text(''), 0).records.size).toBe(0);
    expect((await only(pax([]))).format).toBe('pax');
    const header = await only(
      pax([
        ['path', 'first'],
        ['path', 'second'],
      ]),
    );
    expect(header).toMatchObject({ name: 'second', pax: records(['path', 'second']) });
  });

  it('keep keys that JavaScript has plans for', async () => {
    const { pax: kept, xattrs } = await only(
      pax([
        ['__proto__', 'a'],
        ['constructor', 'b'],
        ['SCHILY.xattr.__proto__', 'c'],
      ]),
    );
    expect([...kept.keys()]).toEqual(['__proto__', 'constructor', 'SCHILY.xattr.__proto__']);
    expect(xattrs.get('__proto__')).toEqual(text('c'));
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it.each<[lie: string, body: string | Uint8Array]>([
    ['a length that is one short', '12 path=name\n'],
    ['a length that is one long', '14 path=name\n'],
    ['a length past the end of the header', '99 path=name\n'],
    ['a length of zero', '0 path=name\n'],
    ['a length that ends before its own key', '3 path=name\n'],
    ['a length that ends at the space', '2 \n'],
    ['a negative length', '-13 path=name\n'],
    ['a signed length', '+13 path=name\n'],
    ['a hexadecimal length', '0xd path=name\n'],
    ['a length of eleven digits', '00000000013 path=name\n'],
    ['a length that overflows', '99999999999999999999 path=name\n'],
    ['no length', ' path=name\n'],
    ['no space', '13path=name\n'],
    ['no equals sign', '10 pathn\n\n'],
    ['no key', '8 =name\n'],
    ['no newline at its end', '13 path=namex'],
    ['an equals sign in the next record only', '6 abc\n13 path=name\n'],
    ['a NUL byte instead of the next record', '13 path=name\n\0\0\0'],
    ['a second record that lies', '13 path=name\n14 path=name\n'],
    ['a NUL byte in its key', record('SCHILY.xattr.user.a\0b', 'x')],
    ['nothing but a digit', '1'],
    ['nothing but spaces', '     '],
  ])('with %s are refused', async (_, body) => {
    expect(await readFault(archive(block({ name: 'first' }), rawPax(body), block()))).toMatchObject({ code: 'TAR_PAX', offset: 512 });
  });

  it('survive being written and read, whatever key and value', () => {
    const key = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => !/[=\0]/.test(text) && !text.startsWith('GNU.sparse.'));
    const value = fc.uint8Array({ maxLength: 120 });
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value)), (pairs) => {
        fc.pre(pairs.every(([name, bytes]) => !['path', 'linkpath', 'uname', 'gname'].includes(name) || !bytes.includes(0)));
        const map = new Map(pairs);
        expect([...parsePax(encodePax(map), 0).records]).toEqual([...map]);
      }),
    );
  });

  it('are written with their true lengths where a digit more makes them longer', () => {
    for (let length = 0; length < 1100; length++) {
      const [key, value] = ['k', new Uint8Array(length).fill(0x61)];
      sameBytes(encodePax([[key, value]]), record(key, value));
    }
  });

  it('are times and numbers where the grammar says so, and nowhere else', () => {
    const almost = fc.string({ unit: fc.constantFrom('0', '1', '9', '-', '.', ' ', '+', 'e', '/', ':'), maxLength: 14 });
    fc.assert(
      fc.property(almost, (value) => {
        const records = new Map([['k', text(value)]]);
        const read = [() => paxTime(records, 'k', 0), () => paxInteger(records, 'k', 0)];
        [/^-?\d+(\.\d*)?$/, /^-?\d+$/].forEach((grammar, i) => {
          if (grammar.test(value)) expect(read[i]).not.toThrow();
          else expect(read[i]).toThrow(expect.objectContaining({ code: 'TAR_PAX' }));
        });
      }),
      { numRuns: 3000 },
    );
  });

  it('parse or fail with TAR_PAX, whatever the bytes', () => {
    const digits = fc.string({ unit: fc.constantFrom('0', '1', '2', '9', ' ', '=', '\n', 'a', '\0'), maxLength: 40 });
    fc.assert(
      fc.property(fc.oneof(digits.map(text), fc.uint8Array({ maxLength: 60 })), (body) => {
        try {
          expect(parsePax(body, 512).records).toBeInstanceOf(Map);
        } catch (error) {
          expect(error).toMatchObject({ code: 'TAR_PAX', offset: 512 });
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('PAX times', () => {
  it.each<[value: string, seconds: number, nanoseconds: number]>([
    ['0', 0, 0],
    ['1350244992', 1350244992, 0],
    ['1350244992.023960108', 1350244992, 23960108],
    ['1350244992.02396010', 1350244992, 23960100],
    ['1350244992.0239601089', 1350244992, 23960108], // past the nanosecond
    ['1350244992.3', 1350244992, 300000000],
    ['1350244992.', 1350244992, 0],
    ['0.000000001', 0, 1],
    ['0.0000000019', 0, 1],
    ['-0', 0, 0],
    ['-0.5', -1, 500000000],
    ['-0.000000001', -1, 999999999],
    ['-0.0000000001', 0, 0],
    ['-1', -1, 0],
    ['-1.0', -1, 0],
    ['-1.25', -2, 750000000],
    ['-1350244992.023960108', -1350244993, 976039892],
    ['-1350244992.9999999999', -1350244993, 1],
    ['000000000000000000000000001.5', 1, 500000000],
    ['9007199254740991.999999999', 9007199254740991, 999999999],
    ['253402300800', 253402300800, 0],
  ])('%s are read to the nanosecond', (value, seconds, nanoseconds) => {
    expect(paxTime(records(['mtime', value]), 'mtime', 0)).toStrictEqual({ seconds, nanoseconds });
  });

  it.each([
    '',
    '.',
    '.5',
    '-',
    '-.5',
    '+1',
    '1e9',
    '1,5',
    '0x10',
    '1.5.5',
    '1.-5',
    ' 1',
    '1 ',
    '1\0',
    'NaN',
    'Infinity',
    '9007199254740992',
    '1.5a',
    '١',
  ])('%j are none', (value) => {
    expect(() => paxTime(records(['mtime', value]), 'mtime', 7)).toThrowError(expect.objectContaining({ code: 'TAR_PAX', offset: 7 }));
  });

  it('are written as they are read', () => {
    const seconds = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.maxSafeInteger().filter((value) => value > Number.MIN_SAFE_INTEGER),
    );
    fc.assert(
      fc.property(seconds, fc.oneof(fc.nat(999_999_999), fc.constantFrom(0, 1, 999_999_999)), (seconds, nanoseconds) => {
        const text = formatPaxTime({ seconds, nanoseconds });
        expect(text).toMatch(/^-?\d+(\.\d*[1-9])?$/);
        expect(paxTime(records(['t', text]), 't', 0)).toStrictEqual({ seconds, nanoseconds });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('PAX numbers', () => {
  it.each<[value: string, number: number]>([
    ['0', 0],
    ['-0', 0],
    ['999', 999],
    ['000000000000000000000999', 999],
    ['2147483648', 2147483648],
    ['8589934592', 8589934592],
    ['-2', -2],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('%s are read', (value, number) => {
    expect(paxInteger(records(['uid', value]), 'uid', 0)).toBe(number);
  });

  it.each(['', ' ', '1.0', '1e3', '0x1', '+1', '--1', '9007199254740992', '99999999999999999999999999', '12\0', '1 2', 'Infinity'])(
    '%j are none',
    (value) => {
      expect(() => paxInteger(records(['uid', value]), 'uid', 3)).toThrowError(expect.objectContaining({ code: 'TAR_PAX', offset: 3 }));
    },
  );

  it('are absent where the record is', () => {
    expect(paxInteger(records(), 'uid', 0)).toBeUndefined();
    expect(paxTime(records(), 'mtime', 0)).toBeUndefined();
  });

  it('that are none make an archive unreadable, and the error names record, place and entry', async () => {
    for (const key of ['size', 'uid', 'gid', 'mtime', 'atime', 'ctime', 'SCHILY.devmajor', 'SCHILY.devminor']) {
      const fault = await readFault(archive(pax([[key, '1x']]), block({ name: 'dir/file' })));
      expect(fault).toMatchObject({ code: 'TAR_PAX', entry: 'dir/file', offset: 1024 });
      expect(fault.message).toContain(`its ${key} is "1x"`);
    }
  });

  it('that are negative are fine for owners, and none for sizes', async () => {
    expect(await only(pax({ uid: '-2', gid: '-1' }))).toMatchObject({ uid: -2, gid: -1 });
    expect(await readFault(archive(pax({ size: '-1' }), block()))).toMatchObject({ code: 'TAR_NUMBER', entry: 'name' });
  });
});

describe('PAX headers', () => {
  it('say every field anew', async () => {
    const header = await only(
      pax({
        path: 'a/ü',
        linkpath: 'target',
        uname: 'ünser',
        gname: 'gruppe',
        uid: '3000000',
        gid: '4000000',
        mtime: '1.5',
        atime: '2.25',
        ctime: '-3.5',
        'SCHILY.devmajor': '300',
        'SCHILY.devminor': '70000',
        'SCHILY.fflags': 'nodump',
      }),
    );
    expect(header).toMatchObject({
      name: 'a/ü',
      linkname: 'target',
      uname: 'ünser',
      gname: 'gruppe',
      uid: 3000000,
      gid: 4000000,
      mtime: { seconds: 1, nanoseconds: 5e8 },
      atime: { seconds: 2, nanoseconds: 25e7 },
      ctime: { seconds: -4, nanoseconds: 5e8 },
      devmajor: 300,
      devminor: 70000,
      format: 'pax',
    });
    expect(header.pax.size).toBe(12);
  });

  it('may be those of Solaris, and hold names that are not UTF-8', async () => {
    expect(await only(pax({ path: 'solaris' }, 'X'))).toMatchObject({ name: 'solaris', format: 'pax' });
    const header = await only(pax({ hdrcharset: 'BINARY', path: bytes(0x61, 0xff) }));
    expect(header.name).toBe('a\udcff');
  });

  it('without a value take away what a global one said, and fall back on the header itself', async () => {
    const [first, second, third] = await readWhole(
      archive(
        pax({ path: 'global', uname: 'everybody', comment: 'all' }, 'g'),
        block({ name: 'own', uname: 'me' }),
        pax({ path: '', uname: '' }),
        block({ name: 'own', uname: 'me' }),
        pax({ path: '' }, 'g'),
        block({ name: 'own', uname: 'me' }),
      ),
    );
    expect(first?.header).toMatchObject({
      name: 'global',
      uname: 'everybody',
      pax: records(['path', 'global'], ['uname', 'everybody'], ['comment', 'all']),
    });
    expect(second?.header).toMatchObject({ name: 'own', uname: 'me', pax: records(['comment', 'all']), format: 'pax' });
    expect(third?.header).toMatchObject({ name: 'own', uname: 'everybody', format: 'ustar' });
  });

  it('hold for the next entry alone', async () => {
    const [, second] = await readWhole(archive(pax({ path: 'first', uid: '7' }), block(), block({ name: 'second' })));
    expect(second?.header).toMatchObject({ name: 'second', uid: 0, format: 'ustar', pax: new Map() });
  });

  it('of which two stand before an entry: the last one holds, as in Go and GNU tar', async () => {
    expect(await only(pax({ path: 'first', uid: '7' }), pax({ path: 'second' }))).toMatchObject({ name: 'second', uid: 0 });
  });
});

describe('extended attributes', () => {
  it('come in three forms, and are bytes in each', async () => {
    const capability = bytes(1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    const { xattrs } = await only(
      pax({
        'SCHILY.xattr.security.capability': capability,
        'SCHILY.xattr.user.lines': 'one\ntwo=2\n',
        'LIBARCHIVE.xattr.user.b%C3%A9%25': 'AQID/w',
        'LIBARCHIVE.xattr.user.padded': 'AQ==',
        'LIBARCHIVE.xattr.user.odd%zz': '',
        'RHT.security.selinux': 'unconfined_u:object_r\0',
      }),
    );
    expect([...xattrs]).toEqual([
      ['security.capability', capability],
      ['user.lines', text('one\ntwo=2\n')],
      ['user.bé%', bytes(1, 2, 3, 255)],
      ['user.padded', bytes(1)],
      ['user.odd%zz', bytes()],
      ['security.selinux', text('unconfined_u:object_r\0')],
    ]);
  });

  it('that come in two forms are read from the one that has them as they are', async () => {
    const { xattrs } = await only(
      pax({
        'LIBARCHIVE.xattr.user.a': 'AQ',
        'SCHILY.xattr.user.a': 'plain',
        'RHT.security.selinux': 'other',
        'SCHILY.xattr.security.selinux': 'plain',
      }),
    );
    expect(xattrs).toEqual(records(['user.a', 'plain'], ['security.selinux', 'plain']));
  });

  it('may be empty: GNU tar and star write such a record, and it removes nothing', async () => {
    const { xattrs, pax: kept } = await only(pax({ 'SCHILY.xattr.user.empty': '' }));
    expect(xattrs).toEqual(records(['user.empty', '']));
    expect(kept).toEqual(records(['SCHILY.xattr.user.empty', '']));
  });

  it('that are not base64 where they should be, or have a NUL in their name, are refused', async () => {
    expect(await readFault(archive(pax({ 'LIBARCHIVE.xattr.user.a%00b': 'AQ' }), block()))).toMatchObject({ code: 'TAR_PAX' });
    expect(await readFault(archive(pax({ 'LIBARCHIVE.xattr.user.a': '!!' }), block()))).toMatchObject({ code: 'TAR_PAX', entry: 'name' });
  });
});
