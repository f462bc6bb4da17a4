import { digestSource } from '../digest/index.ts';
import { mapPool } from '../stream/index.ts';
import { entryOf, type FileNode } from '../tree/index.ts';
import { groupBy } from './group.ts';

/** Layers that are read at once. */
const WIDTH = 4;

/**
 * The SHA-256 digests of files: those they carry, or made by reading. The files of a layer are read in the order of its entries, so that a compressed
 * one is unpacked once.
 */
export async function digestsOf(files: Iterable<FileNode>): Promise<ReadonlyMap<FileNode, string>> {
  const digests = new Map<FileNode, string>();
  const layers = [...groupBy(new Set(files), ({ origin }) => origin).values()];
  await mapPool(layers, WIDTH, async (layer) => {
    for (const node of layer.toSorted(byEntry)) digests.set(node, node.digest?.startsWith('sha256:') ? node.digest : await digestSource(node.body));
  });
  return digests;
}

function byEntry(a: FileNode, b: FileNode): number {
  return (entryOf(a) ?? 0) - (entryOf(b) ?? 0);
}
