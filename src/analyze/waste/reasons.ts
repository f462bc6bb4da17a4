import type { TarIndex } from '../../tar/index.ts';
import { dirname } from '../../tree/index.ts';
import { removalOf } from '../removal.ts';
import type { LostName } from './names.ts';

/**
 * How a file came to be hidden.
 * - `overwritten`: a layer above has a file of this path.
 * - `stored-again`: the same, and the file above has the same content; mode, owner or time differ, or nothing does.
 * - `removed`: a layer above has a whiteout of this path.
 * - `removed-with-folder`: a folder above it was removed, emptied by an opaque whiteout, or replaced by something that is no folder.
 * - `type-changed`: a layer above has something of this path that is no file.
 * - `repeated`: the layer that stores it does not show it either. A later entry of the layer has its path, as a rule.
 */
export type HiddenClass = 'overwritten' | 'stored-again' | 'removed' | 'removed-with-folder' | 'type-changed' | 'repeated';

/** A class, and the folder that went where the file went with one. */
export interface Reason {
  readonly class: HiddenClass;
  readonly folder: string | undefined;
}

/** Tells by the entries of a layer why names are lost with it. */
export class Reasons {
  readonly #index: TarIndex;
  #removals: { readonly whiteouts: ReadonlySet<string>; readonly opaque: ReadonlySet<string> } | undefined;

  constructor(index: TarIndex) {
    this.#index = index;
  }

  of({ path, above, top }: LostName): Reason {
    if (above) return { class: above.type === 'file' ? 'overwritten' : 'type-changed', folder: undefined };
    this.#removals ??= removalsOf(this.#index);
    if (this.#removals.whiteouts.has(path)) return { class: 'removed', folder: undefined };
    const folder = this.#folderOf(path, top);
    return { class: folder === undefined ? 'removed' : 'removed-with-folder', folder };
  }

  /** The nearest folder above the path that an entry takes away or empties, or else the folder that something took the place of. */
  #folderOf(path: string, top: string): string | undefined {
    for (let folder = path; folder !== ''; ) {
      folder = dirname(folder);
      if (this.#removals?.whiteouts.has(folder) || this.#removals?.opaque.has(folder)) return folder;
    }
    return top === path ? undefined : top;
  }
}

function removalsOf(index: TarIndex): { whiteouts: Set<string>; opaque: Set<string> } {
  const found = { whiteouts: new Set<string>(), opaque: new Set<string>() };
  for (let entry = 0; entry < index.length; entry++) {
    const removal = removalOf(index.name(entry));
    if (removal?.kind === 'whiteout') found.whiteouts.add(removal.path);
    else if (removal) found.opaque.add(removal.path);
  }
  return found;
}
