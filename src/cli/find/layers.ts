import { type StoredNode, storedNodes } from '../../analyze/index.ts';
import type { Image } from '../../image/index.ts';
import type { WalkEntry } from '../../tree/index.ts';
import { paint } from '../format/paint.ts';
import { tableLines } from '../format/table.ts';
import { colourName } from '../listing.ts';
import { type Digests, type Row, rowOf } from '../rows.ts';

/** What the layers store and a test passes. */
export async function storedMatches(image: Image, path: string | undefined, isWanted: (entry: WalkEntry) => boolean): Promise<readonly StoredNode[]> {
  const found: StoredNode[] = [];
  for await (const stored of storedNodes(image, path)) if (isWanted(stored)) found.push(stored);
  return found;
}

/** The layer that stores each, whether the finished image shows it, and its path. */
export function storedLines(found: readonly StoredNode[]): Iterable<string> {
  return tableLines(
    found.map(({ layer, isVisible, path, node }) => [
      String(layer.position),
      isVisible ? 'visible' : paint('yellow', 'hidden'),
      colourName(node, path),
    ]),
    [0],
  );
}

/** The same as rows of `find --json`: `layer` is the one that stores it, also where that is a link to a file of a lower one. */
export function storedRows(found: readonly StoredNode[], digests?: Digests): readonly (Row & { readonly visible: boolean })[] {
  return found.map(({ layer, isVisible, path, node }) => ({
    ...rowOf(path, node, undefined, digests?.get(node)),
    layer: layer.position,
    visible: isVisible,
  }));
}
