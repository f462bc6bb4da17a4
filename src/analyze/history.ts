import type { Image, Layer } from '../image/index.ts';
import { classifyName } from '../layer/index.ts';
import { cleanPath } from '../tree/index.ts';

/** What one layer did to a path. */
export interface PathChange {
  readonly layer: Layer;
  /** `hidden`: a directory above the path was removed, made opaque, or replaced. */
  readonly change: 'added' | 'changed' | 'removed' | 'hidden';
}

/**
 * Every layer that touched a path, lowest first. The last one decides whether the path is there.
 * @throws {PathError} `PATH_ESCAPES` @throws {ImageError} where a layer cannot be read.
 */
export async function history(image: Image, path: string): Promise<readonly PathChange[]> {
  const wanted = cleanPath(path, 'tell the history of');
  const changes: PathChange[] = [];
  let there = false;
  await image.tree(); // reads the layers at once that are read one by one below
  for (const layer of await image.layers()) {
    if (!layer.isFileSystem) continue;
    const touched = await touches(layer, wanted);
    const now = (await image.tree(layer.position)).lookup(wanted) !== undefined;
    const change = changeOf(there, now, touched);
    if (change) changes.push({ layer, change });
    there = now;
  }
  return changes;
}

function changeOf(before: boolean, after: boolean, touched: 'entry' | 'whiteout' | undefined): PathChange['change'] | undefined {
  if (after && before) return touched === 'entry' ? 'changed' : undefined;
  if (after) return 'added';
  return before ? (touched === 'whiteout' ? 'removed' : 'hidden') : undefined;
}

/** Whether the layer has an entry for the path, or a whiteout of it. */
async function touches(layer: Layer, wanted: string): Promise<'entry' | 'whiteout' | undefined> {
  const index = await layer.index();
  let found: 'entry' | 'whiteout' | undefined;
  for (let entry = 0; entry < index.length; entry++) {
    const path = cleanPath(index.name(entry), 'use the entry');
    if (path === wanted) return 'entry';
    const name = classifyName(path);
    if (name.kind === 'whiteout' && name.path === wanted) found = 'whiteout';
  }
  return found;
}
