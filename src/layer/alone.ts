import type { TarIndex } from '../tar/index.ts';
import { applyChangeset, type Change, cleanPath, Tree, tarChanges } from '../tree/index.ts';

/**
 * A layer alone as a tree: its whiteouts are files of the names they have. A hard link to a file of a lower layer is that file, looked up in `lower`.
 * @throws {PathError} as `applyChangeset`.
 */
export function layerTree(index: TarIndex, lower: Tree, origin?: unknown): Tree {
  return applyChangeset(new Tree(), { changes: { [Symbol.iterator]: () => resolved(index, lower, origin) }, origin });
}

function* resolved(index: TarIndex, lower: Tree, origin: unknown): Generator<Change, void, undefined> {
  const own = new Set<string>();
  for (let entry = 0; entry < index.length; entry++) own.add(cleanPath(index.name(entry), 'use the entry'));
  for (const change of tarChanges(index, { origin })) {
    const node = change.kind === 'link' && !own.has(change.target) ? lower.lookup(change.target) : undefined;
    yield node ? { kind: 'node', path: change.path, node } : change;
  }
}
