import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bytesSource, collect, createSource } from '../../src/stream/index.ts';
import { indexTar, readTarSync, scanTar, type TarIndex } from '../../src/tar/index.ts';
import { archive, base256, block, entry, gnuLong, join, pax, text, zeros } from './raw.ts';
import { cut, slowSource } from './readers.ts';

const raw = archive(
  entry({ name: 'file', uname: 'me', gname: 'us', mode: 0o4755, uid: 1000, gid: 100, mtime: 5 }, 'body'),
  gnuLong('L', 'long'),
  block({ typeflag: '2', linkname: 'file', magic: 'gnu', more: [[345, 7, 12]], uid: base256(-2n, 8), mtime: base256(-(2n ** 40n), 12) }),
  pax({ mtime: '1.5', 'SCHILY.xattr.user.a': 'b', comment: 'c' }),
  block({ typeflag: '3', devmajor: 1, devminor: 3 }),
  pax({ 'GNU.sparse.map': '2,2', 'GNU.sparse.size': '6', 'GNU.sparse.name': 'sparse' }),
  entry({}, 'ab'),
  block({ name: 'file', magic: 'v7', typeflag: 0 }),
  block({ name: 'odd', typeflag: 'Z' }),
);

describe.each<[how: string, make: () => Promise<TarIndex>]>([
  ['by scanTar', () => scanTar(bytesSource(raw))],
  ['by scanTar without synchronous reads', () => scanTar(slowSource(raw))],
  ['by indexTar', () => indexTar(cut(raw, 100), { reread: () => bytesSource(raw) })],
])('an index made %s', (_, make) => {
  it('gives back what was read, entry by entry, in the order of the file, duplicates too', async () => {
    const index = await make();
    const read = [...readTarSync(raw)];
    expect([...index]).toStrictEqual(read.map(({ header }) => header));
    expect(index.length).toBe(6);
    for (const [i, { header, typeflag, headerOffset, bodyOffset, stored, body }] of read.entries()) {
      expect(index.header(i)).toStrictEqual(header);
      expect([index.name(i), index.type(i), index.size(i)]).toEqual([header.name, header.type, header.size]);
      expect([index.typeflag(i), index.headerOffset(i), index.bodyOffset(i), index.stored(i)]).toEqual([typeflag, headerOffset, bodyOffset, stored]);
      expect(await collect(index.body(i).stream())).toEqual(body);
      expect(await index.rawHeader(i)).toEqual(raw.subarray(headerOffset, bodyOffset));
    }
    expect(index.trailer).toEqual({ offset: raw.length - 1024, zeroBlocks: 2, size: 1024, garbage: false });
  });

  it('has no entry before the first, behind the last, or between', async () => {
    const index = await make();
    for (const i of [-1, 6, 0.5, Number.NaN, 2 ** 32]) {
      for (const get of ['name', 'type', 'typeflag', 'size', 'header', 'headerOffset', 'bodyOffset', 'stored', 'body'] as const)
        expect(() => index[get](i), `${get}(${i})`).toThrow(RangeError);
    }
  });
});

describe('an index', () => {
  it('of nothing is empty', async () => {
    const index = await scanTar(bytesSource(zeros(1024)));
    expect([index.length, [...index]]).toEqual([0, []]);
    expect(() => index.name(0)).toThrow(RangeError);
  });

  it('grows', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `f${i}`);
    const index = await scanTar(bytesSource(archive(...names.map((name, i) => entry({ name, uname: `u${i % 7}` }, name)))));
    expect([...index].map(({ name, uname, size }) => [name, uname, size])).toEqual(names.map((name, i) => [name, `u${i % 7}`, name.length]));
  });

  it('made from a stream cannot read bodies, and says what to do, unless the bytes can be had again', async () => {
    const index = await indexTar(cut(raw, 1000));
    expect(index.name(0)).toBe('file');
    expect(() => index.body(0)).toThrow(/give indexTar a source/);
    const sizes: number[] = [];
    await indexTar(cut(join(raw, text('garbage')), 700), { reread: (size) => bytesSource(zeros(sizes.push(size))) });
    expect(sizes).toEqual([raw.length + 7]);
  });

  it('has the digests that were made of files as they passed', async () => {
    const seen: string[] = [];
    const index = await indexTar(cut(raw, 300), {
      digest: async (body) => {
        seen.push(new TextDecoder().decode(await collect(body)));
        return `sum:${seen.length}`;
      },
    });
    expect(seen).toEqual(['body', '\0\0ab\0\0', '']);
    expect(Array.from({ length: 6 }, (_, i) => index.digest(i))).toEqual(['sum:1', undefined, undefined, 'sum:2', 'sum:3', undefined]);
  });

  it('reads headers and jumps over bodies', async () => {
    const big = archive(...Array.from({ length: 20 }, (_, i) => entry({ name: `f${i}` }, new Uint8Array(1_000_000))));
    let read = 0;
    const readSync = (position: number, length: number) => {
      read += length;
      return big.subarray(position, position + length);
    };
    const source = createSource({ read: async (position, length) => readSync(position, length), readSync }, big.length);
    expect((await scanTar(source)).length).toBe(20);
    expect(read).toBeLessThan(200_000);
  });

  it('of a source that is shorter than it says is stale', async () => {
    const shrunk = { ...slowSource(zeros(0)), size: 5000, read: async () => zeros(100), stream: bytesSource(zeros(0)).stream } as ReturnType<
      typeof bytesSource
    >;
    await expect(scanTar(shrunk)).rejects.toMatchObject({ code: 'ESTALE' });
  });

  it.each([
    ['a million entries keeps 200 bytes of each at most, names included', '1000000', 'plain', 200],
    ['entries with PAX headers of their own keeps 240 bytes of each at most', '100000', 'pax', 240],
  ])('of %s', (_, count, kind, most) => {
    const script = fileURLToPath(new URL('index-memory.mjs', import.meta.url));
    const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', script, count, kind], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const { entries, bytes, last } = JSON.parse(stdout) as { entries: number; bytes: number; last: string };
    expect([entries, last]).toEqual([Number(count), 'usr/lib/python3/dist-packages/package1019/module199.py']);
    expect(bytes).toBeGreaterThan(100);
    expect(bytes).toBeLessThan(most);
  });
});
