import { PathError } from '../errors.ts';
import type { TarIndex } from '../tar/index.ts';
import { type Change, type Changeset, type Node, type Semantics, tarChanges } from '../tree/index.ts';
import { classifyName } from './whiteout.ts';

/**
 * What the entries of a layer do to the tree below it. `origin` is given to its nodes. The changes are read from the index each time they are gone
 * through; nothing of the layer is copied. An entry for the root changes the root only under `sequential`: overlay engines ignore it, and the
 * specification leaves it open.
 */
export function layerChangeset(index: TarIndex, origin?: unknown, semantics: Semantics = 'overlay'): Changeset {
  return { changes: { [Symbol.iterator]: () => changesOf(index, origin, semantics) }, origin };
}

function* changesOf(index: TarIndex, origin: unknown, semantics: Semantics): Generator<Change, void, undefined> {
  const stored = aufsLinks(index, origin);
  const hidden = stargzNames(index);
  for (const change of tarChanges(index, { origin })) {
    if (change.path === '' && semantics === 'overlay') continue;
    const name = classifyName(change.path);
    if (name.kind === 'whiteout' || name.kind === 'opaque') yield { kind: name.kind, path: name.path };
    else if (name.kind === 'invalid')
      throw new PathError('EINVAL', 'use the whiteout', change.path, 'it names nothing that it could remove; engines refuse such a layer');
    else if (name.kind === 'ordinary' && !hidden.has(change.path)) yield joined(change, stored);
  }
}

/** AUFS kept the bodies of hard links in a folder of its own: what links there becomes the file itself, one node for all its names. */
function joined(change: Change, stored: ReadonlyMap<string, Node>): Change {
  const node = change.kind === 'link' ? stored.get(change.target) : undefined;
  return node ? { kind: 'node', path: change.path, node } : change;
}

const NOTHING: ReadonlyMap<string, Node> = new Map();

function aufsLinks(index: TarIndex, origin: unknown): ReadonlyMap<string, Node> {
  if (!hasName(index, (name) => name.includes('.wh..wh.plnk/'))) return NOTHING;
  const nodes = new Map<string, Node>();
  for (const change of tarChanges(index, { origin })) {
    if (change.kind === 'node' && classifyName(change.path).kind === 'aufs') nodes.set(change.path, change.node);
  }
  return nodes;
}

function hasName(index: TarIndex, test: (name: string) => boolean): boolean {
  for (let entry = 0; entry < index.length; entry++) {
    if (test(index.name(entry))) return true;
  }
  return false;
}

const STARGZ_TOC = 'stargz.index.json';
const STARGZ: ReadonlySet<string> = new Set([STARGZ_TOC, '.prefetch.landmark', '.no.prefetch.landmark']);
const NO_NAMES: ReadonlySet<string> = new Set();

/** What eStargz adds to a layer for its own use, and engines do not show. Its table of contents is the last entry (estargz.md, "TOC"). */
export function stargzNames(index: TarIndex): ReadonlySet<string> {
  return index.length > 0 && index.name(index.length - 1) === STARGZ_TOC ? STARGZ : NO_NAMES;
}
