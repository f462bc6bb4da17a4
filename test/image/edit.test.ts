import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalBytes } from '../../src/bytes/index.ts';
import { appendLayer, editImage, type Image, type ImageEdits, type PathEdit } from '../../src/image/index.ts';
import { writeLayer } from '../../src/layer/index.ts';
import { MemoryStore } from '../../src/store/index.ts';
import { type ByteStream, bytesSource, collect } from '../../src/stream/index.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import { childAt, diffTrees, Tree, treeDigest } from '../../src/tree/index.ts';
import { failureOf, linesOf } from '../support/open.ts';
import { tarOf } from '../support/pack.ts';
import { faultsOf, holds, storedImage } from '../support/store.ts';
import { anyTree, edited as changedBy, edits } from '../tree/arbitrary.ts';

const fileAt = (name: string, body: string, more: Partial<EntryInit> = {}): EntryInit => ({ name, body, ...more });
const linkAt = (name: string, linkname: string): EntryInit => ({ name, type: 'hardlink', linkname });
const edited = (image: Image, edits: ImageEdits): Promise<Image> => editImage(image, edits, new MemoryStore());
const removed = (image: Image, ...paths: readonly string[]): Promise<Image> =>
  edited(image, { paths: paths.map((path): PathEdit => ({ op: 'remove', path })) });
const digestsOf = async (image: Image): Promise<string[]> => (await image.layers()).map(({ descriptor }) => descriptor.digest);
const namesOf = async (image: Image, layer: number): Promise<string[]> =>
  [...((await (await image.layers())[layer]?.index()) ?? [])].map(({ name }) => name);

const SECRET = 'hunter2-the-secret';

/** The edited image is whole, has the secret nowhere, and differs from the old one only by these lines. */
async function expectClean(before: Image, after: Image, gone: readonly string[]): Promise<void> {
  expect(await holds(before, SECRET)).toBe(true);
  expect(await holds(after, SECRET)).toBe(false);
  expect(await linesOf(await after.tree())).toEqual((await linesOf(await before.tree())).filter((line) => !gone.includes(line)));
  expect(await faultsOf(after)).toEqual([]);
}

describe('removing a path', () => {
  it('takes its bytes out of every content, and writes only the layer that held it anew', async () => {
    const image = await storedImage([[fileAt('a', 'a')], [{ name: 'etc/' }, fileAt('etc/secret', SECRET), fileAt('etc/z', 'z')], [fileAt('b', 'b')]]);
    const clean = await removed(image, '/etc/secret');
    await expectClean(image, clean, [`etc/secret = ${SECRET}`]);
    const [before, after] = [await digestsOf(image), await digestsOf(clean)];
    expect([after[0] === before[0], after[1] === before[1], after[2] === before[2]]).toEqual([true, false, true]);
    expect((await clean.config()).history.at(-1)).toMatchObject({ created_by: 'lading edit', empty_layer: true });
  });

  it('also where a later layer hides it, and takes the whiteout along', async () => {
    const image = await storedImage([
      [fileAt('secret', SECRET), fileAt('a', 'a')],
      [fileAt('.wh.secret', ''), fileAt('b', 'b')],
    ]);
    const clean = await removed(image, 'secret');
    await expectClean(image, clean, []);
    expect(await namesOf(clean, 1)).toEqual(['b']);
  });

  it('also where it comes twice, in one layer or in several, in whatever spelling', async () => {
    const twice = [fileAt('x/secret', SECRET), fileAt('./x/../x/secret', `${SECRET} again`), fileAt('x/a', 'a')];
    const image = await storedImage([twice, [fileAt('/x/secret', `${SECRET} third`)]]);
    await expectClean(image, await removed(image, 'x/secret'), [`x/secret = ${SECRET} third`]);
  });

  it('with all that is below it, opaque marks and whiteouts too', async () => {
    const image = await storedImage([
      [{ name: 'd/' }, fileAt('d/e/secret', SECRET), fileAt('dd', 'dd')],
      [fileAt('d/.wh..wh..opq', ''), fileAt('d/f', SECRET)],
      [fileAt('d/.wh.f', '')],
    ]);
    const clean = await removed(image, 'd');
    await expectClean(image, clean, ['d/']);
    expect(await Promise.all([0, 1, 2].map((layer) => namesOf(clean, layer)))).toEqual([['dd'], [], []]);
  });

  it('keeps a directory that was there only for what was in it', async () => {
    const image = await storedImage([[fileAt('p/q/secret', SECRET), fileAt('a', 'a')], [fileAt('lnk/secret2', SECRET)]]);
    await expectClean(image, await removed(image, 'p/q/secret', 'lnk/secret2'), [`p/q/secret = ${SECRET}`, `lnk/secret2 = ${SECRET}`]);
  });

  it('below a link of its own layer', async () => {
    const image = await storedImage([[{ name: 'real/' }, { name: 'lnk', type: 'symlink', linkname: 'real' }, fileAt('lnk/secret', SECRET)]]);
    await expectClean(image, await removed(image, 'lnk/secret'), [`real/secret = ${SECRET}`]);
    await expectClean(image, await removed(image, 'real/secret'), [`real/secret = ${SECRET}`]);
  });

  it('behind a link, and what lower layers had in its place', async () => {
    const image = await storedImage([[fileAt('d/secret', SECRET), fileAt('e/secret', SECRET)], [{ name: 'd', type: 'symlink', linkname: 'e' }]]);
    await expectClean(image, await removed(image, 'd/secret'), [`e/secret = ${SECRET}`]);
    const loop = await storedImage([[fileAt('d/secret', SECRET)], [{ name: 'd', type: 'symlink', linkname: 'd' }]]);
    await expectClean(loop, await removed(loop, 'd/secret'), []);
  });

  it('removes a hard-linked file only with all its names (the others would keep the bytes)', async () => {
    const image = await storedImage([[fileAt('one', SECRET), linkAt('two', 'one')], [linkAt('three', 'two')]]);
    for (const names of [['one'], ['two'], ['three'], ['one', 'two']]) {
      const { code, message } = await failureOf(() => removed(image, ...names));
      expect([code, message]).toEqual(['IMAGE_EDIT', expect.stringContaining('hard link to the same bytes')]);
    }
    await expectClean(
      image,
      await removed(image, 'one', 'two', 'three'),
      ['one', 'two', 'three'].map((name) => `${name} = ${SECRET}`),
    );
  });

  it('refuses what no layer has, and the root', async () => {
    const image = await storedImage([[fileAt('a', 'a')], [fileAt('.wh.never', '')]]);
    expect((await failureOf(() => removed(image, 'nope'))).code).toBe('ENOENT');
    expect((await failureOf(() => removed(image, 'never'))).code).toBe('ENOENT');
    expect((await failureOf(() => removed(image, '/'))).code).toBe('EINVAL');
  });

  it('refuses to move what lies behind a link that is removed', async () => {
    const image = await storedImage([[{ name: 'real/' }, { name: 'lnk', type: 'symlink', linkname: 'real' }, fileAt('lnk/x', 'x')]]);
    expect((await failureOf(() => removed(image, 'lnk'))).code).toBe('IMAGE_EDIT');
  });

  it('keeps every other entry of the layer byte for byte: odd headers, padding, what follows the end', async () => {
    const entries = [
      fileAt('a', 'a', { pax: new Map([['VENDOR.odd', Uint8Array.of(0xff)]]), mtime: { seconds: -1, nanoseconds: 7 } }),
      fileAt('secret', SECRET),
      fileAt('z', 'z'),
    ];
    const image = await storedImage([entries]);
    const [layer] = await (await removed(image, 'secret')).layers();
    const kept = await tarOf(entries.filter(({ name }) => name !== 'secret'));
    expect(equalBytes(await collect((await layer?.uncompressed()) as ByteStream), kept)).toBe(true);
  });

  it('gives up what lazy pulling knew of a layer', async () => {
    const image = await storedImage([
      [fileAt('.no.prefetch.landmark', 'f'), fileAt('a', 'a'), fileAt('secret', SECRET), fileAt('stargz.index.json', '{"entries":["secret"]}')],
    ]);
    const clean = await removed(image, 'secret');
    await expectClean(image, clean, [`secret = ${SECRET}`]);
    expect(await namesOf(clean, 0)).toEqual(['a']);
  });

  it('compresses a layer as it was', async () => {
    const image = await storedImage([[fileAt('secret', SECRET)]], { compression: 'none' });
    const [layer] = await (await removed(image, 'secret')).layers();
    expect(layer?.descriptor).toMatchObject({ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: layer?.diffId });
  });
});

/** The path, and where links lead to it. */
function placesOf(tree: Tree, path: string): string[] {
  const slash = path.lastIndexOf('/');
  try {
    return [path, `${tree.realpath(path.slice(0, Math.max(slash, 0)))}/${path.slice(slash + 1)}`.replace(/^\//, '')];
  } catch {
    return [path];
  }
}

describe('removing any path of any image', () => {
  it('gives the tree without it, and fails only where hard links hold it', async () => {
    await fc.assert(
      fc.asyncProperty(anyTree, edits, edits, fc.nat(), async (first, second, third, pick) => {
        const trees = [first, changedBy(first.fork(), second)];
        trees.push(changedBy((trees[1] as Tree).fork(), third));
        const paths = [...new Set(trees.flatMap((tree) => [...tree.walk()].map(({ path }) => path)))].sort();
        const path = paths[pick % paths.length];
        if (path === undefined) return;
        let image = await storedImage([], { compression: 'none' });
        for (const [i, tree] of trees.entries()) {
          const lower = trees[i - 1] ?? new Tree();
          image = await appendLayer(image, writeLayer(diffTrees(lower, tree), { lower }), new MemoryStore(), { compression: 'none' });
        }
        const expected = await image.tree();
        for (const place of placesOf(expected, path)) if (childAt(expected.root, place)) expected.remove(place);
        try {
          expect(await treeDigest(await (await removed(image, path)).tree())).toBe(await treeDigest(expected));
        } catch (error) {
          expect(error).toMatchObject({ code: 'IMAGE_EDIT' });
          expect(trees.some((tree) => tree.hardLinks().size > 0)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('replacing, chmod and chown', () => {
  it('gives a file other content and leaves the old one nowhere', async () => {
    const image = await storedImage([[fileAt('c', `lower ${SECRET}`), fileAt('a', 'a')], [fileAt('c', SECRET, { mode: 0o600, uid: 5 })]]);
    const after = await edited(image, { paths: [{ op: 'replace', path: 'c', body: bytesSource(new TextEncoder().encode('clean')) }] });
    expect(await holds(after, SECRET)).toBe(false);
    expect(await linesOf(await after.tree())).toEqual(['a = a', 'c = clean']);
    expect((await after.tree()).lookup('c')).toMatchObject({ mode: 0o600, uid: 5, size: 5 });
    expect(await faultsOf(after)).toEqual([]);
  });

  it('replaces a hard-linked file under all its names, also of layers that linked otherwise', async () => {
    const image = await storedImage([
      [fileAt('b', SECRET), linkAt('a', 'b')],
      [fileAt('a', SECRET), linkAt('b', 'a')],
    ]);
    const after = await edited(image, { paths: [{ op: 'replace', path: 'b', body: 'clean' }] });
    expect([await linesOf(await after.tree()), await holds(after, SECRET)]).toEqual([['a = clean', 'b = clean'], false]);
  });

  it('refuses where a name outside would lose its content', async () => {
    const image = await storedImage([[fileAt('a', SECRET), linkAt('b', 'a')], [fileAt('a', 'new')]]);
    expect((await failureOf(() => edited(image, { paths: [{ op: 'replace', path: 'a', body: 'clean' }] }))).code).toBe('IMAGE_EDIT');
  });

  it('changes mode and owner where the visible entry is, following links; names of owners go, since tar readers go by them', async () => {
    const image = await storedImage([
      [
        { name: 'usr/' },
        fileAt('usr/tool', 't', { uname: 'root', gname: 'root' }),
        { name: 'bin', type: 'symlink', linkname: 'usr' },
        linkAt('usr/alias', 'usr/tool'),
      ],
      [fileAt('other', 'o')],
    ]);
    const paths: PathEdit[] = [
      { op: 'chmod', path: 'bin/alias', mode: 0o4755 },
      { op: 'chown', path: 'bin/tool', uid: 7, gid: 8 },
      { op: 'chmod', path: 'usr', mode: 0o700 },
    ];
    const after = await edited(image, { paths });
    const tree = await after.tree();
    expect(tree.lookup('usr/tool')).toMatchObject({ mode: 0o4755, uid: 7, gid: 8, uname: '', gname: '' });
    expect([tree.lookup('usr/alias') === tree.lookup('usr/tool'), tree.lookup('usr')?.mode]).toEqual([true, 0o700]);
    expect((await digestsOf(after))[1]).toBe((await digestsOf(image))[1]);
    expect(await linesOf(tree)).toEqual(await linesOf(await image.tree()));
  });

  it('refuses what is not there, what is no file, and a directory that no layer has an entry for', async () => {
    const image = await storedImage([[fileAt('d/f', 'f')]]);
    const failing = async (edit: PathEdit): Promise<string> => (await failureOf(() => edited(image, { paths: [edit] }))).code;
    expect(await failing({ op: 'chmod', path: 'nope', mode: 0 })).toBe('ENOENT');
    expect(await failing({ op: 'replace', path: 'd', body: '' })).toBe('EINVAL');
    expect(await failing({ op: 'chmod', path: 'd', mode: 0 })).toBe('IMAGE_EDIT');
  });
});

describe('changing the configuration', () => {
  it('leaves the layers and every field that it does not know as they are', async () => {
    const image = await storedImage([[fileAt('a', 'a')]], { config: { config: { Env: ['A=1', 'B=2'], Odd: [1] }, docker_version: '20' } });
    const after = await edited(image, { container: { env: { A: null, C: '3' }, labels: { l: 'v' }, user: 'app' }, annotations: { k: 'v' } });
    expect(await digestsOf(after)).toEqual(await digestsOf(image));
    const { json } = await after.config();
    expect(json.get('docker_version')).toBe('20');
    expect(json.get('config')).toEqual(
      new Map<string, unknown>([
        ['Env', ['B=2', 'C=3']],
        ['Odd', [1]],
        ['User', 'app'],
        ['Labels', new Map([['l', 'v']])],
      ]),
    );
    expect((await after.manifest()).annotations).toEqual(new Map([['k', 'v']]));
    expect((await (await edited(after, { annotations: { k: null } })).manifest()).annotations).toBeUndefined();
  });

  it('gives the same bytes in any time zone', async () => {
    const image = await storedImage([[fileAt('a', 'a'), fileAt('b', 'b', { mtime: { seconds: 1e9, nanoseconds: 1 } })]]);
    const digests: string[] = [];
    const before = process.env.TZ;
    for (const zone of ['UTC', 'Asia/Kathmandu']) {
      process.env.TZ = zone;
      digests.push((await removed(image, 'a')).descriptor.digest);
    }
    process.env.TZ = before;
    expect(digests[0]).toBe(digests[1]);
  });
});
