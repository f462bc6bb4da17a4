import { dirname, type Node, splitPath, type Tree, type WalkEntry } from '../tree/index.ts';

/** Files, and their bytes. */
export interface Total {
  readonly files: number;
  readonly bytes: number;
}

/** The bytes of files below each directory, by its path. A file with several names counts at the first of them. */
export function directorySizes(tree: Tree, path: string): ReadonlyMap<string, number> {
  return new Map([...directoryTotals(tree.walk(path), path)].map(([at, { bytes }]) => [at, bytes]));
}

/** What of these entries, which are below `path`, each directory that they lie in has in all. The directories among them are there with nothing too. */
export function directoryTotals(entries: Iterable<WalkEntry>, path: string): ReadonlyMap<string, Total> {
  const top = splitPath(path).join('/');
  const totals = new Map<string, Total>([[top, NOTHING]]);
  const seen = new Set<Node>();
  for (const { path: at, node } of entries) {
    if (node.type === 'directory' && !totals.has(at)) totals.set(at, NOTHING);
    if (node.type !== 'file' || seen.has(node)) continue;
    seen.add(node);
    for (let above = dirname(at); ; above = dirname(above)) {
      const { files, bytes } = totals.get(above) ?? NOTHING;
      totals.set(above, { files: files + 1, bytes: bytes + node.size });
      if (above === top) break;
    }
  }
  return totals;
}

const NOTHING: Total = { files: 0, bytes: 0 };
