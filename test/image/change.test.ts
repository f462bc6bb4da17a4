import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendLayer, assembleImage, Image, rebaseImage, squashLayers, storeLayer } from '../../src/image/index.ts';
import { writeLayer } from '../../src/layer/index.ts';
import { BASE_DIGEST, BASE_NAME, createManifest, DOCKER_CONFIG, DOCKER_LAYER, DOCKER_MANIFEST, diffIds } from '../../src/oci/index.ts';
import { MemoryStore } from '../../src/store/index.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import { diffTrees, Tree, treeDigest } from '../../src/tree/index.ts';
import { LAYERS } from '../support/image.ts';
import { BASE, ROWS } from '../support/merge-rows.ts';
import { failureOf, linesOf } from '../support/open.ts';
import { tarOf } from '../support/pack.ts';
import { faultsOf, holds, storedImage } from '../support/store.ts';
import { anyTree, edited, edits } from '../tree/arbitrary.ts';

const digestsOf = async (image: Image): Promise<string[]> => (await image.layers()).map(({ descriptor }) => descriptor.digest);
const stepsOf = async (image: Image): Promise<unknown[]> => (await image.history()).map(({ entry, layer }) => [entry?.created_by, layer]);
const fileAt = (name: string, body: string): EntryInit => ({ name, body });

describe('appendLayer', () => {
  it('adds a layer and a step, and leaves all others as they are', async () => {
    const image = await storedImage(LAYERS);
    const store = new MemoryStore();
    const appended = await appendLayer(image, await tarOf([fileAt('new', 'n')]), store, {
      createdBy: 'ADD new',
      comment: 'why',
      created: '2026-06-01T00:00:00Z',
    });
    expect((await digestsOf(appended)).slice(0, 3)).toEqual(await digestsOf(image));
    expect((await appended.layers())[3]?.history).toEqual({ created: '2026-06-01T00:00:00Z', created_by: 'ADD new', comment: 'why' });
    expect(await linesOf(await appended.tree())).toEqual([...(await linesOf(await image.tree())), 'new = n'].sort());
    expect(await store.exists((await image.layers())[0]?.descriptor ?? image.descriptor)).toBe(false);
    expect(await faultsOf(appended)).toEqual([]);
  });

  it('gives the same image for the same input, and reads no clock', async () => {
    const make = async (): Promise<string> =>
      (await appendLayer(await storedImage(LAYERS), await tarOf([fileAt('x', 'x')]), new MemoryStore())).descriptor.digest;
    expect(await make()).toBe(await make());
  });

  it('aligns its step where the history tells too little, too much or nothing', async () => {
    const append = async (history: readonly object[]): Promise<unknown[]> =>
      stepsOf(await appendLayer(await storedImage(LAYERS, { history }), await tarOf([]), new MemoryStore()));
    expect(await append([])).toEqual([
      [undefined, 0],
      [undefined, 1],
      [undefined, 2],
      [undefined, 3],
    ]);
    expect(await append([{ created_by: 'a' }])).toEqual([
      ['a', 0],
      [undefined, 1],
      [undefined, 2],
      ['lading append', 3],
    ]);
    expect(await append(['a', 'b', 'c', 'd'].map((created_by) => ({ created_by })))).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
      ['d', undefined],
      ['lading append', 3],
    ]);
  });

  it('gives an image without layers its first one', async () => {
    const appended = await appendLayer(await storedImage([]), await tarOf([fileAt('x', 'x')]), new MemoryStore());
    expect([await stepsOf(appended), await linesOf(await appended.tree())]).toEqual([[['lading append', 0]], ['x = x']]);
  });
});

describe('squashLayers', () => {
  it.each(ROWS)('keeps the merged tree: $name', async ({ upper }) => {
    const image = await storedImage([BASE, upper]);
    const squashed = await squashLayers(image, new MemoryStore());
    expect(await squashed.layers()).toHaveLength(1);
    expect(rowsOfMany(await squashed.tree())).toEqual(rowsOfMany(await image.tree()));
    expect(await treeDigest(await squashed.tree())).toBe(await treeDigest(await image.tree()));
  });

  const rowsOfMany = (tree: Tree): unknown[] => [...tree.walk()].map(({ path, node }) => [path, node.type, node.mode, tree.nlink(node)]);

  it('keeps the merged tree of any layers, whichever of them are squashed, and loses what they hid', async () => {
    await fc.assert(
      fc.asyncProperty(anyTree, edits, edits, fc.nat(2), fc.nat(2), async (first, second, third, a, b) => {
        const trees = [first, edited(first.fork(), second)];
        trees.push(edited((trees[1] as Tree).fork(), third));
        let image = await storedImage([], { compression: 'none' });
        for (const [i, tree] of trees.entries()) {
          const lower = trees[i - 1] ?? new Tree();
          image = await appendLayer(image, writeLayer(diffTrees(lower, tree), { lower }), new MemoryStore(), { compression: 'none' });
        }
        const squashed = await squashLayers(image, new MemoryStore(), { from: Math.min(a, b), to: Math.max(a, b), compression: 'none' });
        expect(await squashed.layers()).toHaveLength(3 - Math.abs(a - b));
        const below = new Tree((await image.tree()).root);
        expect(rowsOfMany(await squashed.tree())).toEqual(rowsOfMany(below));
        expect(await treeDigest(await squashed.tree())).toBe(await treeDigest(below));
      }),
      { numRuns: 60 },
    );
  });

  it('drops the bytes that layers hid from each other, and says so in the history', async () => {
    const image = await storedImage([[fileAt('keep', 'k'), fileAt('secret', 'hunter2')], [fileAt('.wh.secret', '')], [fileAt('top', 't')]]);
    expect(await holds(image, 'hunter2')).toBe(true);
    const squashed = await squashLayers(image, new MemoryStore(), { from: 0, to: 1 });
    expect(await holds(squashed, 'hunter2')).toBe(false);
    expect((await digestsOf(squashed))[1]).toBe((await digestsOf(image))[2]);
    expect(await stepsOf(squashed)).toEqual([
      ['RUN step 0', undefined],
      ['RUN step 1', undefined],
      ['lading squash 0..1', 0],
      ['RUN step 2', 1],
    ]);
    expect(await faultsOf(squashed)).toEqual([]);
  });

  it('writes what the layers in the middle remove from those below', async () => {
    const image = await storedImage([[fileAt('d/a', 'a'), fileAt('d/b', 'b')], [fileAt('d/.wh.a', '')], [fileAt('d/c', 'c')]]);
    const squashed = await squashLayers(image, new MemoryStore(), { from: 1 });
    expect([...((await (await squashed.layers())[1]?.index()) ?? [])].map(({ name }) => name)).toEqual(['d/', 'd/.wh.a', 'd/c']);
    expect(await linesOf(await squashed.tree())).toEqual(['d/', 'd/b = b', 'd/c = c']);
  });

  it('keeps what the layers say of the root, which extracting engines heed (C25)', async () => {
    const image = await storedImage([[{ name: './', mode: 0o711, uid: 3 }, fileAt('a', 'a')], [fileAt('b', 'b')]]);
    const [layer] = await (await squashLayers(image, new MemoryStore())).layers();
    expect((await layer?.index())?.header(0)).toMatchObject({ name: './', mode: 0o711, uid: 3 });
  });

  it('refuses layers that are not there', async () => {
    const image = await storedImage(LAYERS);
    for (const range of [{ from: 3 }, { to: 3 }, { from: 2, to: 1 }, { from: -1 }])
      await expect(squashLayers(image, new MemoryStore(), range)).rejects.toThrow(RangeError);
  });
});

describe('rebaseImage', () => {
  const baseLayers = (version: string): EntryInit[][] => [[fileAt('etc/version', version)], [fileAt('usr/lib', version)]];
  const steps = (...names: string[]): object[] => names.map((created_by) => ({ created_by }));
  const old = {
    config: { config: { Env: ['PATH=/bin', 'NODE=18'], Cmd: ['sh'], Labels: { base: 'old' }, User: 'node' } },
    history: steps('from 1', 'add 1'),
  };
  const next = {
    config: { config: { Env: ['PATH=/usr/bin', 'NODE=20', 'NEW=1'], Cmd: ['bash'], Labels: { base: 'new' }, User: 'app' } },
    history: steps('from 2', 'add 2'),
  };
  const app = {
    config: { config: { Env: ['PATH=/bin', 'NODE=18', 'APP=1'], Cmd: ['run'], Labels: { base: 'old', app: '1' }, User: 'node', Entrypoint: ['/e'] } },
    history: [...steps('from 1', 'add 1'), { created_by: 'ENV APP=1', empty_layer: true }, ...steps('COPY app')],
  };

  it('puts the image’s own layers on the new base, with a configuration and history that are true of it', async () => {
    const [oldBase, newBase] = [await storedImage(baseLayers('1'), old), await storedImage([...baseLayers('2'), [fileAt('more', 'm')]], next)];
    const image = await storedImage([...baseLayers('1'), [fileAt('app', 'a')]], app);
    const rebased = await rebaseImage(image, oldBase, newBase, new MemoryStore());
    expect(await digestsOf(rebased)).toEqual([...(await digestsOf(newBase)), (await digestsOf(image))[2]]);
    expect(await linesOf(await rebased.tree())).toEqual(['app = a', 'etc/', 'etc/version = 2', 'more = m', 'usr/', 'usr/lib = 2']);
    const { config } = await rebased.config();
    expect(config).toEqual({
      Env: ['PATH=/usr/bin', 'NODE=20', 'NEW=1', 'APP=1'],
      Cmd: ['run'],
      Labels: new Map([
        ['base', 'new'],
        ['app', '1'],
      ]),
      User: 'app',
      Entrypoint: ['/e'],
    });
    expect(await stepsOf(rebased)).toEqual([
      ['from 2', 0],
      ['add 2', 1],
      [undefined, 2],
      ['ENV APP=1', undefined],
      ['COPY app', 3],
    ]);
    expect(diffIds(await rebased.config())).toHaveLength(4);
    expect(await faultsOf(rebased)).toEqual([]);
  });

  it('a rebase onto the old base is the same image', async () => {
    const [base, image] = [await storedImage(baseLayers('1'), old), await storedImage([...baseLayers('1'), [fileAt('app', 'a')]], app)];
    const rebased = await rebaseImage(image, base, base, new MemoryStore());
    expect(rebased.descriptor.digest).toBe(image.descriptor.digest);
  });

  it('calls the layers of the new base as the manifest calls its own: engines refuse a mixture', async () => {
    const [base, image] = [await storedImage(baseLayers('1')), await storedImage(baseLayers('1'))];
    const docker = await dockerImage([fileAt('etc/version', '2')]);
    const types = async (rebased: Image): Promise<string[]> => (await rebased.layers()).map(({ descriptor }) => descriptor.mediaType);
    expect(await types(await rebaseImage(image, base, docker, new MemoryStore()))).toEqual(['application/vnd.oci.image.layer.v1.tar+gzip']);
    expect(await types(await rebaseImage(docker, docker, base, new MemoryStore()))).toEqual(
      Array(2).fill('application/vnd.docker.image.rootfs.diff.tar.gzip'),
    );
  });

  async function dockerImage(entries: readonly EntryInit[]): Promise<Image> {
    const store = new MemoryStore();
    const layer = await storeLayer(store, await tarOf(entries), { mediaType: DOCKER_LAYER });
    const config = { mediaType: DOCKER_CONFIG, digest: layer.diffId, size: 0 };
    const manifest = createManifest({ mediaType: DOCKER_MANIFEST, config, layers: [layer.descriptor] });
    return new Image(store, await assembleImage(store, { config: { architecture: 'amd64', os: 'linux' }, layers: [layer], manifest }));
  }

  it('names the new base where it is told its name', async () => {
    const [base, other, image] = [await storedImage(baseLayers('1')), await storedImage(baseLayers('2')), await storedImage(baseLayers('1'))];
    const { annotations } = await (await rebaseImage(image, base, other, new MemoryStore(), { baseName: 'docker.io/library/base:2' })).manifest();
    expect(annotations).toEqual(
      new Map([
        [BASE_DIGEST, other.descriptor.digest],
        [BASE_NAME, 'docker.io/library/base:2'],
      ]),
    );
  });

  it('refuses an image that does not stand on the old base, and another platform', async () => {
    const [base, image] = [await storedImage(baseLayers('1')), await storedImage(baseLayers('2'))];
    const arm = await storedImage(baseLayers('1'), { config: { architecture: 'arm64' } });
    const failing = async (old: Image, next: Image): Promise<[string, string]> => {
      const { code, message } = await failureOf(() => rebaseImage(image, old, next, new MemoryStore()));
      return [code, message];
    };
    expect(await failing(base, base)).toEqual(['IMAGE_BASE', expect.stringContaining('its layer 0 is another')]);
    expect(await failing(await storedImage([...baseLayers('2'), []]), base)).toEqual(['IMAGE_BASE', expect.stringContaining('it has 2 layers only')]);
    expect(await failing(image, arm)).toEqual(['IMAGE_BASE', expect.stringContaining('linux/amd64, the new base for linux/arm64')]);
  });
});

describe('a step of the history', () => {
  it('takes the time that the image was made, unless told another', async () => {
    const image = await appendLayer(await storedImage(LAYERS), await tarOf([]), new MemoryStore());
    expect((await image.config()).history.at(-1)?.created).toBe('2026-05-01T12:00:00Z');
  });
});
