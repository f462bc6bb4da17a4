import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  commonLayers,
  compareConfigs,
  compareHistories,
  compareImages,
  compareRaw,
  compareTrees,
  type PathDifference,
  textDifference,
} from '../../src/analyze/index.ts';
import type { CatalogImage, Image } from '../../src/image/index.ts';
import { encodeJson, type ImageConfig, parseConfig } from '../../src/oci/index.ts';
import { open } from '../../src/open.ts';
import { device, directory, fifo, file, type Node, symlink, Tree } from '../../src/tree/index.ts';
import { counted } from '../support/counting.ts';
import { classic, containerdStore, hybrid, kaniko, legacy, type Members, skopeo } from '../support/docker.ts';
import { LAYERS, plainImage } from '../support/image.ts';
import { LayoutBuilder } from '../support/layout.ts';
import { imagesOf, imageWith, openMembers } from '../support/open.ts';
import { type Packing, pack, tarOf } from '../support/pack.ts';

const treeWith = (nodes: Readonly<Record<string, Node>>): Tree => {
  const tree = new Tree();
  for (const [path, node] of Object.entries(nodes)) tree.set(path, node);
  return tree;
};

async function gather(paths: AsyncIterable<PathDifference>): Promise<PathDifference[]> {
  const found: PathDifference[] = [];
  for await (const difference of paths) found.push(difference);
  return found;
}

/** Each difference as a line, such as `changed a: content, mode`. */
async function linesOf(...args: Parameters<typeof compareTrees>): Promise<string[]> {
  return (await gather(compareTrees(...args))).map(({ kind, path, what }) => `${kind} ${path}${what.length > 0 ? `: ${what.join(', ')}` : ''}`);
}

describe('the difference of two nodes', () => {
  const time = { mtime: { seconds: 5, nanoseconds: 0 } };
  it.each<[string, Node, Node, string[]]>([
    ['content of another size', file('one'), file('three'), ['content', 'size']],
    ['content of the same size', file('one'), file('two'), ['content']],
    ['the same content', file('one'), file('one'), []],
    ['permissions', file(''), file('', { mode: 0o4755 }), ['mode']],
    ['owners', file(''), file('', { uid: 1 }), ['owner']],
    ['groups', directory(), directory({ gid: 1 }), ['owner']],
    ['names of owners', file(''), file('', { uname: 'ada', gname: 'users' }), []],
    ['times', file(''), file('', time), ['time']],
    ['fractions of a second', file(''), file('', { mtime: { seconds: 0, nanoseconds: 1 } }), ['time']],
    ['extended attributes', file(''), file('', { xattrs: new Map([['user.a', Uint8Array.of(1)]]) }), ['xattrs']],
    [
      'values of extended attributes',
      file('', { xattrs: new Map([['user.a', Uint8Array.of(2)]]) }),
      file('', { xattrs: new Map([['user.a', Uint8Array.of(1)]]) }),
      ['xattrs'],
    ],
    ['targets', symlink('a'), symlink('b'), ['target']],
    ['the mode of a link', symlink('a', { mode: 0o700 }), symlink('a'), []],
    ['numbers of devices', device('block-device', 1, 3), device('block-device', 1, 5), ['device']],
    ['kinds', file('a'), fifo(), ['type']],
    ['kinds and modes', file('a'), device('character-device', 1, 3), ['type', 'mode']],
    ['several at once', file('one'), file('two', { ...time, uid: 1, mode: 0o600 }), ['content', 'mode', 'owner', 'time']],
  ])('%s', async (_, before, after, what) => {
    const found = await gather(compareTrees(treeWith({ x: before }), treeWith({ x: after })));
    expect(found.map((difference) => difference.what)).toEqual(what.length > 0 ? [what] : []);
  });

  it('leaves out the time, but not the mode, of a directory that nothing was told of', async () => {
    expect(await linesOf(treeWith({ 'd/f': file('') }), treeWith({ d: directory(time), 'd/f': file('') }))).toEqual([]);
    expect(await linesOf(treeWith({ 'd/f': file('') }), treeWith({ d: directory({ mode: 0o700 }), 'd/f': file('') }))).toEqual(['changed d: mode']);
  });

  it('leaves out the root', async () => {
    expect(await linesOf(new Tree(directory({ mode: 0o700 })), new Tree(directory({ uid: 7 })))).toEqual([]);
  });
});

describe('the difference of two trees', () => {
  it('lists all below what came and what went', async () => {
    const full = treeWith({ 'a/b/c': file('c'), 'a/d': file('d') });
    expect(await linesOf(full, new Tree())).toEqual(['removed a', 'removed a/b', 'removed a/b/c', 'removed a/d']);
    expect(await linesOf(new Tree(), full)).toEqual(['added a', 'added a/b', 'added a/b/c', 'added a/d']);
  });

  it('lists what was in a directory that is none any more, and the other way round', async () => {
    const [one, other] = [treeWith({ a: directory({ mode: 0o644 }), 'a/b': file('b') }), treeWith({ a: file('a') })];
    expect(await linesOf(one, other)).toEqual(['changed a: type', 'removed a/b']);
    expect(await linesOf(other, one)).toEqual(['changed a: type', 'added a/b']);
  });

  it('tells names that are one file from copies, and does not mind names that come or go', async () => {
    const linked = (...names: readonly string[]): Tree => {
      const node = file('x');
      return treeWith(Object.fromEntries(names.map((name) => [name, node])));
    };
    expect(await linesOf(linked('a', 'b'), treeWith({ a: file('x'), b: file('x') }))).toEqual(['changed a: hardlink', 'changed b: hardlink']);
    const halves = linked('a', 'b');
    halves.set('c', file('x'));
    halves.link('d', 'c');
    expect(await linesOf(linked('a', 'b', 'c', 'd'), halves)).toEqual(['a', 'b', 'c', 'd'].map((path) => `changed ${path}: hardlink`));
    expect(await linesOf(linked('a', 'b'), treeWith({ a: file('x'), b: file('x') }), { semantic: true })).toEqual([]);
    expect(await linesOf(linked('a', 'b', 'c'), linked('b', 'c'))).toEqual(['removed a']);
    expect(await linesOf(linked('b', 'c'), linked('a', 'b', 'c'))).toEqual(['added a']);
  });

  it('is a hard link of other names in a directory that both trees share, too', async () => {
    const before = treeWith({ 'one/a': file('x') });
    before.link('two/b', 'one/a');
    const after = before.fork();
    after.set('two/b', file('x'));
    expect(await linesOf(before, after)).toEqual(['changed one/a: hardlink', 'changed two/b: hardlink']);
    expect(await linesOf(before, before.fork())).toEqual([]);
  });

  it('is nothing of what is ignored, nor of what is below', async () => {
    const [before, after] = [
      treeWith({ 'log/x': file('1'), keep: file('1') }),
      treeWith({ 'log/x': file('2'), 'log/y': file('2'), keep: file('2') }),
    ];
    expect(await linesOf(before, after, { ignore: (path) => path === 'log' })).toEqual(['changed keep: content']);
  });

  it('is no time where times do not count', async () => {
    const after = treeWith({
      a: file('a', { mtime: { seconds: 9, nanoseconds: 0 } }),
      b: file('b', { mode: 0o600, mtime: { seconds: 9, nanoseconds: 0 } }),
    });
    const before = treeWith({ a: file('a'), b: file('b') });
    expect(await linesOf(before, after)).toEqual(['changed a: time', 'changed b: mode, time']);
    expect(await linesOf(before, after, { ignoreTime: true })).toEqual(['changed b: mode']);
    expect(await linesOf(before, after, { semantic: true })).toEqual(['changed b: mode']);
  });

  it('reads no content but of different files of one size', async () => {
    const bodies = ['same', 'same', 'longer', 'short'].map((text) => counted(new TextEncoder().encode(text)));
    const nodes = bodies.map(({ source }) => file(source));
    const shared = counted(new TextEncoder().encode('shared'));
    const common = file(shared.source);
    const before = treeWith({ a: nodes[0] as Node, b: nodes[2] as Node, c: common });
    const after = treeWith({ a: nodes[1] as Node, b: nodes[3] as Node, c: file(shared.source) });
    expect(await linesOf(before, after)).toEqual(['changed b: content, size']);
    expect([...bodies, shared].map(({ bytes }) => bytes)).toEqual([4, 4, 0, 0, 0]);
  });

  it('says the same of any two trees as a look at every path of both', async () => {
    const node = fc.oneof(
      fc.constantFrom('', 'x', 'yy').map((text) => file(text)),
      fc.constantFrom('x', 'y').map((target) => symlink(target)),
      fc.constant(directory()),
    );
    const tree = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'a/b', 'a/c', 'd/e/f', 'd/e'), node), { maxLength: 8 }).map((entries) => {
      const made = new Tree();
      for (const [path, value] of entries) made.set(path, value, { files: 'replace' });
      return made;
    });
    await fc.assert(
      fc.asyncProperty(tree, tree, async (before, after) => {
        const [lower, upper] = [before, after].map((each) => new Map([...each.walk()].map(({ path, node: found }) => [path, found])));
        const paths = new Set([...(lower as Map<string, Node>).keys(), ...(upper as Map<string, Node>).keys()]);
        const told = await gather(compareTrees(before, after));
        expect(
          told
            .filter(({ kind }) => kind !== 'changed')
            .map(({ path }) => path)
            .sort(),
        ).toEqual([...paths].filter((path) => !lower?.has(path) || !upper?.has(path)).sort());
        for (const { path, before: left, after: right } of told) expect([left, right]).toEqual([lower?.get(path), upper?.get(path)]);
        expect(await gather(compareTrees(before, before.fork()))).toEqual([]);
      }),
    );
  });
});

const image = await plainImage(LAYERS);
const app = { image, tags: ['app:1'] };
const layout = (packing: Packing): Members => {
  const builder = new LayoutBuilder();
  return builder.members(builder.named(builder.image(image, { packing }), 'app:1'));
};

/** The first image of an archive, with a count of what is read of it. */
async function opened(members: Members): Promise<{ image: Image; read(): number }> {
  const count = counted(await tarOf(members));
  const archive = imagesOf(await open(count.source));
  return { image: archive.images[0]?.image as Image, read: () => count.bytes };
}

async function comparison(before: Image, after: Image): Promise<object> {
  const { paths, config, history, common } = await compareImages(before, after);
  return { paths: await gather(paths), config, history, common: common.length };
}

const FORMS: readonly (readonly [string, Members])[] = [
  ['docker 1.9', legacy(app)],
  ['docker 1.10', classic(app)],
  ['skopeo', skopeo(app)],
  ['kaniko', kaniko(app)],
  ['docker 25', hybrid(app)],
  ['docker on containerd', containerdStore(app)],
  ['an OCI archive of plain layers', layout('none')],
  ['an OCI archive with gzip', layout('gzip')],
  ['an OCI archive with zstd', layout('zstd')],
];

describe('one image in two forms', () => {
  it.each(FORMS.slice(1))('does not differ as %s wrote it, and no layer of it is opened', async (_, members) => {
    const [before, after] = [await opened(classic(app)), await opened(members)];
    await before.image.tree();
    await after.image.layers();
    const read = [before.read(), after.read()];
    expect(await comparison(before.image, after.image)).toEqual({ paths: [], config: [], history: [], common: 3 });
    expect([before.read(), after.read()]).toEqual(read);
  });

  it('takes no content reads where it is opened twice', async () => {
    const body = 'x'.repeat(50_000);
    const big = classic({ image: await plainImage([[{ name: 'a', body }], [{ name: 'b', body }]]), tags: null });
    const [before, after] = [await opened(big), await opened(big)];
    expect(await comparison(before.image, after.image)).toEqual({ paths: [], config: [], history: [], common: 2 });
    expect(before.read()).toBeLessThan(60_000); // one look at headers, with what comes along
    expect(after.read()).toBeLessThan(60_000);
  });

  it('has no files that differ where no diffIDs are stated: they are read', async () => {
    const { paths } = await compareImages((await opened(legacy(app))).image, (await opened(classic(app))).image);
    expect(await gather(paths)).toEqual([]);
  });
});

describe('two images', () => {
  it('differ in their merged trees, wherever their layers lie', async () => {
    const [one, other] = [LAYERS[0] ?? [], LAYERS[2] ?? []];
    const before = await imageWith([one, other]);
    const swapped = await imageWith([other, one]);
    const { paths, common } = await compareImages(before, swapped);
    expect(await gather(paths)).toEqual([]);
    expect(common.map(({ before: left, after: right }) => [left, right])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('show the layer of each side that put a node there', async () => {
    const before = await imageWith([[{ name: 'a', body: '1' }]]);
    const after = await imageWith([[{ name: 'z', body: '' }], [{ name: 'a', body: '1' }], [{ name: 'a', body: '2' }]]);
    const found = await gather((await compareImages(before, after)).paths);
    expect(found.map(({ path, before: left, after: right }) => [path, left?.origin, right?.origin])).toEqual([
      ['a', 0, 2],
      ['z', undefined, 0],
    ]);
  });

  it('take from each other what both have, but not what only looks alike', async () => {
    const before = await opened(classic({ image: await plainImage([[{ name: 'a', body: 'one' }]]), tags: null }));
    const after = await opened(classic({ image: await plainImage([[{ name: 'a', body: 'two' }]]), tags: null }));
    const { paths, common } = await compareImages(before.image, after.image);
    expect([(await gather(paths)).map(({ what }) => what), common]).toEqual([[['content']], []]);
  });

  it('have no layers in common that state no diffID', () => {
    const layer = { diffId: undefined, position: 0 } as never;
    expect(commonLayers([layer], [layer])).toEqual([]);
  });

  it('differ in names, digests and media types only where that is asked', async () => {
    const [before, after] = await Promise.all([classic(app), layout('gzip')].map(async (members) => (await openMembers(members)).images[0]));
    if (!before || !after) throw new Error('there is no image');
    const fields = (await compareRaw(before, after)).map(({ field }) => field);
    expect(fields).toContain('layers.0.digest');
    expect(fields).toContain('manifest.digest');
    expect(fields).not.toContain('config.digest');
    expect(await compareRaw(after, after)).toEqual([]);
  });

  it('differ in what only Docker writes field by field', async () => {
    const written = async (members: object): Promise<CatalogImage> =>
      (await openMembers(classic({ image: await plainImage([], members), tags: null }))).images[0] as CatalogImage;
    const before = await written({
      container_config: { Env: ['A=1'], Image: '', Memory: 0 },
      config: { Healthcheck: { Test: ['CMD', 'a'], Retries: 3 } },
    });
    const after = await written({
      container_config: { Env: ['A=2'] },
      config: { Healthcheck: { Test: ['CMD', 'a'], Retries: 5 }, Shells: [{ a: 1 }] },
    });
    const found = (await compareRaw(before, after)).filter(({ field }) => !field.startsWith('manifest.') && field !== 'config.digest');
    expect(found).toEqual([
      { field: 'container_config.Env', before: ['A=1'], after: ['A=2'] },
      { field: 'config.Healthcheck.Retries', before: 3, after: 5 },
      { field: 'config.Shells.0.a', before: undefined, after: 1 },
    ]);
  });
});

const config = (members: object): ImageConfig =>
  parseConfig(encodeJson({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] }, ...members }));

describe('the difference of two configurations', () => {
  const fields = (before: object, after: object, options = {}): string[] =>
    compareConfigs(config(before), config(after), options).map(
      ({ field, name, before: left, after: right }) => `${[field, name].filter(Boolean).join(' ')}: ${left} → ${right}`,
    );

  it.each<[string, object, object, string[]]>([
    ['null, empty and absent are one', { config: { Cmd: null, Env: [], User: '', Labels: {}, Volumes: null } }, {}, []],
    ['an instruction', { config: { Cmd: ['a'] } }, { config: { Cmd: ['a', 'b'] } }, ['config.Cmd: a → a,b']],
    [
      'one variable',
      { config: { Env: ['A=1', 'B=2'] } },
      { config: { Env: ['A=1', 'B=3', 'C=4'] } },
      ['config.Env B: 2 → 3', 'config.Env C: undefined → 4'],
    ],
    ['an empty variable is one', { config: { Env: ['A='] } }, {}, ['config.Env A:  → undefined']],
    ['the order of variables', { config: { Env: ['A=1', 'B=2'] } }, { config: { Env: ['B=2', 'A=1'] } }, ['config.Env: A=1,B=2 → B=2,A=1']],
    ['labels', { config: { Labels: { a: '1' } } }, { config: { Labels: { a: '2' } } }, ['config.Labels a: 1 → 2']],
    ['ports', { config: { ExposedPorts: { '80/tcp': {} } } }, {}, ['config.ExposedPorts 80/tcp: true → undefined']],
    ['volumes', {}, { config: { Volumes: { '/data': {} } } }, ['config.Volumes /data: undefined → true']],
    ['platforms', {}, { variant: 'v8' }, ['variant: undefined → v8']],
    ['what only Docker writes', { docker_version: '24', config: { Healthcheck: { Test: ['CMD'] } } }, {}, []],
  ])('%s', (_, before, after, expected) => {
    expect(fields(before, after)).toEqual(expected);
  });

  it('is no time, author or order where only what a user notices counts', () => {
    const [before, after] = [
      { created: '2026-01-01T00:00:00Z', author: 'ada', config: { Env: ['A=1', 'B=2'] } },
      { created: '2026-01-02T00:00:00Z', author: 'grace', config: { Env: ['B=2', 'A=1'] } },
    ];
    expect(fields(before, after)).toHaveLength(3);
    expect(fields(before, after, { ignoreTime: true })).toHaveLength(2);
    expect(fields(before, after, { semantic: true })).toEqual([]);
  });
});

describe('the difference of two histories', () => {
  it('is told step by step', () => {
    const found = compareHistories(
      [{ created_by: 'A' }, { created_by: 'B', empty_layer: true }],
      [{ created_by: 'A' }, { created_by: 'X' }, { created_by: 'C' }],
    );
    expect(found.map(({ position, fields }) => [position, fields.map(({ field }) => field)])).toEqual([
      [1, ['created_by', 'empty_layer']],
      [2, []],
    ]);
  });

  it('is no time where times do not count', () => {
    const steps = (created: string): { created: string }[] => [{ created }];
    expect(compareHistories(steps('2026-01-01T00:00:00Z'), steps('2026-01-02T00:00:00Z'))).toHaveLength(1);
    expect(compareHistories(steps('2026-01-01T00:00:00Z'), steps('2026-01-02T00:00:00Z'), { ignoreTime: true })).toEqual([]);
  });
});

describe('the difference of two texts', () => {
  const between = async (before: Node, after: Node): Promise<string | undefined> => {
    const [difference] = await gather(compareTrees(treeWith({ x: before }), treeWith({ x: after })));
    return difference && textDifference(difference);
  };

  it('is a unified diff', async () => {
    expect(await between(file('a\nb\nc\n'), file('a\nB\nc\n'))).toBe('@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n');
  });

  it('says where a line has no end', async () => {
    expect(await between(file('a\n'), file('a'))).toContain('\\ No newline at end of file');
  });

  it.each<[string, Node, Node]>([
    ['no text', file(Uint8Array.of(0xff)), file(Uint8Array.of(0xfe))],
    ['a NUL', file('a\0'), file('b\0')],
    ['more than a person reads', file('a'.repeat(1024 * 1024 + 1)), file('b')],
    ['no change of content', file('a'), file('a', { mode: 0o600 })],
    ['another kind', file('a'), symlink('a')],
  ])('is none for %s', async (_, before, after) => {
    expect(await between(before, after)).toBeUndefined();
  });
});

describe('packing', () => {
  it('of the layers makes no difference to the paths even without diffIDs', async () => {
    const plain = await tarOf(LAYERS[0] ?? []);
    const [before, after] = [await (await open(plain)).tree(), await (await open(pack(plain, 'gzip'))).tree()];
    expect(await linesOf(before, after)).toEqual([]);
  });
});
