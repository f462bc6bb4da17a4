import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesSource, collect } from '../../src/stream/index.ts';
import { copyTar, scanTar, TarReader, writeTar } from '../../src/tar/index.ts';
import { same } from '../same.ts';
import { archive, base256, block, entry, gnuLong, join, pax, text, zeros } from './raw.ts';
import { cut, given, parseByNeed, type Read, readAll, readStream, readSync, readWhole } from './readers.ts';

/** One of everything, small. */
const everything = archive(
  pax({ comment: 'global' }, 'g'),
  entry({ name: 'v7', magic: 'v7', typeflag: 0 }, 'old'),
  block({ name: 'dir/', magic: 'v7', typeflag: 0 }),
  entry({ name: 'ustar', prefix: 'prefix' }, 'body'.repeat(200)),
  block({ name: 'star', magic: 'star', more: [[476, 1, 12]] }),
  gnuLong('K', 'target'.repeat(30)),
  gnuLong('L', 'long/'.repeat(30)),
  block({ name: 'long', typeflag: '2', magic: 'gnu', mtime: base256(-1n, 12) }),
  pax({ path: 'päx', 'SCHILY.xattr.user.a': 'b\nc', size: '3', mtime: '1.5' }),
  entry({ name: 'pax', size: 0 }, 'pax'),
  block({ name: 'hard', typeflag: '1', linkname: 'v7', size: 3 }),
  pax({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '9', 'GNU.sparse.name': 'sparse' }),
  entry({ name: 'tmp' }, join(text('1\n3\n4\n'), zeros(506), text('data'))),
  entry({ name: 'dump', typeflag: 'D', magic: 'gnu' }, 'Yfile\0\0'),
  block({ name: 'fifo', typeflag: '6' }),
  block({ name: 'null', typeflag: '3', devmajor: 1, devminor: 3 }),
);

const small = archive(
  entry({ name: 'a' }, 'abc'),
  pax({ path: 'b' }),
  entry({}, 'x'.repeat(600)),
  gnuLong('L', 'c'),
  block({
    typeflag: 'S',
    magic: 'gnu',
    size: 3,
    more: [
      [386, 2, 12],
      [398, 3, 12],
      [483, 9, 12],
    ],
  }),
  text('abc'.padEnd(512, '\0')),
);

describe('any chunking', () => {
  it('gives the same events', async () => {
    const whole = await readAll(everything);
    expect(whole.entries).toHaveLength(11);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 30 }), async (sizes) => {
        expect(await readStream(cut(everything, ...sizes))).toEqual(whole);
      }),
    );
  });

  it('may hold empty chunks, and chunks that are views into one buffer', async () => {
    const chunks = [zeros(0), ...cut(everything, 700), zeros(0)].flatMap((chunk) => [chunk, zeros(0)]);
    expect(await readStream(chunks)).toEqual(await readStream([everything]));
    for (const shift of [1, 2, 3]) {
      const shifted = join(new Uint8Array(shift).fill(0xee), everything).subarray(shift);
      expect(await readSync(shifted)).toEqual(await readSync(everything));
    }
  });

  it('gives the same fault', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(everything.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const broken = everything.slice();
        broken[at] = (broken[at] as number) ^ flip;
        await readAll(broken);
      }),
      { numRuns: 60 },
    );
  });
});

describe('every prefix', () => {
  it.each([
    ['a small archive, byte by byte,', small, 1],
    ['one of everything, near each block,', everything, 127],
  ])('of %s ends cleanly between entries, and is cut elsewhere', async (_, raw, step) => {
    const { entries, trailer } = await readStream([raw]);
    const end = trailer?.offset as number;
    const starts = entries.map(({ headerOffset }) => headerOffset);
    const clean = new Set([0, ...starts, end]);
    for (let length = 0; length <= raw.length; length++) {
      if (length % step !== 0 && (length + 1) % 512 > 2) continue;
      const prefix = raw.subarray(0, length);
      const [sync, stream] = [await readSync(prefix), await readStream([prefix])];
      const isWhole = clean.has(length) || length >= end + 512;
      const some = entries.filter(({ headerOffset }) => headerOffset < length).slice(0, isWhole ? undefined : stream.entries.length);
      const expected = isWhole ? ['undefined', 'undefined', Math.min(length, end)] : ['TAR_TRUNCATED', 'TAR_TRUNCATED', 'undefined'];
      const said = [sync.fault?.code, stream.fault?.code, stream.trailer?.offset];
      // One comparison a prefix: `expect` would take longer than reading does.
      same(
        [length, ...said.map(String), shown(stream.entries), shown(sync.entries)],
        [length, ...expected.map(String), shown(some), shown(given(prefix, some))],
      );
    }
  });

  const shown = (entries: readonly Read[]) => entries.map(({ header, body }) => `${header.name} ${body.length}`).join();
});

describe('bytes that are no archive', () => {
  it('end in an error with a code, or cleanly, and never in a hang', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (raw) => {
        expect(['TAR_CHECKSUM', 'TAR_TRUNCATED', undefined]).toContain((await readAll(raw)).fault?.code);
      }),
      { numRuns: 30 },
    );
  });

  it('do so too where every block has a right checksum', async () => {
    const field = fc.oneof(fc.nat(2000), fc.constantFrom('', 'x', '7'.repeat(12), '\0'), fc.uint8Array({ minLength: 12, maxLength: 12 }));
    const flag = fc.constantFrom(...'01234567xXgLKSDVMNA'.split(''), '\0');
    const magic = fc.constantFrom('v7', 'ustar', 'gnu', 'star');
    const header = fc.record({ size: field, mtime: field, uid: field, typeflag: flag, magic, prefix: fc.constantFrom('', 'p') });
    const part = fc.oneof(
      header.map(block),
      fc.uint8Array({ minLength: 512, maxLength: 512 }),
      fc.constant(zeros(512)),
      fc.constant(pax({ path: 'a' })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        const { fault } = await readAll(join(...parts), { limits: { metadata: 4096 } });
        expect(fault?.code ?? 'TAR_').toMatch(/^(TAR|LIMIT)_/);
      }),
      { numRuns: 150 },
    );
  });
});

describe('reading and writing again', () => {
  it('is the identity, byte for byte, garbage and all', async () => {
    for (const raw of [
      everything,
      small,
      join(everything, text('garbage')),
      everything.subarray(0, everything.length - 1024),
      zeros(0),
      zeros(512),
    ]) {
      const source = bytesSource(raw);
      expect(await collect(copyTar(await scanTar(source), source))).toEqual(raw);
    }
  });

  it('is the identity from a stream: what is no body, and the bodies between', async () => {
    const parts: Uint8Array[] = [];
    for await (const { body, header } of new TarReader(cut(everything, 700), { onRaw: (bytes) => parts.push(bytes) })) {
      if (header.sparse) parts.push(text('data'));
      else for await (const chunk of body) parts.push(chunk);
    }
    expect(join(...parts)).toEqual(everything);
  });

  it('leaves entries out, whole, and keeps all others as they stand', async () => {
    const index = await scanTar(bytesSource(everything));
    const all = await readWhole(everything);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: index.length, maxLength: index.length }), async (keep) => {
        const copy = await collect(copyTar(index, bytesSource(everything), (entry) => keep[entry] as boolean));
        const { entries } = await readStream([copy]);
        const kept = all.filter((_, i) => keep[i]);
        expect(entries.map(({ header, body }) => ({ header, body }))).toEqual(kept.map(({ header, body }) => ({ header, body })));
      }),
      { numRuns: 30 },
    );
  });

  it('gives the raw blocks of each header', async () => {
    const index = await scanTar(bytesSource(everything));
    for (let i = 0; i < index.length; i++) expect(await index.rawHeader(i)).toEqual(everything.subarray(index.headerOffset(i), index.bodyOffset(i)));
    expect(await index.rawHeader(0)).toHaveLength(512);
  });
});

describe('what is written', () => {
  it('is asked for as a reader by need asks, and no byte more', async () => {
    const raw = await collect(writeTar([{ name: 'n'.repeat(300), body: 'x' }, { name: 'b' }]));
    expect(parseByNeed(raw)).toEqual(['n'.repeat(300), 'b', 'end']);
  });
});
