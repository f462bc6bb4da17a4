import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../src/stream/index.ts';
import { readTarSync, scanTar, TarReader } from '../../src/tar/index.ts';
import { archive, base256, block, blocks, bytes, entry, gnuLong, join, pax, rawPax, text, zeros } from './raw.ts';
import { cut, readAll, readFault, readStream, readWhole } from './readers.ts';

const names = async (raw: Uint8Array) => (await readWhole(raw)).map(({ header }) => header.name);

/** An archive that lies in the body of an entry: a reader that loses its place takes its entries for those of the outer one. */
const inner = join(entry({ name: 'evil' }, 'evil'), block({ name: 'evil2' }));

describe('one size, decided once, for the body and for the way to the next header', () => {
  it('CVE-2025-62518 (TARmageddon, GHSA-j5gw-2vrg-8fgx): a PAX size over a header size of 0', async () => {
    const raw = archive(pax({ size: String(inner.length) }), block({ name: 'outer', size: 0 }), inner, block({ name: 'next' }));
    expect(await names(raw)).toEqual(['outer', 'next']);
  });

  it('CVE-2026-33055 (RUSTSEC-2026-0068): a PAX size over a header size that is not 0', async () => {
    const raw = archive(pax({ size: String(inner.length) }), block({ name: 'outer', size: 5 }), inner, block({ name: 'next' }));
    expect(await names(raw)).toEqual(['outer', 'next']);
    const smaller = archive(pax({ size: '4' }), block({ name: 'outer', size: inner.length }), blocks('body'), block({ name: 'next' }));
    expect(await names(smaller)).toEqual(['outer', 'next']);
  });

  it('GHSA-vmf3-w455-68vh (CVE-2026-53655): a PAX size does not speak of the long name that follows it', async () => {
    for (const header of [gnuLong('L', 'outer'), gnuLong('K', 'target'), join(gnuLong('K', 'target'), gnuLong('L', 'outer'))]) {
      const raw = archive(
        pax({ size: String(inner.length), path: 'outer' }),
        header,
        block({ name: 'outer', size: 0 }),
        inner,
        block({ name: 'next' }),
      );
      expect(await names(raw)).toEqual(['outer', 'next']);
    }
  });

  it('GHSA-3pv8-6f4r-ffg2: nor of a second PAX header, whose own size counts', async () => {
    const raw = archive(pax({ size: '4096' }), pax({ path: 'outer', size: '4' }), block({ size: 0 }), blocks('body'), block({ name: 'next' }));
    expect(await names(raw)).toEqual(['outer', 'next']);
  });

  it('a size in a global header, which some readers apply to every entry and some to none', async () => {
    expect(await readFault(archive(pax({ size: String(inner.length) }, 'g'), block({ name: 'outer' }), inner))).toMatchObject({ code: 'TAR_PAX' });
  });

  it('a size on what has no body: nothing is skipped, so nothing is hidden', async () => {
    for (const typeflag of ['1', '2', '3', '4', '5', '6'])
      expect(await names(archive(block({ name: 'outer', typeflag, size: inner.length }), inner))).toEqual(['outer', 'evil', 'evil2']);
  });

  it('CPython #141707: the cut name of a long one does not make a directory of a file', async () => {
    const cutName = `${'d'.repeat(99)}/`;
    const raw = archive(gnuLong('L', `${cutName}outer`), block({ name: cutName, typeflag: 0, size: inner.length }), inner, block({ name: 'next' }));
    expect(await names(raw)).toEqual([`${cutName}outer`, 'next']);
  });
});

describe('numbers that are none', () => {
  it('GHSA-8x88-c5mf-7j5w (CVE-2026-59874), CVE-2025-8194: negative sizes, which would lead back to where the reader was', async () => {
    for (const size of [base256(-1n, 12), base256(-512n, 12), base256(-1024n, 12), '-1\0', '-1000\0'])
      for (const typeflag of ['0', 'x', 'L', 'g', 'S', '7', 'Z'])
        expect(await readFault(archive(block({ magic: 'gnu', typeflag, size }), block()))).toMatchObject({ code: 'TAR_NUMBER', offset: 0 });
    expect(await readFault(archive(pax({ size: '-512' }), block()))).toMatchObject({ code: 'TAR_NUMBER' });
    expect(await readFault(archive(pax({ size: '-0.5' }), block()))).toMatchObject({ code: 'TAR_PAX' });
  });

  it('GHSA-w8wr-v893-vjvp: a path of digits is text', async () => {
    for (const path of ['0', '123', '1e3', '-1', 'NaN', 'true', 'null', '0x10']) {
      const [first] = await readWhole(archive(pax({ path, linkpath: path, uname: path, gname: path }), block({ typeflag: '2' })));
      expect(first?.header).toMatchObject({ name: path, linkname: path, uname: path, gname: path });
    }
  });

  it('sizes past 2^53, and bodies that end there', async () => {
    for (const size of ['9007199254740992', '18446744073709551615', '9'.repeat(400)])
      expect(await readFault(archive(pax({ size }), block()))).toMatchObject({ code: 'TAR_PAX' });
    expect(await readFault(archive(pax({ size: '9007199254740991' }), block()))).toMatchObject({ code: 'TAR_NUMBER' });
  });

  it('2 GiB and 4 GiB are not negative and not zero', async () => {
    for (const size of [2 ** 31, 2 ** 32, 2 ** 33]) {
      for (const header of [block({ size }), block({ magic: 'gnu', size: base256(BigInt(size), 12) }), join(pax({ size: String(size) }), block())]) {
        const fault = await readFault(join(header, zeros(512)));
        expect(fault).toMatchObject({ code: 'TAR_TRUNCATED', entry: 'name' });
        expect(fault.message).toContain(`has 512 of ${size} bytes`);
      }
    }
  });
});

describe('malformed extended headers are refused, not skipped', () => {
  it('GHSA-gvwx-54wh-qm9j (CVE-2026-59875): a NUL in a name, which ends it in some readers', async () => {
    for (const key of ['path', 'linkpath', 'uname', 'gname', 'GNU.sparse.name'])
      expect(await readFault(archive(pax({ [key]: 'seen\0hidden' }), block()))).toMatchObject({ code: 'TAR_PAX', offset: 0 });
  });

  it('CVE-2019-20907: a record of length 0, which led back to itself', async () => {
    for (const body of ['0 a=b\n', '0', '00 a=b\n', '0 \n', ' '])
      expect(await readFault(archive(rawPax(body), block()))).toMatchObject({ code: 'TAR_PAX' });
  });

  it('GHSA-3cv2-h65g-fgmm, GHSA-fp55-jw48-c537, CVE-2026-32766: records that lie, before and behind good ones', async () => {
    for (const bad of ['5 a=b\n', '99 a=b\n', '5 ab=\n', 'x a=b\n', '6 a=b ']) {
      for (const body of [bad, `13 path=good\n${bad}`, `${bad}13 path=good\n`])
        for (const typeflag of ['x', 'g', 'X']) expect(await readFault(archive(rawPax(body, typeflag), block()))).toMatchObject({ code: 'TAR_PAX' });
    }
  });

  it('two truths: a GNU long name and a PAX path that differ', async () => {
    expect(await readFault(archive(gnuLong('L', 'scanned'), pax({ path: 'unpacked' }), block()))).toMatchObject({ code: 'TAR_HEADER' });
  });

  it('an extended header that has nothing to extend, or is cut off by a global one', async () => {
    expect(await readFault(archive(block(), pax({ path: 'a' })))).toMatchObject({ code: 'TAR_HEADER' });
    expect(await readFault(archive(pax({ path: 'a' }), pax({ comment: 'b' }, 'g'), block()))).toMatchObject({ code: 'TAR_HEADER' });
  });

  it('CVE-2019-9923: sparse records on their own', async () => {
    for (const key of ['major', 'minor', 'name', 'realsize', 'size', 'numblocks', 'offset', 'numbytes', 'map'])
      expect((await readAll(archive(pax({ [`GNU.sparse.${key}`]: '7' }), block()))).fault?.code).toMatch(/TAR_SPARSE|TAR_PAX/);
  });
});

describe('nothing is allocated from a declared size', () => {
  const before = process.memoryUsage();
  const grown = () => process.memoryUsage().arrayBuffers - before.arrayBuffers;

  it('CPython #151497, CVE-2022-2879: extended headers that declare terabytes', async () => {
    for (const typeflag of ['x', 'g', 'L', 'K', 'X'])
      for (const size of [2n ** 21n, 2n ** 32n, 2n ** 45n])
        expect(await readFault(join(block({ typeflag, magic: 'gnu', size: base256(size, 12) }), zeros(512)))).toMatchObject({
          code: 'LIMIT_METADATA',
        });
    expect(grown()).toBeLessThan(64 * 1024 * 1024);
  });

  it('bodies that declare terabytes', async () => {
    const raw = join(block({ magic: 'gnu', size: base256(2n ** 45n, 12) }), zeros(512));
    expect(await readFault(raw)).toMatchObject({ code: 'TAR_TRUNCATED' });
    for await (const { bytes } of [{ bytes: async () => (await readStream(cut(raw, 512))).fault }])
      expect(await bytes()).toMatchObject({ code: 'TAR_TRUNCATED' });
    expect(grown()).toBeLessThan(64 * 1024 * 1024);
  });

  it('CVE-2025-58183: sparse maps without bound, in every encoding', async () => {
    const many = 10_001;
    const pairs = Array.from({ length: many }, (_, i) => [['GNU.sparse.offset', String(i)] as const, ['GNU.sparse.numbytes', '0'] as const]).flat();
    const continuation = zeros(512);
    continuation[504] = 1;
    const one0 = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '99999' };
    const maps = [
      archive(pax([...pairs, ['GNU.sparse.size', '99999'] as const]), block()),
      archive(pax({ 'GNU.sparse.size': '99999', 'GNU.sparse.map': Array.from({ length: many }, (_, i) => `${i},0`).join() }), block()),
      archive(pax(one0), entry({}, `${many}\n${'0\n'.repeat(2 * many)}`)),
      archive(pax(one0), entry({ size: 8 ** 11 - 1 }, '9000000000000000\n')),
      join(block({ typeflag: 'S', magic: 'gnu', more: [[482, bytes(1), 1]] }), ...new Array<Uint8Array>(500).fill(continuation)),
    ];
    for (const raw of maps) {
      expect((await readStream(cut(raw, 65536))).fault).toMatchObject({ code: 'LIMIT_SPARSE' });
      expect(() => [...readTarSync(raw)]).toThrowError(expect.objectContaining({ code: 'LIMIT_SPARSE' }));
    }
  });

  it('a file of petabytes of holes', async () => {
    const raw = archive(pax({ 'GNU.sparse.size': '9007199254740991', 'GNU.sparse.map': '' }), block());
    expect((await scanTar(bytesSource(raw))).size(0)).toBe(Number.MAX_SAFE_INTEGER);
    await expect((await new TarReader([raw]).next()).value?.bytes()).rejects.toMatchObject({ code: 'LIMIT_SIZE' });
    expect(grown()).toBeLessThan(64 * 1024 * 1024);
  });
});

describe('nothing costs its square', () => {
  /** Reads in pieces, within seconds. */
  async function inTime(chunks: Iterable<Uint8Array>): Promise<string | undefined> {
    const start = performance.now();
    const { fault } = await readStream(chunks);
    expect(performance.now() - start).toBeLessThan(15_000);
    return fault?.code;
  }

  it('chains of extended headers without an entry', async () => {
    function* chain(part: Uint8Array): Generator<Uint8Array> {
      for (let i = 0; i < 1_000_000; i++) yield part;
    }
    for (const part of [pax([]), pax({ path: 'a' }), gnuLong('L', 'a'), gnuLong('K', 'a')]) expect(await inTime(chain(part))).toBe('LIMIT_METADATA');
  });

  it('global headers that add up, each with another record', async () => {
    function* chain(): Generator<Uint8Array> {
      for (let i = 0; i < 1_000_000; i++) yield pax({ [`key${i}`]: 'value' }, 'g');
    }
    expect(await inTime(chain())).toBe('LIMIT_METADATA');
  });

  it('a global header of many records before many entries with records of their own', async () => {
    const records = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, 'v']));
    expect(await inTime([pax(records, 'g'), ...Array.from({ length: 2000 }, () => join(pax({ path: 'a' }), block())), zeros(1024)])).toBe(
      'LIMIT_METADATA',
    );
  });

  it('an extended header that comes byte by byte', async () => {
    expect(await inTime(cut(archive(pax({ path: 'n'.repeat(500_000) }), block()), 1))).toBeUndefined();
  });

  it('a sparse map that comes in small pieces behind a large extended header', async () => {
    const records = Object.fromEntries(Array.from({ length: 40_000 }, (_, i) => [`k${i}`, 'v']));
    const body = join(blocks(`10000\n${Array.from({ length: 10_000 }, (_, i) => `${i}\n0\n`).join('')}`));
    const raw = archive(pax({ ...records, 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '9999' }), entry({}, body));
    expect(await inTime(cut(raw, 64))).toBeUndefined();
  });

  it('CVE-2017-14992: padding without end behind the archive', async () => {
    function* padded(): Generator<Uint8Array> {
      yield archive(block());
      const chunk = zeros(1024 * 1024);
      for (let i = 0; i < 256; i++) yield chunk;
    }
    const before = process.memoryUsage().arrayBuffers;
    const { entries, trailer } = await readStream(padded());
    expect([entries.length, trailer?.size]).toEqual([1, 1024 + 2 ** 28]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  });
});

describe('names are given as they stand: what they lead to is decided where they are used', () => {
  const hostile = [
    '../../etc/passwd',
    '/etc/passwd',
    '////etc/passwd',
    'C:..\\..\\x',
    '..\\x',
    'a/../../b',
    '.',
    '..',
    './',
    '__proto__',
    'constructor',
    'con',
    'a\nb',
    '\u202etxt.exe',
    `${'d/'.repeat(50_000)}f`,
  ];

  it.each(hostile.map((name) => [name.slice(0, 20), name]))('%j', async (_, name) => {
    const header = { typeflag: name.endsWith('/') ? '5' : '2' };
    const [first] = await readWhole(archive(pax({ path: name, linkpath: name }), block(header)));
    expect(first?.header).toMatchObject({ name, linkname: name });
    const index = await scanTar(bytesSource(archive(gnuLong('K', name), gnuLong('L', name), block(header))));
    expect([index.name(0), index.header(0).linkname]).toEqual([name, name]);
  });
});

describe('data behind the end is reported, and nothing in it is read', () => {
  it('after two zero blocks, after one, and in a part of a block', async () => {
    for (const tail of [inner, text('garbage'), bytes(1)]) {
      const { entries, trailer } = await readAll(join(archive(block()), tail));
      expect([entries.length, trailer?.garbage, trailer?.size]).toEqual([1, true, 1024 + tail.length]);
    }
    expect(await readFault(join(block(), zeros(512), inner))).toMatchObject({ code: 'TAR_HEADER' });
  });

  it('and a header that is broken ends the reading: no reader of ours looks for another', async () => {
    const { entries, fault } = await readAll(archive(block(), block({ checksum: '0' }), inner));
    expect([entries.length, fault?.code]).toEqual([1, 'TAR_CHECKSUM']);
  });
});
