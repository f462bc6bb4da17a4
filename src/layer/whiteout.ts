import { PathError } from '../errors.ts';
import { basename, dirname, joinPath } from '../tree/index.ts';

/**
 * The one place that knows what names with `.wh.` mean (OCI image-spec, layer.md, "Whiteouts"). A name counts by how its last component begins and by nothing
 * else: `/usr/bin/which` and `a.wh.b` are names like any other, and so is an entry whose type is no file.
 */
const PREFIX = '.wh.';
const OPAQUE = '.wh..wh..opq';

// What AUFS kept at the root of a layer, which old Docker engines exported: its marker, its orphans and its store of hard links.
const AUFS: ReadonlySet<string> = new Set(['.wh..wh.aufs', '.wh..wh.orph', '.wh..wh.plnk']);

/**
 * What a path in a layer stands for.
 * - `ordinary`: itself.
 * - `whiteout`: lower layers have nothing at `path` any more, nor below it.
 * - `opaque`: lower layers have nothing in the directory `path` any more.
 * - `aufs`: a leftover of AUFS, or something below it. It is not part of the tree, but hard links of the same layer may lead to it.
 * - `invalid`: a whiteout of nothing, or one that would leave its directory (`.wh..`, `.wh...`).
 */
export type LayerName =
  | { readonly kind: 'ordinary' | 'aufs' | 'invalid' }
  | { readonly kind: 'whiteout'; readonly path: string }
  | { readonly kind: 'opaque'; readonly path: string };

const ORDINARY: LayerName = { kind: 'ordinary' };
const AUFS_NAME: LayerName = { kind: 'aufs' };
const INVALID: LayerName = { kind: 'invalid' };

/** Tells what a clean path in a layer stands for. */
export function classifyName(path: string): LayerName {
  // Nearly every path ends the question here, without a new string.
  if (!path.includes(PREFIX)) return ORDINARY;
  const slash = path.indexOf('/');
  if (AUFS.has(slash < 0 ? path : path.slice(0, slash))) return AUFS_NAME;
  const name = basename(path);
  if (!name.startsWith(PREFIX)) return ORDINARY;
  if (name === OPAQUE) return { kind: 'opaque', path: dirname(path) };
  const hidden = name.slice(PREFIX.length);
  if (hidden === '' || hidden === '.' || hidden === '..') return INVALID;
  return { kind: 'whiteout', path: joinPath(dirname(path), hidden) };
}

/**
 * The name of the entry that takes away what lower layers have at `path`.
 * @throws {PathError} `EINVAL` for the root, and for a name that itself begins with `.wh.`: no layer can say it.
 */
export function whiteoutName(path: string): string {
  const name = basename(path);
  if (name === '' || name.startsWith(PREFIX)) throw new PathError('EINVAL', 'remove', path, 'a layer cannot say so');
  return joinPath(dirname(path), PREFIX + name);
}

/** The name of the entry that takes away all that lower layers have in the directory `path`. */
export function opaqueName(path: string): string {
  return joinPath(path, OPAQUE);
}
