import { compareText } from '../../bytes/index.ts';
import type { Image } from '../../image/index.ts';
import { namedFiles } from '../duplicates.ts';
import { layerUsage } from '../usage.ts';
import { hiddenFiles } from './hidden.ts';
import { hiddenItem, type UnweighedFile, visibleItems, type WastedFile } from './items.ts';
import { markStoredAgain } from './stored-again.ts';
import { type ClassTotals, classTotals, type LayerWaste, layerWaste, type WasteTotals, wasteTotals } from './totals.ts';

/** What an image wastes. Every byte of a layer is in one item at most. */
export interface Waste extends WasteTotals {
  /** How many layers, the lowest, were left out. */
  readonly base: number;
  /** Whether duplicates were looked for. */
  readonly duplicates: boolean;
  /** The layers that count: those above the base that are file systems. */
  readonly layers: readonly LayerWaste[];
  /** The classes there are, the one that wastes most first. */
  readonly classes: readonly ClassTotals[];
  /** The largest first, then by layer and path. */
  readonly items: readonly WastedFile[];
}

export interface WasteOptions {
  /** How many layers, counted from the lowest, are somebody else's: what they store is not counted. Default 0. */
  readonly base?: number;
  /** Whether to look for files of one content at different paths, which reads every file whose size another has too. Default false. */
  readonly duplicates?: boolean;
}

/**
 * What an image wastes: bytes that nobody can see, what building left behind and, if asked for, files that are there twice. A byte counts in the first class
 * that it belongs to: hidden, copied from a base that is left out, leftover, duplicate. Where no duplicates are looked for, bodies are read only of files
 * that are replaced by one of the same size.
 *
 * ```ts
 * const { efficiency, items } = await waste(await archive.image(), { base: 1 });
 * ```
 * @throws {ImageError} where a layer cannot be read. @throws {RangeError} where `base` is more than the layers there are.
 */
export async function waste(image: Image, { base = 0, duplicates = false }: WasteOptions = {}): Promise<Waste> {
  const count = (await image.layers()).length;
  if (!Number.isInteger(base) || base < 0 || base > count) throw new RangeError(`Cannot leave out ${base} layers: the image has ${count}`);
  const hidden = await markStoredAgain(await hiddenFiles(image));
  const visible = await visibleItems(namedFiles((await image.tree()).walk()), hidden, base, duplicates);
  const counted = [...hidden.map(hiddenItem), ...visible].filter(({ layer }) => layer >= base);
  const usage = (await layerUsage(image)).filter(({ layer }) => layer.position >= base);
  const tarSizes = new Map(await Promise.all(usage.map(async ({ layer }) => [layer.position, await layer.unpackedSize()] as const)));
  const sizes = new Map(usage.map(({ layer }) => [layer.position, layer.descriptor.size]));
  const items = counted.map((item) => weighed(item, (sizes.get(item.layer) ?? 0) / (tarSizes.get(item.layer) ?? 1))).sort(byWeight);
  const layers = usage.map((use) => layerWaste(use, tarSizes.get(use.layer.position) ?? 0, items));
  return { base, duplicates, ...wasteTotals(layers, items), layers, classes: classTotals(items), items };
}

function weighed(item: UnweighedFile, share: number): WastedFile {
  return { ...item, compressed: Math.round(item.size * share) };
}

function byWeight(a: WastedFile, b: WastedFile): number {
  return b.size - a.size || a.layer - b.layer || compareText(a.path, b.path);
}
