import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesSource, collect } from '../../src/stream/index.ts';
import { type Limits, readTarSync, type SparseRun, scanTar, TarReader } from '../../src/tar/index.ts';
import { archive, base256, block, blocks, join, pax, type RawHeader, rawPax, record, sameBytes, text, zeros } from './raw.ts';
import { cut, type Read, readAll, readFault, readStream, readWhole, slowSource } from './readers.ts';

/** A sparse file: runs of letters, and zeros between and behind them. */
interface Sparse {
  readonly runs: readonly SparseRun[];
  readonly size: number;
}

function dataOf({ runs }: Sparse): Uint8Array {
  return join(...runs.map(({ length }, i) => new Uint8Array(length).fill(97 + (i % 26))));
}

function logical({ runs, size }: Sparse): Uint8Array {
  const body = zeros(size);
  for (const [i, { offset, length }] of runs.entries()) body.fill(97 + (i % 26), offset, offset + length);
  return body;
}

function oldGnuRuns(runs: readonly SparseRun[], at: number): NonNullable<RawHeader['more']> {
  return runs.flatMap(({ offset, length }, i) => [[at + 24 * i, offset, 12] as const, [at + 24 * i + 12, length, 12] as const]);
}

function oldGnu(file: Sparse, header: RawHeader = {}): Uint8Array {
  const { runs, size } = file;
  const data = dataOf(file);
  const rest = Array.from({ length: Math.ceil(Math.max(0, runs.length - 4) / 21) }, (_, i) => runs.slice(4 + 21 * i, 25 + 21 * i));
  const more = [...oldGnuRuns(runs.slice(0, 4), 386), [482, text(rest.length > 0 ? '\x01' : '\0'), 1], [483, size, 12]] as const;
  const continuations = rest.map((part, i) => {
    const raw = block({ name: '', mode: '', uid: '', gid: '', size: '', mtime: '', typeflag: 0, magic: 'v7', more: oldGnuRuns(part, 0) });
    if (part.length <= 6) raw.fill(0, 148, 156);
    raw.fill(0, 504);
    for (const [at, field, length] of oldGnuRuns(part, 0)) raw.set(text(`${(field as number).toString(8).padStart(length - 1, '0')}\0`), at);
    raw[504] = Number(i < rest.length - 1);
    return raw;
  });
  return join(block({ name: 'sparse', typeflag: 'S', magic: 'gnu', size: data.length, more, ...header }), ...continuations, blocks(data));
}

function pax00(file: Sparse, numblocks = file.runs.length): Uint8Array {
  const data = dataOf(file);
  const pairs = file.runs.flatMap(({ offset, length }) => [
    ['GNU.sparse.offset', `${offset}`] as const,
    ['GNU.sparse.numbytes', `${length}`] as const,
  ]);
  const records = [['GNU.sparse.size', `${file.size}`] as const, ['GNU.sparse.numblocks', `${numblocks}`] as const, ...pairs];
  return join(pax(records), block({ name: 'sparse', size: data.length }), blocks(data));
}

function pax01(file: Sparse, records: Record<string, string> = {}): Uint8Array {
  const data = dataOf(file);
  const map = file.runs.map(({ offset, length }) => `${offset},${length}`).join(',');
  const header = pax({
    'GNU.sparse.size': `${file.size}`,
    'GNU.sparse.numblocks': `${file.runs.length}`,
    'GNU.sparse.map': map,
    'GNU.sparse.name': 'sparse',
    ...records,
  });
  return join(header, block({ name: './GNUSparseFile.1/sparse', size: data.length }), blocks(data));
}

function pax10(
  file: Sparse,
  map = `${file.runs.length}\n${file.runs.map(({ offset, length }) => `${offset}\n${length}\n`).join('')}`,
  extra = {},
): Uint8Array {
  const body = join(blocks(map), dataOf(file));
  const header = pax({
    'GNU.sparse.major': '1',
    'GNU.sparse.minor': '0',
    'GNU.sparse.name': 'sparse',
    'GNU.sparse.realsize': `${file.size}`,
    ...extra,
  });
  return join(header, block({ name: './GNUSparseFile.1/sparse', size: body.length }), blocks(body));
}

const forms: readonly (readonly [form: string, (file: Sparse) => Uint8Array])[] = [
  ['the old GNU header', oldGnu],
  ['PAX 0.0', pax00],
  ['PAX 0.1', pax01],
  ['PAX 0.1 that says its version', (file) => pax01(file, { 'GNU.sparse.major': '0', 'GNU.sparse.minor': '1' })],
  ['PAX 1.0', pax10],
];

const run = (offset: number, length: number): SparseRun => ({ offset, length });
const files: readonly (readonly [what: string, Sparse])[] = [
  ['data, a hole, data', { runs: [run(0, 512), run(10_240, 700)], size: 10_940 }],
  ['a hole first and a hole last', { runs: [run(4096, 100)], size: 9000 }],
  ['nothing but a hole', { runs: [], size: 5000 }],
  ['a hole closed by an empty run', { runs: [run(5000, 0)], size: 5000 }],
  ['nothing but data', { runs: [run(0, 1000)], size: 1000 }],
  ['nothing at all', { runs: [], size: 0 }],
  ['empty runs between others', { runs: [run(0, 0), run(0, 3), run(3, 0), run(9, 4), run(13, 0)], size: 20 }],
  ['runs that touch', { runs: [run(1, 2), run(3, 2), run(5, 2)], size: 8 }],
  ['four runs, as many as an old GNU header holds', { runs: [0, 1, 2, 3].map((i) => run(i * 1024, 512)), size: 5000 }],
  ['five runs', { runs: [0, 1, 2, 3, 4].map((i) => run(i * 1024, 512)), size: 5000 }],
  ['twenty-five runs, one continuation block full', { runs: Array.from({ length: 25 }, (_, i) => run(i * 8, 3)), size: 200 }],
  ['a hundred runs', { runs: Array.from({ length: 100 }, (_, i) => run(i * 8 + 1, 1 + (i % 7))), size: 1000 }],
];

describe.each(forms)('a sparse file of %s', (_, encode) => {
  it.each(files)('with %s is read as it was', async (_, file) => {
    const [first, second, ...rest] = await readWhole(archive(encode(file), block({ name: 'next' })));
    expect(first).toMatchObject({ header: { name: 'sparse', type: 'file', size: file.size, sparse: file.runs }, stored: dataOf(file).length });
    sameBytes(first?.body, logical(file));
    expect([second?.header.name, second?.header.sparse, rest]).toEqual(['next', undefined, []]);
  });

  it('is read at any place, by a Source with and without a synchronous side', async () => {
    const file = { runs: [run(3, 4), run(10, 0), run(12, 5), run(30, 1)], size: 40 };
    const raw = archive(encode(file));
    for (const source of [bytesSource(raw), slowSource(raw)]) {
      const body = (await scanTar(source)).body(0);
      expect(body.size).toBe(40);
      for (let start = 0; start <= 40; start++) {
        for (const length of [0, 1, 5, 40]) {
          expect(await body.read(start, length)).toEqual(logical(file).subarray(start, start + length));
          expect(body.readSync?.(start, length) ?? (await body.read(start, length))).toEqual(logical(file).subarray(start, start + length));
        }
      }
      expect(await collect(body.slice(5, 15).stream(2, 8))).toEqual(logical(file).subarray(7, 13));
    }
  });

  it('that is cut anywhere is cut, and never something else', async () => {
    const raw = archive(encode({ runs: Array.from({ length: 30 }, (_, i) => run(i * 8, 3)), size: 300 }));
    for (let length = 1; length < raw.length - 1024; length += 7)
      expect((await readStream([raw.subarray(0, length)])).fault).toMatchObject({ code: 'TAR_TRUNCATED' });
  });

  it('with too many runs meets the limit', async () => {
    const file = { runs: Array.from({ length: 40 }, (_, i) => run(i * 8, 1)), size: 400 };
    expect((await readAll(archive(encode(file)), { limits: { sparse: 50 } })).entries).toHaveLength(1);
    expect(await readFault(archive(encode(file)), { limits: { sparse: 39 } })).toMatchObject({ code: 'LIMIT_SPARSE' });
    expect(await readFault(archive(encode(file)), { limits: { sparse: 3 } })).toMatchObject({ code: 'LIMIT_SPARSE' });
  });

  it.each<[what: string, runs: readonly SparseRun[], size: number]>([
    ['overlap', [run(0, 10), run(9, 10)], 100],
    ['do not ascend', [run(50, 10), run(0, 10)], 100],
    ['lie past the end of the file', [run(95, 10)], 100],
    ['begin past the end of the file', [run(101, 0)], 100],
  ])('whose runs %s is refused', async (_, runs, size) => {
    expect(await readFault(archive(block(), encode({ runs, size })))).toMatchObject({ code: 'TAR_SPARSE' });
  });
});

describe('a sparse map', () => {
  const file: Sparse = { runs: [run(0, 5), run(10, 5)], size: 20 };
  const headers = (records: Parameters<typeof pax>[0], header: RawHeader = {}, body = 'helloworld') =>
    archive(pax(records), block({ size: body.length, ...header }), blocks(body));

  it.each<[what: string, archive: Uint8Array]>([
    ['that maps less than is stored', archive(pax01({ ...file, runs: [run(0, 5)] }, { 'GNU.sparse.map': '0,4' }))],
    ['that maps more than is stored', archive(pax01(file, { 'GNU.sparse.map': '0,5,10,6' }))],
    ['with an offset that has no length', archive(pax01(file, { 'GNU.sparse.map': '0,5,10' }))],
    ['with a negative number', archive(pax01(file, { 'GNU.sparse.map': '0,5,-10,5' }))],
    ['with an empty number', archive(pax01(file, { 'GNU.sparse.map': '0,5,,5' }))],
    ['with a number that overflows', archive(pax01(file, { 'GNU.sparse.map': '0,5,99999999999999999999,5' }))],
    ['with spaces', archive(pax01(file, { 'GNU.sparse.map': '0, 5' }))],
    ['with another number of runs than it says', archive(pax01(file, { 'GNU.sparse.numblocks': '3' }))],
    ['of repeated records with another number of runs', archive(pax00(file, 1))],
    ['without a size', headers({ 'GNU.sparse.map': '0,10' })],
    ['with a size that is no number', archive(pax01(file, { 'GNU.sparse.size': '2O' }))],
    ['of version 1.1', archive(pax10(file, undefined, { 'GNU.sparse.minor': '1' }))],
    ['of version 2.0', archive(pax01(file, { 'GNU.sparse.major': '2', 'GNU.sparse.minor': '0' }))],
    ['of half a version', headers({ 'GNU.sparse.major': '1', 'GNU.sparse.realsize': '20' })],
    ['of the other half', archive(pax01(file, { 'GNU.sparse.minor': '1' }))],
    ['that is nothing but a name', headers({ 'GNU.sparse.name': 'elsewhere' })],
    ['that is nothing but a count', headers({ 'GNU.sparse.numblocks': '0' })],
    ['of a directory', headers({ 'GNU.sparse.size': '0', 'GNU.sparse.map': '' }, { typeflag: '5', size: 0 }, '')],
    ['of a symbolic link', headers({ 'GNU.sparse.size': '0', 'GNU.sparse.map': '' }, { typeflag: '2', size: 0 }, '')],
    ['of a hard link', headers({ 'GNU.sparse.size': '0', 'GNU.sparse.map': '' }, { typeflag: '1', size: 0 }, '')],
    ['beside another in the old GNU header', archive(pax({ 'GNU.sparse.size': '20', 'GNU.sparse.map': '0,5,10,5' }), oldGnu(file))],
  ])('%s is refused', async (_, raw) => {
    expect(await readFault(raw)).toMatchObject({ code: 'TAR_SPARSE' });
  });

  it.each<[what: string, body: Uint8Array]>([
    ['two offsets', join(record('GNU.sparse.offset', '0'), record('GNU.sparse.offset', '1'))],
    ['a length first', join(record('GNU.sparse.numbytes', '1'), record('GNU.sparse.offset', '0'))],
  ])('of repeated records with %s is refused', async (_, body) => {
    expect(await readFault(archive(rawPax(body), block()))).toMatchObject({ code: 'TAR_PAX', offset: 0 });
  });

  it.each<[what: string, map: string]>([
    ['counts a run more than there is', '3\n0\n5\n10\n5\n'],
    ['counts more runs than fit its body', '600\n'],
    ['has no count', '\n0\n5\n'],
    ['has a count that is no number', 'two\n0\n5\n'],
    ['has a negative count', '-1\n'],
    ['has lines that go on for ever', '2\n000000000000000000000\n5\n10\n5\n'],
    ['has a carriage return', '2\r\n0\r\n5\r\n10\r\n5\r\n'],
    ['has a comment', '#!gnu-sparse-format\n2\n0\n5\n10\n5\n'],
    ['has a zero byte', '2\n0\n5\0\n'],
    ['is empty', ''],
  ])('in front of a body that %s is refused', async (_, map) => {
    expect(await readFault(archive(pax10(file, map)))).toMatchObject({
      code: 'TAR_SPARSE',
      offset: 1024,
      entry: 'name' in file ? '' : './GNUSparseFile.1/sparse',
    });
  });

  it('in front of a body takes whole blocks of it', async () => {
    const raw = join(
      pax({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '3' }),
      block({ size: 9 }),
      blocks('1\n0\n3\nabc'),
    );
    expect(await readFault(archive(raw))).toMatchObject({ code: 'TAR_SPARSE' });
  });

  it('has its size from a PAX record where octal cannot hold it (CPython #136602)', async () => {
    const big = { runs: [run(0, 5), run(9_663_676_411, 5)], size: 9_663_676_416 };
    const raw = archive(pax10(big, undefined, { size: '522' }), block({ name: 'next' }));
    const index = await scanTar(bytesSource(raw));
    expect([...index].map(({ name, size }) => [name, size])).toEqual([
      ['sparse', 9_663_676_416],
      ['next', 0],
    ]);
    expect(await index.body(0).read(9_663_676_409, 9)).toEqual(text('\0\0bbbbb'));
  });

  it('in old GNU headers may have base-256 numbers, and a negative size is refused', async () => {
    const at = (size: bigint) => ({
      more: [
        [386, base256(2n ** 40n, 12), 12],
        [398, 5, 12],
        [483, base256(size, 12), 12],
      ] as const,
      size: 5,
    });
    const raw = archive(block({ typeflag: 'S', magic: 'gnu', ...at(2n ** 40n + 5n) }), blocks('hello'));
    const body = (await scanTar(bytesSource(raw))).body(0);
    expect([body.size, await body.read(2 ** 40 - 2, 99)]).toEqual([2 ** 40 + 5, text('\0\0hello')]);
    for (const size of [-1n, 2n ** 40n])
      expect(await readFault(archive(block({ typeflag: 'S', magic: 'gnu', ...at(size) }), blocks('hello')))).toMatchObject({ code: 'TAR_SPARSE' });
    expect(await readFault(archive(block({ typeflag: 'S', magic: 'gnu', more: [[386, 'oops', 12]] })))).toMatchObject({
      code: 'TAR_NUMBER',
      entry: 'name',
    });
  });

  it('without end meets the limit: old GNU continuation blocks that hold nothing', async () => {
    const header = block({ typeflag: 'S', magic: 'gnu', more: [[482, '\x01', 1]] });
    const empty = zeros(512);
    empty[504] = 1;
    const chain = join(header, ...new Array<Uint8Array>(600).fill(empty));
    expect(await readFault(chain)).toMatchObject({ code: 'LIMIT_SPARSE' });
  });

  it('in many small pieces costs what it costs in one', async () => {
    const many = { runs: Array.from({ length: 10_000 }, (_, i) => run(i * 100, 1)), size: 1_000_000 };
    for (const encode of [oldGnu, pax10]) {
      const raw = archive(encode(many));
      const start = performance.now();
      const { entries } = await readStream(cut(raw, 100));
      expect(performance.now() - start).toBeLessThan(3000);
      expect(entries[0]?.header.sparse).toHaveLength(10_000);
    }
  });
});

describe('a file of nothing but holes', () => {
  const huge = archive(pax({ 'GNU.sparse.size': '8000000000000000', 'GNU.sparse.map': '' }), block({ name: 'huge' }));

  it('is listed and read at any place, whatever its size', async () => {
    const index = await scanTar(bytesSource(huge));
    expect(index.size(0)).toBe(8e15);
    expect(await index.body(0).read(7e15, 4)).toEqual(zeros(4));
  });

  it('is not held in memory: readers say so before they try (CVE-2025-58183)', async () => {
    const [entry] = readTarSync(huge);
    expect(() => entry?.body).toThrowError(expect.objectContaining({ code: 'LIMIT_SIZE', actual: 8e15 }));
    for await (const streamed of new TarReader([huge])) {
      await expect(streamed.bytes()).rejects.toMatchObject({ code: 'LIMIT_SIZE', actual: 8e15 });
    }
  });

  it('is streamed from one shared block of zeros', async () => {
    for await (const { body } of new TarReader([huge])) {
      const buffers = new Set<ArrayBufferLike>();
      let seen = 0;
      for await (const chunk of body) {
        buffers.add(chunk.buffer);
        seen += chunk.length;
        if (seen > 1e9) break;
      }
      expect(buffers.size).toBe(1);
    }
  });
});

describe('any sparse file', () => {
  const gaps = fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { maxLength: 60 });
  const anyFile = fc.tuple(gaps, fc.nat(100)).map(([pairs, tail]): Sparse => {
    let end = 0;
    const runs = pairs.map(([hole, length]) => {
      const offset = end + hole;
      end = offset + length;
      return run(offset, length);
    });
    return { runs, size: end + tail };
  });

  it('is the same in all encodings, and by every reader', async () => {
    const limits: Partial<Limits> = { sparse: 60 };
    await fc.assert(
      fc.asyncProperty(anyFile, fc.constantFrom(...forms), async (file, [, encode]) => {
        const [entry] = (await readWhole(archive(encode(file)), { limits: { ...limits, sparse: 100 } })) as [Read];
        sameBytes(entry.body, logical(file));
        expect(entry.header.sparse).toEqual(file.runs);
      }),
      { numRuns: 40 },
    );
  });
});
