import { ImageError, PathError, quote } from '../errors.ts';
import { classifyName } from '../layer/index.ts';
import type { Source } from '../stream/index.ts';
import type { EntryInit, TarIndex } from '../tar/index.ts';
import { basename, childAt, cleanPath, directory, dirname, joinPath, symlink, Tree } from '../tree/index.ts';
import type { Layer } from './layer.ts';

/** A change of one path, in the layer that holds it. */
export type PathEdit =
  /** Takes the path away with all below it, in every layer, also where a later one hides it. */
  | { readonly op: 'remove'; readonly path: string }
  /** Gives a file other content; what lower layers have under its names is emptied. */
  | { readonly op: 'replace'; readonly path: string; readonly body: Source | Uint8Array | string }
  | { readonly op: 'chmod'; readonly path: string; readonly mode: number }
  /** The names of the owner and group are taken away, for readers of tar go by them. */
  | { readonly op: 'chown'; readonly path: string; readonly uid: number; readonly gid: number };

/** A layer with what is to become of its entries; those without a decision stay byte for byte. */
export interface LayerEdits {
  readonly layer: Layer;
  readonly index: TarIndex;
  /** The path of each entry, links of the layer itself followed. */
  readonly paths: readonly string[];
  readonly decisions: Map<number, false | EntryInit>;
}

export async function startEdits(layer: Layer): Promise<LayerEdits> {
  const index = await layer.index();
  return { layer, index, paths: realPaths(index), decisions: new Map() };
}

/** An entry below a link that came before it in the same layer is where the link leads. */
function realPaths(index: TarIndex): string[] {
  const links = new Tree();
  let hasLinks = false;
  return Array.from({ length: index.length }, (_, entry) => {
    const path = cleanPath(index.name(entry), 'use the entry');
    if (hasLinks) links.makeDirectory(dirname(path), { files: 'replace' });
    const real = hasLinks ? joinPath(links.realpath(dirname(path)), basename(path)) : path;
    const type = index.type(entry);
    if (type === 'symlink') {
      links.set(real, symlink(index.header(entry).linkname), { files: 'replace' });
      hasLinks = true;
    } else if (hasLinks && type === 'directory' && real !== '') links.set(real, directory());
    return real;
  });
}

const isWithin = (path: string, top: string): boolean => path === top || path.startsWith(`${top}/`);

/**
 * Leaves out all entries of these paths, and what removed them. Each path is given by all places that it may mean. Returns the places.
 * @throws {PathError} `ENOENT` where no layer has any of them. @throws {ImageError} `IMAGE_EDIT`
 */
export function removePaths(layers: readonly LayerEdits[], paths: readonly (readonly string[])[]): readonly string[] {
  for (const places of paths) {
    const [path = ''] = places;
    if (places.includes('')) throw new PathError('EINVAL', 'remove', path, 'it is the root');
    const found = places.flatMap((place) => layers.map((layer) => removeFrom(layer, place)));
    if (!found.includes(true)) throw new PathError('ENOENT', 'remove', path, 'no layer has it');
  }
  const removed = paths.flat();
  const isGone = (path: string): boolean => removed.some((top) => isWithin(path, top));
  for (const { index, paths: own } of layers) {
    for (const [entry, path] of own.entries()) {
      if (index.type(entry) === 'hardlink') assertLinkedAlike(path, cleanPath(index.header(entry).linkname, 'link to'), isGone);
    }
  }
  return removed;
}

/** Whether the layer had something there. */
function removeFrom({ paths, decisions }: LayerEdits, top: string): boolean {
  let found = false;
  for (const [entry, path] of paths.entries()) {
    const name = classifyName(path);
    const isMark = name.kind === 'whiteout' || name.kind === 'opaque';
    if (!isWithin(isMark ? name.path : path, top)) continue;
    decisions.set(entry, false);
    found ||= !isMark;
  }
  return found;
}

/** The other name of a hard link would keep the bytes, or lose them. */
function assertLinkedAlike(path: string, target: string, isGone: (path: string) => boolean): void {
  if (isGone(path) === isGone(target)) return;
  const [gone, left] = isGone(path) ? [path, target] : [target, path];
  throw new ImageError('IMAGE_EDIT', `Cannot remove ${quote(gone)}: ${quote(left)} is a hard link to the same bytes; remove that too`);
}

/**
 * A directory that is there only because of what lies in it, and that all of this is taken out of, gets an entry of its own. It stands where the topmost
 * entry was taken out.
 */
export function keepParents(layers: readonly LayerEdits[], removed: readonly string[], expected: Tree): void {
  for (const path of removed) {
    const parent = dirname(path);
    if (parent === '' || !childAt(expected.root, parent)?.implied) continue;
    for (const { paths, decisions } of layers.toReversed()) {
      const slot = paths.findIndex((at, entry) => decisions.get(entry) === false && isWithin(at, path));
      if (slot < 0) continue;
      decisions.set(slot, { name: `${parent}/`, mode: 0o755 });
      break;
    }
  }
}

interface Holder {
  readonly layer: LayerEdits;
  readonly entry: number;
}

/** The entry that says what is at a path: the last one in the highest layer, hard links followed. @throws {ImageError} `IMAGE_EDIT` */
function holderOf(layers: readonly LayerEdits[], path: string): Holder {
  let at = path;
  for (const layer of layers.toReversed()) {
    const seen = new Set<string>();
    for (let entry = layer.paths.lastIndexOf(at); entry >= 0 && !seen.has(at); entry = layer.paths.lastIndexOf(at)) {
      if (layer.index.type(entry) !== 'hardlink') return { layer, entry };
      seen.add(at);
      at = cleanPath(layer.index.header(entry).linkname, 'link to');
    }
  }
  throw new ImageError('IMAGE_EDIT', `Cannot change ${quote(path)}: no layer has an entry for it, it is there for what lies in it; append a layer`);
}

/** Changes the header of what is at a path. */
export function patchPath(layers: readonly LayerEdits[], path: string, patch: Partial<EntryInit>): void {
  const { layer, entry } = holderOf(layers, path);
  layer.decisions.set(entry, { ...initOf(layer, entry), ...patch });
}

/** Gives the file that has these names other content, and empties whatever else layers have under them. */
export function replaceBody(layers: readonly LayerEdits[], names: readonly string[], body: Source | Uint8Array | string): void {
  const holder = holderOf(layers, names[0] as string);
  const all = new Set(names);
  for (const layer of layers.toReversed()) {
    const { index, paths, decisions } = layer;
    for (const [entry, path] of paths.entries()) {
      if (all.has(path) && index.type(entry) === 'hardlink') all.add(cleanPath(index.header(entry).linkname, 'link to'));
    }
    for (const [entry, path] of paths.entries()) {
      if (!all.has(path) || index.type(entry) !== 'file') continue;
      const isHolder = layer === holder.layer && entry === holder.entry;
      const { size: _, sparse: __, body: ___, ...rest } = initOf(layer, entry);
      if (isHolder || index.size(entry) > 0) decisions.set(entry, { ...rest, body: isHolder ? body : '' });
    }
  }
}

function initOf({ index, decisions }: LayerEdits, entry: number): EntryInit {
  const decided = decisions.get(entry);
  if (decided) return decided;
  const header = index.header(entry);
  return header.type === 'file' ? { ...header, body: index.body(entry) } : header;
}
