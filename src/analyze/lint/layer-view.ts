import type { Layer } from '../../image/index.ts';
import { classifyName, type LayerName } from '../../layer/index.ts';
import type { EntryType, TarIndex } from '../../tar/index.ts';
import { childAt, cleanPath, dirname, joinPath, type Node, splitPath, type Tree } from '../../tree/index.ts';

/** An entry of a layer, and what its name stands for. */
export interface LayerEntry {
  readonly entry: number;
  readonly path: string;
  readonly type: EntryType;
  readonly name: LayerName;
}

/** What stands in the way of a path: the first of the directories on it that is none. */
export interface Obstacle {
  readonly kind: 'lower-link' | 'own-link' | 'file';
  readonly path: string;
}

/** A layer as it is checked: its entries, and the tree below it, where that can be made. */
export class LayerView {
  readonly layer: Layer;
  readonly index: TarIndex;
  readonly entries: readonly LayerEntry[];
  /** Names that leave the root, or cannot be names; they are in `entries` no more. */
  readonly outside: readonly string[];
  readonly #lower: Tree | undefined;
  readonly #own: Map<string, LayerEntry[]> = new Map();
  /** Of each directory, the number of the first entry below it. */
  readonly #first: Map<string, number> = new Map();

  constructor(layer: Layer, index: TarIndex, lower: Tree | undefined) {
    this.layer = layer;
    this.index = index;
    this.#lower = lower;
    const entries: LayerEntry[] = [];
    const outside: string[] = [];
    for (let entry = 0; entry < index.length; entry++) {
      const path = cleaned(index.name(entry));
      if (path === undefined) outside.push(index.name(entry));
      else entries.push({ entry, path, type: index.type(entry), name: classifyName(path) });
    }
    this.entries = entries;
    this.outside = outside;
    for (const entry of entries) this.#place(entry);
  }

  /** Whether the tree below is known. */
  get hasLower(): boolean {
    return this.#lower !== undefined;
  }

  /** What lower layers have at a path, no link followed. */
  below(path: string): Node | undefined {
    return this.#lower && childAt(this.#lower.root, path);
  }

  /** The entries of the layer with this path, whiteouts too, in order. */
  at(path: string): readonly LayerEntry[] {
    return this.#own.get(path) ?? [];
  }

  /** The number of the first entry below the path that brings something; `undefined` where there is none. */
  firstBelow(path: string): number | undefined {
    return this.#first.get(path);
  }

  /** What of the layer is at the path before this entry comes: the last of its entries that does, by halving, for a layer may name one path a million times. */
  before(path: string, { entry }: LayerEntry): LayerEntry | undefined {
    const own = this.at(path);
    let [from, to] = [0, own.length];
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      if ((own[middle] as LayerEntry).entry < entry) from = middle + 1;
      else to = middle;
    }
    return own[from - 1];
  }

  /** What stands in the way of a directory, before this entry comes. */
  obstacle(directory: string, entry: LayerEntry): Obstacle | undefined {
    let path = '';
    for (const name of splitPath(directory)) {
      path = joinPath(path, name);
      const own = this.before(path, entry);
      const type = own?.type ?? this.below(path)?.type;
      if (type === undefined || type === 'directory') continue;
      if (type === 'symlink') return { kind: own ? 'own-link' : 'lower-link', path };
      return { kind: 'file', path };
    }
    return undefined;
  }

  #place(entry: LayerEntry): void {
    const known = this.#own.get(entry.path);
    if (known) known.push(entry);
    else this.#own.set(entry.path, [entry]);
    if (entry.name.kind !== 'ordinary') return;
    for (let path = dirname(entry.path); path !== '' && !this.#first.has(path); path = dirname(path)) this.#first.set(path, entry.entry);
  }
}

/** A name as a clean path; `undefined` where it is none. */
export function cleaned(name: string): string | undefined {
  try {
    return cleanPath(name);
  } catch {
    return undefined;
  }
}
