import { describe, expect, it } from 'vitest';
import { bytesSource, collect } from '../../src/stream/index.ts';
import { type EntryInit, type Header, scanTar, type TarIndex, writeTar } from '../../src/tar/index.ts';
import { device, directory, type FileNode, fifo, file, symlink, Tree, tarEntries, treeFromTar, withMetadata } from '../../src/tree/index.ts';
import { codeOf, pathsOf, rowsOf, textOf } from './arbitrary.ts';

const indexOf = async (entries: readonly EntryInit[]): Promise<TarIndex> => scanTar(bytesSource(await collect(writeTar(entries))));
const treeOf = async (...entries: readonly EntryInit[]): Promise<Tree> => treeFromTar(await indexOf(entries));
const codeFrom = async (...entries: readonly EntryInit[]): Promise<string> => {
  const index = await indexOf(entries);
  return codeOf(() => treeFromTar(index));
};

describe('the tree of an archive', () => {
  it('has every kind of node with all its metadata', async () => {
    const common = { mode: 0o4711, uid: 3_000_000, gid: 7, uname: 'ü', gname: 'g', mtime: { seconds: -5, nanoseconds: 250_000_000 } };
    const xattrs = new Map([['security.capability', Uint8Array.of(0, 0xff, 0x0a)]]);
    const tree = await treeOf(
      { ...common, name: 'dir/', type: 'directory' },
      { ...common, name: 'dir/file', body: 'content', xattrs, atime: { seconds: 1, nanoseconds: 2 }, ctime: { seconds: 3, nanoseconds: 4 } },
      { ...common, name: 'link', type: 'symlink', linkname: '../\uDCFF' },
      { ...common, name: 'char', type: 'character-device', devmajor: 1, devminor: 3 },
      { ...common, name: 'block', type: 'block-device', devmajor: 4100, devminor: 300 },
      { ...common, name: 'fifo', type: 'fifo' },
    );
    for (const { node } of tree.walk()) expect(node).toMatchObject(common);
    const node = tree.lookup('dir/file') as FileNode;
    expect(node).toMatchObject({ type: 'file', size: 7, xattrs, atime: { seconds: 1, nanoseconds: 2 }, ctime: { seconds: 3, nanoseconds: 4 } });
    expect(textOf(node)).toBe('content');
    expect(tree.lookup('link')).toMatchObject({ type: 'symlink', target: '../\uDCFF' });
    expect(tree.lookup('char')).toMatchObject({ type: 'character-device', devmajor: 1, devminor: 3 });
    expect(tree.lookup('block')).toMatchObject({ type: 'block-device', devmajor: 4100, devminor: 300 });
    expect(tree.lookup('fifo')?.type).toBe('fifo');
  });

  it('takes names however they are written, and implies the parents that have no entry', async () => {
    const tree = await treeOf({ name: './a/b' }, { name: '//c//d/' }, { name: 'e/../f' }, { name: 'g/./h' });
    expect(pathsOf(tree)).toEqual(['a', 'a/b', 'c', 'c/d', 'f', 'g', 'g/h']);
    expect(tree.lookup('a')).toMatchObject({ implied: true, mode: 0o755 });
    expect(tree.lookup('c/d')?.implied).toBeUndefined();
  });

  it('refuses names and hard link targets that leave the root (CVE-2026-24842), and a root that is no directory (CVE-2021-29136)', async () => {
    expect(await codeFrom({ name: '../x' })).toBe('PATH_ESCAPES');
    expect(await codeFrom({ name: 'a/../../x' })).toBe('PATH_ESCAPES');
    expect(await codeFrom({ name: 'a' }, { name: 'b', type: 'hardlink', linkname: '../a' })).toBe('PATH_ESCAPES');
    expect(await codeFrom({ name: './', type: 'symlink', linkname: '/etc' })).toBe('EINVAL');
  });

  it('lets the last of several entries win, and a directory keep its children', async () => {
    const tree = await treeOf(
      { name: 'x', body: '1' },
      { name: 'd/', mode: 0o700 },
      { name: 'd/x' },
      { name: 'x', body: '2' },
      { name: 'd/', mode: 0o711 },
      { name: 'y/z' },
      { name: 'y', type: 'symlink', linkname: 'd' },
    );
    expect(textOf(tree.lookup('x'))).toBe('2');
    expect(tree.lookup('d')).toMatchObject({ mode: 0o711 });
    expect(pathsOf(tree)).toEqual(['d', 'd/x', 'x', 'y']);
  });

  it('takes the metadata of the root from its entry, under each of its names', async () => {
    for (const name of ['./', '.', '/', 'a/../'])
      expect((await treeOf({ name, type: 'directory', mode: 0o711 }, { name: 'x' })).root).toMatchObject({ mode: 0o711, implied: undefined });
    expect((await treeOf({ name: 'x' })).root).toMatchObject({ mode: 0o755, implied: true });
  });

  it('writes through a link of the archive inside the root, never outside (CVE-2021-21272)', async () => {
    const tree = await treeOf({ name: 'x', type: 'symlink', linkname: '/outside/victim' }, { name: 'x/pwn', body: '!' }, { name: 'x/../beside' });
    expect(pathsOf(tree)).toEqual(['beside', 'outside', 'outside/victim', 'outside/victim/pwn', 'x']);
  });

  it('puts a directory where a file is in the way of a later entry', async () => {
    expect(pathsOf(await treeOf({ name: 'f', body: '1' }, { name: 'f/x' }))).toEqual(['f', 'f/x']);
    const through = await treeOf({ name: 'f' }, { name: 'l', type: 'symlink', linkname: 'f' }, { name: 'l/x' });
    expect(pathsOf(through)).toEqual(['f', 'f/x', 'l']);
  });

  it('joins hard links with their target, whichever comes first', async () => {
    const tree = await treeOf(
      { name: 'before', type: 'hardlink', linkname: './dir//file' },
      { name: 'dir/file', body: 'one' },
      { name: 'after', type: 'hardlink', linkname: '/dir/file' },
      { name: 'chained', type: 'hardlink', linkname: 'before' },
    );
    expect(tree.hardLinks().get(tree.resolve('dir/file'))).toEqual(['after', 'before', 'chained', 'dir/file']);
  });

  it('follows links among the parents of a hard link target, but not the target itself', async () => {
    const tree = await treeOf(
      { name: 'real/file', body: 'x' },
      { name: 'way', type: 'symlink', linkname: 'real' },
      { name: 'a', type: 'hardlink', linkname: 'way/file' },
      { name: 'b', type: 'hardlink', linkname: 'way' },
    );
    expect(tree.lookup('a')).toBe(tree.lookup('real/file'));
    expect(tree.lookup('b')).toMatchObject({ type: 'symlink', target: 'real' });
  });

  it('keeps a hard link to what its target was at that place', async () => {
    const tree = await treeOf({ name: 'a', body: '1' }, { name: 'b', type: 'hardlink', linkname: 'a' }, { name: 'a', body: '2' });
    expect([textOf(tree.lookup('a')), textOf(tree.lookup('b'))]).toEqual(['2', '1']);
  });

  it('refuses hard links to nothing, to themselves and to directories', async () => {
    const index = await indexOf([{ name: 'x', type: 'hardlink', linkname: 'gone' }]);
    expect(() => treeFromTar(index)).toThrow('Cannot link "x": its target "gone" is nowhere');
    expect(await codeFrom({ name: 'x', type: 'hardlink', linkname: 'x' })).toBe('ENOENT');
    expect(await codeFrom({ name: 'd/' }, { name: 'x', type: 'hardlink', linkname: 'd' })).toBe('EISDIR');
    expect(await codeFrom({ name: 'x', type: 'hardlink', linkname: 'd' }, { name: 'd/' })).toBe('EISDIR');
  });

  it('tells of entries that are no nodes, and makes none of them', async () => {
    const index = await indexOf([{ name: 'label', type: 'other:V' }, { name: 'x' }]);
    const skipped: [Header, number][] = [];
    expect(pathsOf(treeFromTar(index, { onSkip: (header, entry) => skipped.push([header, entry]) }))).toEqual(['x']);
    expect(skipped).toMatchObject([[{ name: 'label', type: 'other:V' }, 0]]);
  });

  it('carries the origin that it is given, implied parents too', async () => {
    const origin = { layer: 3 };
    const tree = treeFromTar(await indexOf([{ name: 'd/x' }]), { origin });
    expect([tree.lookup('d')?.origin, tree.lookup('d/x')?.origin]).toEqual([origin, origin]);
  });

  it('stops at depth limits and at loops', async () => {
    const deep = await indexOf([{ name: `${'d/'.repeat(4096)}x` }]);
    expect(() => treeFromTar(deep)).toThrow(expect.objectContaining({ code: 'LIMIT_DEPTH', limit: 4096, actual: 4097 }));
    expect(pathsOf(treeFromTar(deep, { maxDepth: 5000 }))).toHaveLength(4097);
    const step = await indexOf(Array.from({ length: 12 }, (_, i): EntryInit => ({ name: 'd/'.repeat(i + 1) })));
    expect(pathsOf(treeFromTar(step, { maxDepth: 12 }))).toHaveLength(12);
    expect(() => treeFromTar(step, { maxDepth: 11 })).toThrow(expect.objectContaining({ code: 'LIMIT_DEPTH', actual: 12 }));
    expect(await codeFrom({ name: 'l', type: 'symlink', linkname: 'l' }, { name: 'l/x' })).toBe('ELOOP');
  });

  it('settles a chain of 20,000 forward hard links in time that grows with its length', async () => {
    const links = Array.from({ length: 20_000 }, (_, i): EntryInit => ({ name: `l${i}`, type: 'hardlink', linkname: `l${i + 1}` }));
    const tree = await treeOf(...links, { name: 'l20000', body: 'end' });
    expect(tree.nlink(tree.resolve('l0'))).toBe(20_001);
  });

  it('takes two bodies for one through changes of metadata', async () => {
    const tree = await treeOf({ name: 'a', body: 'content' });
    const changed = withMetadata(tree.lookup('a') as FileNode, { mode: 0o600 });
    expect(changed).toMatchObject({ mode: 0o600, size: 7, implied: undefined });
    expect(textOf(changed)).toBe('content');
  });
});

describe('the entries of a tree', () => {
  const sample = (): Tree => {
    const tree = new Tree();
    tree.set('b/file', file('content', { mode: 0o600, xattrs: new Map([['user.x', Uint8Array.of(0xff)]]) }));
    tree.link('a', 'b/file');
    tree.set('c', symlink('b'));
    tree.set('d', device('block-device', 8, 1));
    tree.set('e', fifo());
    return tree;
  };

  it('come in the order of a walk; the first of several names brings the body', () => {
    const entries = [...tarEntries(sample())].map(({ name, type, linkname, size }) => [name, type, linkname, size]);
    expect(entries).toEqual([
      ['a', 'file', undefined, 7],
      ['b', 'directory', undefined, undefined],
      ['b/file', 'hardlink', 'a', undefined],
      ['c', 'symlink', 'b', undefined],
      ['d', 'block-device', undefined, undefined],
      ['e', 'fifo', undefined, undefined],
    ]);
  });

  it('have the root among them where something is known of it', () => {
    const tree = sample();
    tree.set('', directory({ mode: 0o700 }));
    expect([...tarEntries(tree)][0]).toMatchObject({ name: './', type: 'directory', mode: 0o700 });
  });

  it('make an archive that gives the tree again, records of others included', async () => {
    const pax = new Map([['VENDOR.note', Uint8Array.of(0x6b, 0x65, 0x70, 0x74)]]);
    const tree = await treeOf({ name: 'd/', pax }, { name: 'd/f', body: 'x', pax });
    const again = await treeOf(...tarEntries(tree));
    expect(rowsOf(again)).toEqual(rowsOf(tree));
    expect([again.lookup('d')?.pax, again.lookup('d/f')?.pax]).toEqual([pax, pax]);
  });

  it('fill the holes of sparse files unless they are to be kept', async () => {
    const sparse = [{ offset: 1024, length: 512 }];
    const body = new Uint8Array(4096);
    body.fill(7, 1024, 1536);
    const tree = await treeOf({ name: 's', body, sparse });
    expect(tree.lookup('s')).toMatchObject({ size: 4096, sparse: expect.arrayContaining(sparse) });
    const filled = await indexOf([...tarEntries(tree)]);
    const kept = await indexOf([...tarEntries(tree, { sparse: true })]);
    expect([filled.stored(0), kept.stored(0)]).toEqual([4096, 512]);
    expect(treeFromTar(kept).lookup('s')).toMatchObject({ size: 4096 });
    expect(await collect(kept.body(0).stream())).toEqual(body);
  });
});
