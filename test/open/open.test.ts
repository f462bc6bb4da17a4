import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LimitError } from '../../src/errors.ts';
import { type Archive, type OpenOptions, open, type TarArchive } from '../../src/open.ts';
import { type ByteStream, bytesSource, collect, type Source } from '../../src/stream/index.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import { counted } from '../support/counting.ts';
import { classic, hybrid, kaniko, legacy, skopeo } from '../support/docker.ts';
import { LAYERS, PATHS, plainImage } from '../support/image.ts';
import { LayoutBuilder } from '../support/layout.ts';
import { errorsOf, failureOf, imagesOf, openMembers, pathsOf, textOf } from '../support/open.ts';
import { type Packing, pack, tarOf } from '../support/pack.ts';

const image = await plainImage(LAYERS);
const app = { image, tags: ['app:1'] };
const rootfs = await tarOf([
  { name: 'bin/sh', body: '#!' },
  { name: 'etc/motd', body: 'hello\n' },
  { name: 'var/big', body: 'x'.repeat(200_000) },
]);
const layout = new LayoutBuilder();
const ARCHIVES: readonly (readonly [string, readonly EntryInit[]])[] = [
  ['docker 1.10', classic(app)],
  ['docker 1.9', legacy(app)],
  ['docker 25', hybrid(app)],
  ['kaniko', kaniko(app)],
  ['skopeo', skopeo(app)],
  ['an OCI archive', layout.members([layout.image(image, { packing: ['none', 'gzip', 'zstd'] })])],
];

async function* inPieces(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

/** A place outside memory that tells what it was given, and what of it is still open. */
class Spills {
  readonly sizes: number[] = [];
  open = 0;
  readonly spill = async (stream: ByteStream): Promise<Source & { close(): Promise<void> }> => {
    const bytes = await collect(stream);
    this.sizes.push(bytes.length);
    this.open++;
    const source = bytesSource(bytes);
    return {
      size: source.size,
      read: (position, length) => source.read(position, length),
      stream: (start, end) => source.stream(start, end),
      slice: (start, end) => source.slice(start, end),
      close: async () => {
        this.open--;
      },
    };
  };
}

describe('A15: an archive of images that is compressed as a whole', () => {
  for (const [what, members] of ARCHIVES) {
    it.each<Packing>(['none', 'gzip', 'zstd'])(`${what}, %s`, async (packing) => {
      const bytes = pack(await tarOf(members), packing);
      for (const input of [bytes, new Blob([bytes as Uint8Array<ArrayBuffer>]), inPieces(bytes)]) {
        const archive = imagesOf(await open(input));
        expect(archive.compression).toBe(packing === 'none' ? undefined : packing);
        expect(pathsOf(await archive.tree())).toEqual(PATHS);
        expect(await textOf((await archive.tree()).lookup('etc/app.conf'))).toBe('port = 80\n');
      }
    });
  }

  it.each([['xz'], ['bz2']])('with %s', async (ending) => {
    const archive = imagesOf(await open(new Uint8Array(readFileSync(new URL(`../fixtures/image.tar.${ending}`, import.meta.url)))));
    expect(archive.compression).toBe(ending === 'bz2' ? 'bzip2' : ending);
    expect(archive.images.map(({ names }) => names)).toEqual([['packed:1']]);
    expect(pathsOf(await archive.tree())).toEqual(['bin', 'bin/app', 'etc', 'etc/motd', 'tmp']);
    expect(await errorsOf(async () => archive)).toEqual([]);
  });

  it('is unpacked twice, once to see what it is and once to be kept, and no more', async () => {
    const members = kaniko({ image: await plainImage([...LAYERS, ...LAYERS]), tags: null });
    const count = counted(pack(await tarOf(members), 'gzip'));
    const archive = imagesOf(await open(count.source));
    for (const { node } of (await archive.tree()).walk()) if (node.type === 'file') await textOf(node);
    expect(count.streams).toBeLessThanOrEqual(3);
  });
});

describe('a stream', () => {
  const list: OpenOptions = { listOnly: true };

  it.each(ARCHIVES)('of %s is listed with its bodies kept where the caller says, and let go of at the end', async (_, members) => {
    const bytes = await tarOf(members);
    for (const form of [bytes, await tarOf([{ name: './' }, ...members.map((member) => ({ ...member, name: `./${member.name}` }))])]) {
      const spills = new Spills();
      const archive = imagesOf(await open(inPieces(form), { ...list, spill: spills.spill }));
      expect(pathsOf(await archive.tree())).toEqual(PATHS);
      expect([spills.sizes, spills.open]).toEqual([[form.length], 1]);
      await archive.close();
      expect(spills.open).toBe(0);
    }
  });

  it('of a tar is listed in one pass that keeps nothing', async () => {
    const spills = new Spills();
    for (const packing of ['none', 'gzip', 'zstd'] as const) {
      const archive = (await open(inPieces(pack(rootfs, packing)), { ...list, spill: spills.spill, digest: true })) as TarArchive;
      expect([archive.kind, archive.bytes, archive.compression]).toEqual(['tar', undefined, packing === 'none' ? undefined : packing]);
      const node = (await archive.tree()).lookup('etc/motd');
      expect(node).toMatchObject({ size: 6, digest: expect.stringMatching(/^sha256:5891b5b5/) });
      await expect(textOf(node)).rejects.toThrow(TypeError);
    }
    expect(spills.sizes).toEqual([]);
  });

  it('of a tar is kept where its bodies are wanted, compressed as it came', async () => {
    const spills = new Spills();
    const packed = pack(rootfs, 'gzip');
    const archive = await open(inPieces(packed), { spill: spills.spill });
    expect(await textOf((await archive.tree()).lookup('etc/motd'))).toBe('hello\n');
    expect(spills.sizes).toEqual([packed.length]);
    await archive.close();
    expect(spills.open).toBe(0);
  });

  it('of images that does not begin like one says how it can be read', async () => {
    const late = [{ name: 'zeros', body: 'x'.repeat(100_000) }, ...classic(app)];
    const error = await failureOf(async () => open(inPieces(await tarOf(late)), list));
    expect(error).toMatchObject({ code: 'INPUT_KIND', message: expect.stringContaining('save it to a file') });
    expect(pathsOf(await (await open(inPieces(await tarOf(late)))).tree())).toEqual(PATHS);
  });

  it('that fails lets go of what was kept', async () => {
    const spills = new Spills();
    const cut = (await tarOf(classic(app))).slice(0, 3000);
    expect((await failureOf(() => open(inPieces(cut), { spill: spills.spill }))).code).toBe('TAR_TRUNCATED');
    expect([spills.sizes.length, spills.open]).toEqual([1, 0]);
  });
});

describe('what is large and read out of order', () => {
  const layers = [Array.from({ length: 20 }, (_, i) => ({ name: `f${99 - i}`, body: `${i}`.repeat(5000) }))];

  it('is kept in memory within the limit, and goes to the spill beyond it', async () => {
    const members = kaniko({ image: await plainImage(layers), tags: null });
    for (const [memory, expected] of [
      [10_000_000, 0],
      [1000, 1],
    ] as const) {
      const spills = new Spills();
      const archive = await open(await tarOf(members), { memory, spill: spills.spill });
      for (const { node } of (await archive.tree()).walk()) if (node.type === 'file') await textOf(node);
      expect(spills.sizes).toHaveLength(expected);
      await archive.close();
      expect(spills.open).toBe(0);
    }
  });
});

describe('limits', () => {
  const bomb = pack(new Uint8Array(2_000_000), 'gzip');
  const options: OpenOptions = { unpack: { size: 1_000_000 } };

  it('hold for an archive that is compressed as a whole', async () => {
    const bytes = pack(await tarOf([{ name: 'zeros', body: new Uint8Array(2_000_000) }]), 'gzip');
    expect((await open(bytes)).kind).toBe('tar');
    for (const input of [bytes, inPieces(bytes)]) expect((await failureOf(() => open(input, options))).code).toBe('LIMIT_SIZE');
    expect((await failureOf(() => open(inPieces(bytes), { ...options, listOnly: true }))).code).toBe('LIMIT_SIZE');
  });

  it('hold for a layer, which leaves the other images alone', async () => {
    const sparse = await plainImage([[{ name: 'zeros', body: new Uint8Array(2_000_000) }]]);
    const archive = await openMembers(kaniko({ image: sparse, tags: ['bomb:1'] }), options);
    expect(archive.artifacts).toMatchObject([{ kind: 'faulty', names: ['bomb:1'], error: { code: 'LIMIT_SIZE' } }]);
    const oci = new LayoutBuilder();
    const both = await openMembers(oci.members([oci.image(sparse, { packing: 'gzip' }), oci.image(image, { packing: 'gzip' })]), options);
    const failure = await failureOf(() => both.tree({ image: '@0' }));
    expect(failure).toBeInstanceOf(LimitError);
    expect(failure).toMatchObject({
      code: 'LIMIT_SIZE',
      limit: 1_000_000,
      message: expect.stringMatching(/^Cannot read layer 0 \(sha256:[0-9a-f]{12}\): Cannot /),
    });
    expect(pathsOf(await both.tree({ image: '@1' }))).toEqual(PATHS);
  });

  it('hold for entries, wherever they are', async () => {
    const few = { limits: { entries: 3 } };
    expect((await failureOf(async () => open(await tarOf(classic(app)), few))).code).toBe('LIMIT_ENTRIES');
    expect((await failureOf(async () => open(inPieces(await tarOf(classic(app))), few))).code).toBe('LIMIT_ENTRIES');
  });

  it('do not make an archive of what is compressed and no tar', async () => {
    expect((await open(bomb)).kind).toBe('tar');
    expect((await failureOf(() => open(pack(new Uint8Array(600).fill(1), 'gzip')))).code).toBe('TAR_CHECKSUM');
  });
});

it('a tree of an archive is the caller’s to change', async () => {
  const archive: Archive = await open(rootfs);
  (await archive.tree()).remove('etc');
  expect(pathsOf(await archive.tree())).toContain('etc/motd');
});

it('what can be chosen is chosen as the caller says', async () => {
  const other = await plainImage([[{ name: 'o', body: '' }]]);
  const archive = await openMembers(skopeo(app, { image: other, tags: ['other:1'] }));
  expect(pathsOf(await archive.tree({ image: 'other:1' }))).toEqual(['o']);
  expect((await archive.image({ image: '@0' })).descriptor.digest).toBe((await archive.images[0]?.image)?.descriptor.digest);
  expect((await failureOf(() => archive.tree())).code).toBe('IMAGE_AMBIGUOUS');
});
