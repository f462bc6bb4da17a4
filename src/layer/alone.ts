import type { TarIndex } from '../tar/index.ts';
import { applyChangeset, type Change, type Changeset, Tree, tarChanges } from '../tree/index.ts';

/**
 * A layer alone as a tree: its whiteouts are files of the names they have. A hard link to a file of a lower layer is that file, looked up in `lower`.
 * @throws {PathError} as `applyChangeset`.
 */
export function layerTree(index: TarIndex, lower: Tree, origin?: unknown): Tree {
  return additionsOf({ changes: { [Symbol.iterator]: () => tarChanges(index, { origin }) }, origin }, lower);
}

/**
 * What a changeset adds, as a tree of its own: what it removes is left out. A hard link to a file that does not come with it is that file, looked up in
 * `lower`. @throws {PathError} as `applyChangeset`.
 */
export function additionsOf(changeset: Changeset, lower?: Tree): Tree {
  const { origin } = changeset;
  return applyChangeset(new Tree(), { changes: { [Symbol.iterator]: () => resolved(changeset, lower) }, origin });
}

function* resolved({ changes }: Changeset, lower: Tree | undefined): Generator<Change, void, undefined> {
  const own = new Set<string>();
  for (const { kind, path } of changes) if (kind === 'node' || kind === 'link') own.add(path);
  for (const change of changes) {
    const node = change.kind === 'link' && !own.has(change.target) ? lower?.lookup(change.target) : undefined;
    yield node ? { kind: 'node', path: change.path, node } : change;
  }
}
