import type { NamedFile } from '../duplicates.ts';
import type { HiddenFile } from './hidden.ts';
import type { HiddenClass } from './reasons.ts';
import { copiesOfBase } from './stored-again.ts';
import { duplicatesOf, leftoversOf, type NeedlessFile, type VisibleClass } from './visible.ts';

export type WasteClass = HiddenClass | VisibleClass;

/** Bytes of one file that an image stores and need not. */
export interface WastedFile {
  readonly class: WasteClass;
  /** The name that it had last, or has; of several the first. */
  readonly path: string;
  /** Bytes of its body, unpacked. */
  readonly size: number;
  /** Its share of the layer as it is stored: `size` × the layer's size ÷ the size of its tar, rounded. What compresses well takes less in truth. */
  readonly compressed: number;
  /** The layer that stores it. `Waste.layers` has the instruction. */
  readonly layer: number;
  /** The layer that hides it; `undefined` for what everybody sees: leftovers, duplicates, and copies of what a base that is left out has. */
  readonly hiddenBy: number | undefined;
  /** Of class `removed-with-folder`: the folder. */
  readonly folder: string | undefined;
  /** Of class `leftover`: what left it behind. */
  readonly leftover: string | undefined;
  /** Of class `duplicate`: the file of the same content that is kept. */
  readonly sameAs: string | undefined;
}

/** An item whose share of its layer is not known yet. */
export type UnweighedFile = Omit<WastedFile, 'compressed'>;

const NOTHING_MORE = { hiddenBy: undefined, folder: undefined, leftover: undefined, sameAs: undefined } as const;

/** A hidden file as an item. */
export function hiddenItem({ class: how, path, size, layer, hiddenBy, folder }: HiddenFile): UnweighedFile {
  return { ...NOTHING_MORE, class: how, path, size, layer, hiddenBy, folder };
}

/**
 * The items among the files that everybody sees, each in the first class that it belongs to: copies of what the base has already, leftovers, and, if wanted,
 * duplicates.
 */
export async function visibleItems(
  files: readonly NamedFile[],
  hidden: readonly HiddenFile[],
  base: number,
  duplicates: boolean,
): Promise<readonly UnweighedFile[]> {
  const copies = copiesOfBase(hidden, base);
  const left = leftoversOf(files.filter(({ node }) => !copies.has(node)));
  const claimed = new Set([...copies, ...left.map(({ file }) => file.node)]);
  const rest = duplicates ? await duplicatesOf(files.filter(({ node }) => !claimed.has(node))) : [];
  return [...files.filter(({ node }) => copies.has(node)).map(copyItem), ...[...left, ...rest].map(needlessItem)];
}

function copyItem(file: NamedFile): UnweighedFile {
  return { ...NOTHING_MORE, class: 'stored-again', ...placeOf(file) };
}

function needlessItem({ class: how, file, leftover, sameAs }: NeedlessFile): UnweighedFile {
  return { ...NOTHING_MORE, class: how, ...placeOf(file), leftover, sameAs };
}

function placeOf({ node, paths }: NamedFile): Pick<WastedFile, 'path' | 'size' | 'layer'> {
  return { path: paths[0] as string, size: node.size, layer: node.origin as number };
}
