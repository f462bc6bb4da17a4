import { groupBy } from '../group.ts';
import type { LayerUsage } from '../usage.ts';
import type { WasteClass, WastedFile } from './items.ts';

/** A layer, and what of it is wasted. Sizes but `size` and `compressed` are unpacked. */
export interface LayerWaste {
  readonly position: number;
  readonly digest: string;
  /** The instruction that made it, where the history tells. */
  readonly createdBy: string | undefined;
  /** Bytes as it is stored. */
  readonly size: number;
  /** Bytes of its tar. */
  readonly unpackedSize: number;
  /** Bytes of the files that it stores. */
  readonly bytes: number;
  /** Bytes of those files that no one sees in the finished image, as `layerUsage` tells. */
  readonly hidden: number;
  /** Bytes of its items. */
  readonly wasted: number;
  /** The share that its items have of `size`. */
  readonly compressed: number;
}

/** What the items of one class come to. */
export interface ClassTotals {
  readonly class: WasteClass;
  readonly files: number;
  readonly bytes: number;
  readonly compressed: number;
}

/** What all items come to, and of how much. Layers that are left out have no part in it. */
export interface WasteTotals {
  /** Bytes of all files that the layers store. */
  readonly stored: number;
  /** Bytes of the layers as they are stored. */
  readonly size: number;
  /** Bytes of the items that some layer hides: nobody sees them in the finished image. */
  readonly hidden: number;
  /** Bytes of all items. */
  readonly wasted: number;
  /** The share that all items have of `size`. */
  readonly compressed: number;
  /** 1 − `wasted` ÷ `stored`; 1 where nothing is stored. */
  readonly efficiency: number;
}

export function layerWaste({ layer, bytes, visible }: LayerUsage, unpackedSize: number, items: readonly WastedFile[]): LayerWaste {
  const { position, descriptor, history } = layer;
  const own = items.filter((item) => item.layer === position);
  return {
    position,
    digest: descriptor.digest,
    createdBy: history?.created_by,
    size: descriptor.size,
    unpackedSize,
    bytes,
    hidden: bytes - visible,
    wasted: sum(own, 'size'),
    compressed: sum(own, 'compressed'),
  };
}

/** The classes there are, the one that wastes most first. */
export function classTotals(items: readonly WastedFile[]): readonly ClassTotals[] {
  const totals = [...groupBy(items, (item) => item.class)].map(
    ([name, own]): ClassTotals => ({ class: name, files: own.length, bytes: sum(own, 'size'), compressed: sum(own, 'compressed') }),
  );
  return totals.sort((a, b) => b.bytes - a.bytes);
}

export function wasteTotals(layers: readonly LayerWaste[], items: readonly WastedFile[]): WasteTotals {
  const stored = sum(layers, 'bytes');
  const wasted = sum(items, 'size');
  const hidden = sum(
    items.filter(({ hiddenBy }) => hiddenBy !== undefined),
    'size',
  );
  const efficiency = stored === 0 ? 1 : 1 - wasted / stored;
  return { stored, size: sum(layers, 'size'), hidden, wasted, compressed: sum(items, 'compressed'), efficiency };
}

function sum<K extends string>(items: readonly Readonly<Record<K, number>>[], key: K): number {
  return items.reduce((total, item) => total + item[key], 0);
}
