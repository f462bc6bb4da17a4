import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeWaste, layerUsage, sharedLayers, type Waste, type WasteOptions, waste } from '../../../src/analyze/index.ts';
import { type OpenOptions, open } from '../../../src/open.ts';
import type { EntryInit } from '../../../src/tar/index.ts';
import { plainImage } from '../../support/image.ts';
import { LayoutBuilder } from '../../support/layout.ts';
import { imagesOf, imageWith } from '../../support/open.ts';
import { type Packing, tarOf } from '../../support/pack.ts';
import { CASES, type Case, combined, file, gone, sizeIn } from './images.ts';

async function wasteOf(layers: Case['layers'], options?: WasteOptions, reading?: OpenOptions): Promise<Waste> {
  return waste(await imageWith(layers, reading), options);
}

const linesOf = ({ items }: Waste): string[] =>
  items.map(({ class: how, path, size, layer, hiddenBy = '-', folder, leftover, sameAs }) =>
    [how, path, size, layer, hiddenBy, folder ?? leftover ?? sameAs].filter((word) => word !== undefined).join(' '),
  );
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const bytesIn = (layers: Case['layers']): number => sum(layers.flat().map((entry) => (typeof entry.body === 'string' ? entry.body.length : 0)));

/** What holds for every image: the sums are those of the items, and what is hidden is what `layerUsage` says. */
function assertAgrees({ items, layers, classes, ...totals }: Waste): void {
  const hidden = items.filter(({ hiddenBy }) => hiddenBy !== undefined);
  expect(totals.wasted).toBe(sum(items.map(({ size }) => size)));
  expect(totals.hidden).toBe(sum(hidden.map(({ size }) => size)));
  expect(sum(classes.map(({ bytes }) => bytes))).toBe(totals.wasted);
  expect(sum(classes.map(({ files }) => files))).toBe(items.length);
  expect(sum(layers.map(({ wasted }) => wasted))).toBe(totals.wasted);
  expect(totals.hidden).toBe(sum(layers.map((layer) => layer.hidden)));
  expect(totals.stored).toBe(sum(layers.map(({ bytes }) => bytes)));
  for (const layer of layers) expect(layer.hidden).toBe(sum(hidden.filter((item) => item.layer === layer.position).map(({ size }) => size)));
}

describe('the waste of an image, to the byte', () => {
  it.each(Object.entries(CASES))('%s', async (_, { layers, items }) => {
    const found = await wasteOf(layers);
    expect(linesOf(found)).toEqual(items);
    expect(found).toMatchObject({ stored: bytesIn(layers), wasted: sum(items.map(sizeIn)), base: 0, duplicates: false });
    expect(found.efficiency).toBeCloseTo(found.stored === 0 ? 1 : 1 - sum(items.map(sizeIn)) / bytesIn(layers), 12);
    assertAgrees(found);
  });

  it('of all of them in one image is the sum', async () => {
    const { layers, items } = combined();
    const found = await wasteOf(layers);
    expect(linesOf(found)).toEqual(items);
    expect(found).toMatchObject({ stored: bytesIn(layers), wasted: sum(items.map(sizeIn)) });
    assertAgrees(found);
  });

  it.each<Packing>(['gzip', 'zstd'])('is the same where layers are compressed with %s, with a share of what is stored', async (packing) => {
    const { layers, items } = combined();
    const layout = new LayoutBuilder();
    const members = layout.members(layout.named(layout.image(await plainImage(layers), { packing }), 'x'));
    const image = await imagesOf(await open(await tarOf(members))).image();
    const found = await waste(image);
    expect(linesOf(found)).toEqual(items);
    assertAgrees(found);
    const stored = await image.layers();
    expect(found.size).toBe(sum(stored.map(({ descriptor }) => descriptor.size)));
    for (const item of found.items) {
      const layer = stored[item.layer];
      expect(item.compressed).toBe(Math.round((item.size * (layer?.descriptor.size ?? 0)) / ((await layer?.unpackedSize()) ?? 1)));
    }
  });

  it('knows the instruction of each layer', async () => {
    const { layers } = await wasteOf([[file('a', 9)], [file('a', 8)]]);
    expect(layers.map(({ position, createdBy, bytes, hidden, wasted }) => [position, createdBy, bytes, hidden, wasted])).toEqual([
      [0, 'RUN step 0', 9, 9, 9],
      [1, 'RUN step 1', 8, 0, 0],
    ]);
  });

  it('is none of an image without layers, which is whole', async () => {
    expect(await wasteOf([])).toMatchObject({ stored: 0, wasted: 0, efficiency: 1, items: [], classes: [] });
  });

  it('agrees under sequential semantics, where a whiteout takes what its own layer brought', async () => {
    const found = await wasteOf([[file('a', 50)], [file('b', 60), gone('.wh.b'), gone('.wh.a')]], {}, { semantics: 'sequential' });
    expect(linesOf(found)).toEqual(['repeated b 60 1 1', 'removed a 50 0 1']);
    assertAgrees(found);
  });

  it('agrees with layerUsage whatever layers do', async () => {
    const names = fc.constantFrom('a', 'b', 'd/a', 'd/b', 'd/e/a', '.wh.a', '.wh.d', 'd/.wh.a', 'd/.wh.e', 'd/.wh..wh..opq', 'd');
    const entry = fc.record({ name: names, body: fc.constantFrom('', 'x', 'yy', 'zz', 'xxx') });
    const odd = fc.constantFrom<EntryInit>(
      { name: 'l', type: 'symlink', linkname: 'd' },
      { name: 'd', type: 'symlink', linkname: 'a' },
      { name: 'd/' },
    );
    const layer = fc.array(fc.oneof({ weight: 8, arbitrary: entry }, odd), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(layer, { maxLength: 4 }), fc.constantFrom('overlay', 'sequential'), async (layers, semantics) => {
        const image = await imageWith(layers, { semantics });
        assertAgrees(await waste(image, { duplicates: true }));
        const usage = await layerUsage(image);
        expect((await waste(image)).hidden).toBe(sum(usage.map(({ bytes, visible }) => bytes - visible)));
      }),
      { numRuns: 60 },
    );
  });
});

describe('duplicates', () => {
  const layers = [
    [file('usr/a', 500), file('usr/b', 400, 'b'), { name: 'usr/hard', type: 'hardlink', linkname: 'usr/a' } as const],
    [file('opt/a', 500), file('opt/c', 500, 'c'), file('tmp/a', 500)],
  ];

  it('are files of the same content, hard links and leftovers aside, each after the first', async () => {
    const found = await wasteOf(layers, { duplicates: true });
    expect(linesOf(found)).toEqual(['duplicate opt/a 500 1 - usr/a', 'leftover tmp/a 500 1 - temporary']);
    assertAgrees(found);
  });

  it('are not looked for unless asked', async () => {
    expect(linesOf(await wasteOf(layers))).toEqual(['leftover tmp/a 500 1 - temporary']);
  });

  it('in a compressed layer take one more pass over it', async () => {
    const many = Array.from({ length: 30 }, (_, i) => file(`f${i}`, 600, i % 2 ? 'a' : 'b'));
    const layout = new LayoutBuilder();
    const members = layout.members(layout.named(layout.image(await plainImage([many]), { packing: 'gzip' }), 'x'));
    const found = await waste(await imagesOf(await open(await tarOf(members), { memory: 0 })).image(), { duplicates: true });
    expect(found.wasted).toBe(28 * 600);
  });
});

describe('layers of a base', () => {
  const base = [file('a', 700), file('b', 800), file('tmp/x', 5)];

  it('are left out with all that they store', async () => {
    const found = await wasteOf([base, [gone('.wh.a'), file('c', 10)], [gone('.wh.c')]], { base: 1 });
    expect(linesOf(found)).toEqual(['removed c 10 1 2']);
    expect(found).toMatchObject({ stored: 10, wasted: 10, efficiency: 0, base: 1 });
  });

  it('leave the blame to the layer that stores again what they have, once for each copy', async () => {
    const again = (mode: number): EntryInit => file('b', 800, 'x', { mode });
    const found = await wasteOf([base, [again(0o700)], [again(0o755)], [file('new', 3)]], { base: 1 });
    expect(linesOf(found)).toEqual(['stored-again b 800 1 2', 'stored-again b 800 2 -']);
    expect(found).toMatchObject({ stored: 1603, wasted: 1600 });
    assertAgrees(found);
  });

  it('hide nothing of what is copied from them and seen', async () => {
    const found = await wasteOf([base, [file('b', 800, 'x', { mode: 0o700 })]], { base: 1 });
    expect(found).toMatchObject({ wasted: 800, hidden: 0, efficiency: 0, layers: [{ position: 1, bytes: 800, hidden: 0, wasted: 800 }] });
    expect(judgeWaste(found, [{ rule: 'highestWastedBytes', bytes: 1 }])).toMatchObject([{ passed: true, message: '0 bytes are hidden' }]);
    assertAgrees(found);
  });

  it('can be all there are, and no more', async () => {
    expect(await wasteOf([base], { base: 1 })).toMatchObject({ stored: 0, wasted: 0, efficiency: 1 });
    for (const wrong of [2, -1, 0.5, Number.NaN]) await expect(wasteOf([base], { base: wrong })).rejects.toThrow(RangeError);
  });

  it('are found by their diffIDs', async () => {
    const [one, other, third] = [await imageWith([base, [file('n', 1)]]), await imageWith([base]), await imageWith([[file('n', 1)]])];
    expect([await sharedLayers(one, other), await sharedLayers(other, one), await sharedLayers(one, third)]).toEqual([1, 1, 0]);
  });
});
