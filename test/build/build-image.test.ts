import { describe, expect, it, vi } from 'vitest';
import { verify } from '../../src/analyze/index.ts';
import { type BuildPlan, buildImage, buildImages, buildIndex, imageFromTree, type LayerPlan, uniformTree } from '../../src/build/index.ts';
import type { Image } from '../../src/image/index.ts';
import { writeOciArchive } from '../../src/layout/index.ts';
import { parseIndex } from '../../src/oci/index.ts';
import { type ImageArchive, open } from '../../src/open.ts';
import { fetchDocument, MemoryStore } from '../../src/store/index.ts';
import { collect } from '../../src/stream/index.ts';
import { directory, file, symlink, Tree, treeDigest } from '../../src/tree/index.ts';
import { failureOf } from '../support/open.ts';

function treeOf(files: Readonly<Record<string, string>>): Tree {
  const tree = new Tree();
  for (const [path, text] of Object.entries(files)) tree.set(path, file(text));
  return tree;
}

function linkTo(path: string, target: string): Tree {
  const tree = new Tree();
  tree.set(path, symlink(target));
  return tree;
}

/** The digest of 1024 zeros, which engines know as the layer that is empty (moby/layer/empty.go). */
const EMPTY_LAYER = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';

const app: LayerPlan = { tree: treeOf({ 'main.js': 'hello()', 'lib/a.js': 'a' }), at: '/app', createdBy: 'add the application' };

async function build(plan: BuildPlan): Promise<Image> {
  return (await buildImage(plan, new MemoryStore())).image;
}

/** An image to stand on. Its `/srv` is a link, its `/opt` belongs to somebody. */
async function makeBase(): Promise<Image> {
  const tree = treeOf({ 'usr/bin/node': 'binary', 'data/www/index.html': 'old' });
  tree.set('srv', symlink('data/www'));
  tree.set('opt', directory({ mode: 0o750, uid: 7 }));
  return imageFromTree(tree, new MemoryStore(), { container: { cmd: ['node'], env: { PATH: '/usr/bin' } }, created: '2026-01-01T00:00:00Z' });
}

async function paths(image: Image): Promise<string[]> {
  return [...(await image.tree()).walk()].map(({ path }) => path);
}

describe('an image from nothing', () => {
  it('has what the plan says, where it says it', async () => {
    const image = await build({
      layers: [app],
      container: { entrypoint: ['node', '/app/main.js'], ports: [8080] },
      annotations: { a: 'b' },
      author: 'me',
    });
    expect(await paths(image)).toEqual(['app', 'app/lib', 'app/lib/a.js', 'app/main.js']);
    const config = await image.config();
    expect(config).toMatchObject({ os: 'linux', architecture: 'amd64', created: '1970-01-01T00:00:00Z', author: 'me' });
    expect(config.config).toMatchObject({ Entrypoint: ['node', '/app/main.js'], ExposedPorts: new Map([['8080/tcp', new Map()]]) });
    expect(config.history).toEqual([{ created: '1970-01-01T00:00:00Z', created_by: 'add the application', author: 'me' }]);
    expect((await image.manifest()).annotations).toEqual(new Map([['a', 'b']]));
    expect(image.descriptor.platform).toEqual({ os: 'linux', architecture: 'amd64' });
  });

  it.each(['none', 'gzip'] as const)('is one that verify finds nothing in, with layers as %s', async (compression) => {
    const image = await build({ layers: [app, { tree: treeOf({ 'etc/x': 'y' }) }], compression });
    const archive = await open(await collect(writeOciArchive(image.store, [{ name: 'app:1', descriptor: image.descriptor }])));
    const findings: unknown[] = [];
    for await (const finding of verify(archive as ImageArchive)) findings.push(finding);
    expect(findings).toEqual([]);
  });

  it.each<[string, BuildPlan]>([
    ['no layer is planned', {}],
    ['a layer brings nothing', { layers: [{ tree: new Tree(), createdBy: 'lading build: an empty layer' }] }],
    ['no layer of several does', { layers: [{ tree: new Tree() }, { tree: new Tree(), createdBy: 'lading build: an empty layer' }] }],
  ])('has one empty layer where %s', async (_, plan) => {
    const image = await build(plan);
    const [layer, ...others] = await image.layers();
    expect([layer?.diffId, layer?.history?.created_by, others]).toEqual([EMPTY_LAYER, 'lading build: an empty layer', []]);
    expect([...(await image.manifest()).problems, ...(await image.config()).problems]).toEqual([]);
  });

  it('has no empty layer beside others', async () => {
    expect(await (await build({ layers: [app, { tree: new Tree() }] })).layers()).toHaveLength(1);
    expect(await (await build({ layers: [{ tree: new Tree() }, app] })).layers()).toHaveLength(1);
  });

  it('is the same whatever the order in which its files came', async () => {
    const forwards = await build({ layers: [{ tree: treeOf({ a: '1', 'b/c': '2', d: '3' }) }] });
    const backwards = await build({ layers: [{ tree: treeOf({ d: '3', 'b/c': '2', a: '1' }) }] });
    expect(backwards.descriptor).toEqual(forwards.descriptor);
  });

  it('runs on the platform that the plan says', async () => {
    const image = await build({ layers: [app], platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } });
    expect(await image.config()).toMatchObject({ os: 'linux', architecture: 'arm64', variant: 'v8' });
  });

  it('keeps hard links inside a layer', async () => {
    const tree = treeOf({ a: 'x' });
    tree.link('b', 'a');
    const built = await (await build({ layers: [{ tree, at: 'in' }] })).tree();
    expect(built.lookup('in/b')).toBe(built.lookup('in/a'));
  });
});

describe('an image on a base', () => {
  it('has the layers of the base, then its own, and a history of both', async () => {
    const base = await makeBase();
    const image = await build({ base, layers: [app] });
    const [lower, upper] = [await base.manifest(), await image.manifest()];
    expect(upper.layers.slice(0, 1)).toEqual(lower.layers);
    expect(upper.layers).toHaveLength(2);
    expect((await image.history()).map(({ entry, layer }) => [entry?.created_by, layer])).toEqual([
      ['lading import', 0],
      ['add the application', 1],
    ]);
    expect(await paths(image)).toEqual([...(await paths(base)), 'app', 'app/lib', 'app/lib/a.js', 'app/main.js'].sort());
  });

  it('keeps the configuration of the base but for what changes', async () => {
    const image = await build({ base: await makeBase(), layers: [app], container: { env: { NODE_ENV: 'production' } } });
    expect((await image.config()).config).toMatchObject({ Cmd: ['node'], Env: ['PATH=/usr/bin', 'NODE_ENV=production'] });
  });

  it('follows the links of the base on the way to where it adds, and keeps the directories that are there', async () => {
    const image = await build({
      base: await makeBase(),
      layers: [
        { tree: treeOf({ 'index.html': 'new' }), at: '/srv' },
        { tree: treeOf({ x: '1' }), at: '/opt' },
      ],
    });
    const tree = await image.tree();
    expect(tree.lookup('srv')).toMatchObject({ type: 'symlink', target: 'data/www' });
    expect(new TextDecoder().decode(await collect((tree.resolve('srv/index.html') as ReturnType<typeof file>).body.stream()))).toBe('new');
    expect(tree.lookup('opt')).toMatchObject({ mode: 0o750, uid: 7 });
  });

  it.each<[string, LayerPlan, string]>([
    ['a file over a directory', { tree: treeOf({ opt: 'x' }) }, 'EISDIR'],
    ['a link over a directory', { tree: linkTo('usr', '/opt') }, 'EISDIR'],
    ['a file over a link to a directory', { tree: treeOf({ srv: 'x' }) }, 'EISDIR'],
    ['a directory over a file', { tree: treeOf({ 'node/x': '1' }), at: '/usr/bin' }, 'EEXIST'],
    ['a tree into a file', { tree: treeOf({ x: '1' }), at: '/usr/bin/node' }, 'EEXIST'],
    ['a tree below a file', { tree: treeOf({ x: '1' }), at: '/usr/bin/node/x' }, 'ENOTDIR'],
    ['a tree outside the root', { tree: treeOf({ x: '1' }), at: '../x' }, 'PATH_ESCAPES'],
  ])('refuses to lay %s', async (_, layer, code) => {
    expect(await failureOf(async () => build({ base: await makeBase(), layers: [layer] }))).toMatchObject({ code });
  });

  it('puts a file in the place of a link, and makes the directory that a link lacks', async () => {
    const lower = new Tree();
    lower.set('run', symlink('/var/run'));
    lower.set('mtab', symlink('proc/mounts'));
    const base = await imageFromTree(lower, new MemoryStore());
    const tree = await (await build({ base, layers: [{ tree: treeOf({ mtab: 'none' }) }, { tree: treeOf({ 'a.pid': '1' }), at: 'run/a' }] })).tree();
    expect(tree.lookup('mtab')?.type).toBe('file');
    expect(tree.lookup('run')?.type).toBe('symlink');
    expect(tree.lookup('var/run/a/a.pid')?.type).toBe('file');
  });

  it('puts a link in the place of a link to a directory', async () => {
    const tree = await (await build({ base: await makeBase(), layers: [{ tree: linkTo('srv', 'opt') }] })).tree();
    expect(tree.lookup('srv')).toMatchObject({ type: 'symlink', target: 'opt' });
  });

  it('makes the directories on the way as root has them, at the time of what is added', async () => {
    const at = { seconds: 86_400, nanoseconds: 0 };
    const tree = new Tree(directory({ mode: 0o700, uid: 5, mtime: at }));
    tree.set('x', file('1'));
    const image = await build({ base: await makeBase(), layers: [{ tree, at: '/a/b/c' }] });
    const built = await image.tree();
    for (const path of ['a', 'a/b']) expect(built.lookup(path)).toMatchObject({ mode: 0o755, uid: 0, mtime: at });
    expect(built.lookup('a/b/c')).toMatchObject({ mode: 0o700, uid: 5, mtime: at });
  });

  it('makes no layer of what changes nothing, but a step in the history', async () => {
    const { image, layers } = await buildImage(
      { base: await makeBase(), layers: [{ tree: new Tree(), createdBy: 'nothing' }, app] },
      new MemoryStore(),
    );
    expect(layers.map((layer) => layer !== undefined)).toEqual([false, true]);
    expect((await image.history()).map(({ entry, layer }) => [entry?.empty_layer, layer])).toEqual([
      [undefined, 0],
      [true, undefined],
      [undefined, 1],
    ]);
  });

  it('is refused where the base is of another platform', async () => {
    const failure = await failureOf(async () => build({ base: await makeBase(), platform: { os: 'linux', architecture: 'arm64' } }));
    expect(failure).toMatchObject({ code: 'IMAGE_BASE', message: expect.stringContaining('linux/arm64: the base is for linux/amd64') });
  });

  it('is refused before any work where the container cannot be so', async () => {
    const store = new MemoryStore();
    await expect(buildImage({ layers: [app], container: { workdir: 'app' } }, store)).rejects.toThrow('Cannot set workdir');
    expect(await store.list()).toEqual([]);
  });
});

describe('a plan that cannot be', () => {
  it.each<[string, object, ErrorConstructor, RegExp]>([
    ['no time', { created: 'x' }, TypeError, /^Cannot set created to "x": it is a time of RFC 3339/],
    ['a thirteenth month', { created: '2020-13-01T00:00:00Z' }, TypeError, /created/],
    ['a time in lower case, which Docker does not read', { created: '2020-01-01t00:00:00z' }, TypeError, /created/],
    ['a number for a time', { created: 0 }, TypeError, /Cannot set created to "0"/],
    ['no architecture', { platform: { os: 'linux' } }, TypeError, /^Cannot set platform to {"os":"linux"}: it is an object such as/],
    ['an empty system', { platform: { os: '', architecture: 'amd64' } }, TypeError, /platform/],
    ['a platform as text', { platform: 'linux/amd64' }, TypeError, /platform to "linux\/amd64"/],
    ['an unknown compression', { compression: 'lz4' }, TypeError, /^Cannot set compression to "lz4": it is none, gzip or zstd/],
    ['a name that all objects have', { compression: 'toString' }, TypeError, /compression/],
    ['a level that there is not', { level: 10 }, RangeError, /level 10/],
    ['an author that is no text', { author: 7 }, TypeError, /author/],
    ['an annotation that is no text', { annotations: { a: 1 } }, TypeError, /annotations to {"a":1}/],
    ['a place that is no text', { layers: [app, { tree: new Tree(), at: 7 }] }, TypeError, /layers\[1\].at/],
    ['a step that is no text', { layers: [{ tree: new Tree(), createdBy: [] }] }, TypeError, /layers\[0\].createdBy/],
  ])('has %s, and is refused before any work', async (_, plan, kind, message) => {
    const store = new MemoryStore();
    const pushed = vi.spyOn(store, 'ingest');
    const good = { layers: [app] };
    const expected = expect.objectContaining({ name: kind.name, message: expect.stringMatching(message) });
    await expect(buildImage({ ...good, ...plan }, store)).rejects.toEqual(expected);
    await expect(buildImages([good, { ...good, ...plan }], store)).rejects.toEqual(expected);
    expect(pushed).not.toHaveBeenCalled();
  });
});

describe('the cache of layers', () => {
  it('gives a layer that was made before, and only that', async () => {
    const cache = new MemoryStore();
    const plan = (text: string): BuildPlan => ({
      layers: [
        { tree: treeOf({ dep: 'same' }), at: 'deps' },
        { tree: treeOf({ 'main.js': text }), at: 'app' },
      ],
    });
    const first = await buildImage(plan('1'), new MemoryStore(), { cache });
    expect(first.layers.map((layer) => layer?.isCached)).toEqual([false, false]);
    const again = await buildImage(plan('1'), new MemoryStore(), { cache });
    expect(again.layers.map((layer) => layer?.isCached)).toEqual([true, true]);
    expect(again.image.descriptor).toEqual(first.image.descriptor);
    const changed = await buildImage(plan('2'), new MemoryStore(), { cache });
    expect(changed.layers.map((layer) => layer?.isCached)).toEqual([true, false]);
    expect(await treeDigest(await changed.image.tree())).not.toBe(await treeDigest(await first.image.tree()));
  });

  it('does not give a layer of another compression', async () => {
    const cache = new MemoryStore();
    await buildImage({ layers: [app], level: 1 }, new MemoryStore(), { cache });
    const [layer] = (await buildImage({ layers: [app], level: 9 }, new MemoryStore(), { cache })).layers;
    expect(layer?.isCached).toBe(false);
  });
});

describe('an index of images', () => {
  it('names one for each platform, and refuses two for one', async () => {
    const store = new MemoryStore();
    const images = await Promise.all(
      ['amd64', 'arm64'].map(async (architecture) => (await buildImage({ layers: [app], platform: { os: 'linux', architecture } }, store)).image),
    );
    const descriptor = await buildIndex(
      images.map((image) => image.descriptor),
      store,
    );
    const index = parseIndex(await fetchDocument(store, descriptor));
    expect(index.manifests.map(({ platform }) => platform?.architecture)).toEqual(['amd64', 'arm64']);
    const [first] = images as [Image, Image];
    await expect(buildIndex([first.descriptor, first.descriptor], store)).rejects.toThrow('two of its images are for linux/amd64');
  });
});

describe('a uniform tree', () => {
  it('does not tell the disk that it is from', async () => {
    const messy = (mode: number, uid: number, seconds: number): Tree => {
      const tree = new Tree();
      const metadata = { uid, gid: uid, mtime: { seconds, nanoseconds: 5 } };
      tree.set('bin', directory({ ...metadata, mode: mode | 0o111 }));
      tree.set('bin/run', file('#!', { ...metadata, mode: mode | 0o100 }));
      tree.set('text', file('t', { ...metadata, mode }));
      tree.set('link', symlink('text', metadata));
      return tree;
    };
    const [one, other] = [uniformTree(messy(0o600, 1000, 5)), uniformTree(messy(0o664, 0, 7))];
    expect(await treeDigest(one)).toBe(await treeDigest(other));
    expect(one.lookup('bin')).toMatchObject({ mode: 0o755, uid: 0 });
    expect(one.lookup('bin/run')).toMatchObject({ mode: 0o755, mtime: { seconds: 0, nanoseconds: 0 } });
    expect(one.lookup('text')).toMatchObject({ mode: 0o644 });
    expect(uniformTree(messy(0o600, 1, 1), { mtime: { seconds: 9, nanoseconds: 0 }, uid: 5, gid: 6 }).lookup('text')).toMatchObject({
      uid: 5,
      gid: 6,
      mtime: { seconds: 9 },
    });
  });
});
