import { LimitError } from '../errors.ts';
import type { ByteStream, Source } from '../stream/index.ts';
import { copyTar, type EntryInit, type TarIndex } from '../tar/index.ts';
import { MAX_DEPTH, splitPath } from '../tree/index.ts';
import type { PathTest } from './glob.ts';

/**
 * A tar without what is excluded, all else byte for byte. No hard link is left without its file: where the name that brought the body goes, the
 * first link to it that stays becomes the file, and later ones become links to that.
 */
export function excludeFromTar(index: TarIndex, archive: Source, isExcluded: PathTest): ByteStream {
  const edits = editsOf(index, orBelow(isExcluded));
  return copyTar(index, archive, (entry) => edits.get(entry) ?? true);
}

/** What becomes of each entry that does not stay as it is. */
function editsOf(index: TarIndex, isExcluded: PathTest): ReadonlyMap<number, false | EntryInit> {
  const edits = new Map<number, false | EntryInit>();
  const links = new LinkBodies(index);
  const heirs = new Map<number, string>();
  for (let entry = 0; entry < index.length; entry++) {
    const body = links.bodyOf(entry);
    if (isExcluded(pathOf(index.name(entry)))) edits.set(entry, false);
    else if (body !== undefined && isExcluded(pathOf(index.header(entry).linkname))) edits.set(entry, relink(index, entry, body, isExcluded, heirs));
  }
  return edits;
}

/** A link whose target goes: a link to another name of the same file, or that file itself. */
function relink(index: TarIndex, entry: number, body: number, isExcluded: PathTest, heirs: Map<number, string>): EntryInit {
  const link = index.header(entry);
  const file = index.header(body);
  const name = isExcluded(pathOf(file.name)) ? heirs.get(body) : file.name;
  if (name !== undefined) return { ...link, linkname: name };
  heirs.set(body, link.name);
  return { ...file, name: link.name, body: index.body(body) };
}

/** Which entry brings the body of a hard link: the last before it that has the name it links to, or else the first after it. Asked in order. */
class LinkBodies {
  readonly #index: TarIndex;
  readonly #seen: Map<string, number> = new Map();
  readonly #first: Map<string, number> = new Map();

  constructor(index: TarIndex) {
    this.#index = index;
    for (let entry = index.length - 1; entry >= 0; entry--) {
      if (index.type(entry) !== 'hardlink') this.#first.set(pathOf(index.name(entry)), entry);
    }
  }

  /** `undefined` for what is no hard link, and for one whose target is nowhere. */
  bodyOf(entry: number): number | undefined {
    const path = pathOf(this.#index.name(entry));
    if (this.#index.type(entry) !== 'hardlink') {
      this.#seen.set(path, entry);
      return undefined;
    }
    const target = pathOf(this.#index.header(entry).linkname);
    const body = this.#seen.get(target) ?? this.#first.get(target);
    if (body !== undefined) this.#seen.set(path, body);
    return body;
  }
}

/** The name of an entry as a path, without a look at where `..` leads: this is compared, not followed. */
function pathOf(name: string): string {
  return splitPath(name).join('/');
}

/** Whether a path, or a directory on the way to it, matches. */
function orBelow(test: PathTest): PathTest {
  return (path) => {
    const names = path.split('/');
    if (names.length > MAX_DEPTH)
      throw new LimitError(
        'LIMIT_DEPTH',
        `Cannot exclude: a path is ${names.length} names deep, over the limit of ${MAX_DEPTH}`,
        MAX_DEPTH,
        names.length,
      );
    return names.some((_, i) => test(names.slice(0, i + 1).join('/')));
  };
}
