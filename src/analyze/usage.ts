import type { Image, Layer } from '../image/index.ts';
import type { Node } from '../tree/index.ts';
import { removalOf } from './removal.ts';

/** What a layer brings, and what of it the finished image shows. Sizes are of file bodies, in bytes, unpacked. */
export interface LayerUsage {
  readonly layer: Layer;
  /** Entries that are neither directories nor whiteouts. */
  readonly files: number;
  readonly bytes: number;
  /** Bytes of files that are there when all layers are merged, each file once whatever its names. */
  readonly visible: number;
}

/**
 * How much of each layer is still seen in the end; the rest was overwritten or removed by layers above, or stands twice in its own layer.
 * @throws {ImageError} where a layer cannot be read.
 */
export async function layerUsage(image: Image): Promise<readonly LayerUsage[]> {
  const visible = visibleBytes((await image.tree()).walk());
  const layers = (await image.layers()).filter((layer) => layer.isFileSystem);
  return Promise.all(layers.map(async (layer) => ({ layer, ...(await contents(layer)), visible: visible.get(layer.position) ?? 0 })));
}

function visibleBytes(entries: Iterable<{ readonly node: Node }>): ReadonlyMap<unknown, number> {
  const sums = new Map<unknown, number>();
  const seen = new Set<Node>();
  for (const { node } of entries) {
    if (node.type !== 'file' || node.size === 0 || seen.has(node)) continue;
    seen.add(node);
    sums.set(node.origin, (sums.get(node.origin) ?? 0) + node.size);
  }
  return sums;
}

async function contents(layer: Layer): Promise<{ files: number; bytes: number }> {
  const index = await layer.index();
  let files = 0;
  let bytes = 0;
  for (let entry = 0; entry < index.length; entry++) {
    const type = index.type(entry);
    if (type === 'directory' || removalOf(index.name(entry))) continue;
    files++;
    if (type === 'file') bytes += index.size(entry);
  }
  return { files, bytes };
}
