import { describe, expect, it } from 'vitest';
import { type Archive, open } from '../../src/open.ts';
import { openNested } from '../../src/open-nested.ts';
import { bytesSource } from '../../src/stream/index.ts';
import { type FileNode, symlink } from '../../src/tree/index.ts';
import { counted } from '../support/counting.ts';
import { classic, kaniko } from '../support/docker.ts';
import { LAYERS, PATHS, plainImage } from '../support/image.ts';
import { LayoutBuilder } from '../support/layout.ts';
import { failureOf, pathsOf, textOf } from '../support/open.ts';
import { type Packing, pack, tarOf } from '../support/pack.ts';

const image = await plainImage(LAYERS);
const fileAt = async (archive: Archive, path: string): Promise<FileNode> => (await archive.tree()).resolve(path) as FileNode;

/** Archives one inside the other, each under the name `inner` beside some other file; the innermost holds `core`. */
async function nest(depth: number, packing: (level: number) => Packing): Promise<Uint8Array> {
  let bytes = await tarOf([{ name: 'core', body: 'found\n' }]);
  for (let level = 1; level < depth; level++) {
    bytes = await tarOf([
      { name: 'before', body: `${level}` },
      { name: 'inner', body: pack(bytes, packing(level)) },
      { name: 'z/after', body: `${level}` },
    ]);
  }
  return bytes;
}

/** Steps down to the innermost archive. */
async function innermost(bytes: Uint8Array, depth: number, options: Parameters<typeof openNested>[1] = {}): Promise<Archive> {
  let archive = await open(bytes);
  let within: Archive | undefined;
  for (let level = 1; level < depth; level++) {
    archive = await openNested(await fileAt(archive, 'inner'), { ...options, ...(within && { within }) });
    within = archive;
  }
  return archive;
}

describe('an archive inside an archive', () => {
  const forms: readonly [string, (level: number) => Packing][] = [
    ['plain', () => 'none'],
    ['gzip', () => 'gzip'],
    ['each in another compression', (level) => (['none', 'gzip', 'zstd'] as const)[level % 3] as Packing],
  ];
  it.each(forms)('is found ten deep: %s', async (_, packing) => {
    const core = await fileAt(await innermost(await nest(10, packing), 10), 'core');
    expect(await textOf(core)).toBe('found\n');
  });

  it('is read without its neighbours', async () => {
    const inner = await tarOf([{ name: 'core', body: 'found\n' }]);
    const count = counted(
      await tarOf([
        { name: 'inner', body: inner },
        { name: 'big', body: new Uint8Array(1_000_000) },
      ]),
    );
    const archive = await open(count.source);
    const nested = await openNested(await fileAt(archive, 'inner'));
    expect(await textOf(await fileAt(nested, 'core'))).toBe('found\n');
    expect(count.bytes).toBeLessThan(60_000);
  });

  it('is whatever can be opened at the top: an image in a tar in a layer of an image', async () => {
    const saved = pack(await tarOf(kaniko({ image, tags: ['inner:1'] })), 'gzip');
    const carrier = await plainImage([[{ name: 'opt/images.tar', body: await tarOf([{ name: 'a/app.tgz', body: saved }]) }]]);
    const outer = await open(await tarOf(classic({ image: carrier, tags: null })));
    const middle = await openNested(await fileAt(outer, 'opt/images.tar'));
    const inner = await openNested(await fileAt(middle, 'a/app.tgz'), { within: middle });
    expect(inner.kind).toBe('docker-archive');
    expect(pathsOf(await inner.tree())).toEqual(PATHS);
  });

  it('may be an OCI layout that lies there as a folder, and a folder is a folder', async () => {
    const layout = new LayoutBuilder();
    const files = layout.members([layout.image(image, { packing: 'gzip' })]).map((member) => ({ ...member, name: `srv/layout/${member.name}` }));
    const tree = await (await open(await tarOf(files))).tree();
    const nested = await openNested(tree.resolve('srv/layout'));
    expect(nested.kind).toBe('oci-layout');
    expect(pathsOf(await nested.tree())).toEqual(PATHS);
    const plain = await openNested(tree.resolve('srv'));
    expect(plain.kind === 'folder' && (await plain.read()).losses).toEqual([]);
    expect(pathsOf(await plain.tree())[0]).toBe('layout');
    expect((await failureOf(() => openNested(tree.resolve('srv'), { kind: 'oci-layout' }))).code).toBe('INPUT_KIND');
  });

  it('may be given as a Source, and is nothing else', async () => {
    expect((await openNested(bytesSource(await nest(1, () => 'none')))).kind).toBe('tar');
    expect((await failureOf(() => openNested(symlink('x')))).code).toBe('INPUT_KIND');
    expect((await failureOf(() => openNested(bytesSource(new Uint8Array(600).fill(7))))).code).toBe('TAR_CHECKSUM');
  });
});

describe('a nest', () => {
  it('is followed to its limit of depth, counted from the first step', async () => {
    const bytes = await nest(6, () => 'none');
    expect((await innermost(bytes, 6, { nesting: { depth: 5 } })).kind).toBe('tar');
    expect(await failureOf(() => innermost(bytes, 6, { nesting: { depth: 4 } }))).toMatchObject({ code: 'LIMIT_NESTING', limit: 4, actual: 5 });
    expect((await failureOf(async () => innermost(await nest(40, () => 'none'), 40))).code).toBe('LIMIT_NESTING');
  });

  it('that grows level by level is held against the first archive in it', async () => {
    const zeros = pack(await tarOf([{ name: 'zeros', body: new Uint8Array(3_000_000) }]), 'gzip');
    const twice = pack(await tarOf([{ name: 'inner', body: zeros }]), 'gzip');
    const outer = await tarOf([{ name: 'inner', body: twice }]);
    expect((await innermost(outer, 3)).kind).toBe('tar');
    expect((await failureOf(() => innermost(outer, 3, { nesting: { size: 1_000_000 } }))).code).toBe('LIMIT_SIZE');
    expect((await failureOf(() => innermost(outer, 3, { unpack: { size: 1_000_000 } }))).code).toBe('LIMIT_SIZE');
    // Each level alone unpacks to less than a thousand times its size, both together to more.
    const unpack = { ratioFrom: 100_000 };
    expect((await innermost(outer, 3, { unpack, nesting: { ratio: 100_000 } })).kind).toBe('tar');
    expect((await failureOf(() => innermost(outer, 3, { unpack, nesting: { ratio: 1100 } }))).code).toBe('LIMIT_SIZE');
  });
});
