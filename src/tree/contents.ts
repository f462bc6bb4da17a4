import { digestStream } from '../digest/index.ts';
import { mapPool } from '../stream/index.ts';
import { type SameContent, samePlace } from './compare.ts';
import type { FileNode } from './node.ts';
import { pairsOf } from './pairs.ts';
import type { Tree } from './tree.ts';

const WIDTH = 4;

/**
 * Reads what has to be read to compare these trees byte for byte: where two of them have different files of one size at one path, both bodies, each once.
 * Give the result to `diffTrees` or `mergeTrees`. Files that were not read are the same to it only where they are one.
 */
export async function digestContents(...trees: readonly Tree[]): Promise<SameContent> {
  const files = [...undecidedFiles(trees)];
  const digests = await mapPool(files, WIDTH, async (node) => node.digest ?? digestStream(node.body.stream()));
  const known = new Map(files.map((node, i) => [node, digests[i]]));
  return (a, b) => samePlace(a, b) || (known.has(a) && known.get(a) === known.get(b));
}

function undecidedFiles(trees: readonly Tree[]): ReadonlySet<FileNode> {
  const files = new Set<FileNode>();
  for (const [i, one] of trees.entries()) {
    for (const other of trees.slice(i + 1)) {
      for (const { below, above } of pairsOf(one.root, other.root)) {
        if (below?.type !== 'file' || above?.type !== 'file' || below.size !== above.size || samePlace(below, above)) continue;
        files.add(below).add(above);
      }
    }
  }
  return files;
}
