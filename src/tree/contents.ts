import { type Digest, digestSource } from '../digest/index.ts';
import { mapPool } from '../stream/index.ts';
import { knownSame, type SameContent } from './compare.ts';
import type { FileNode, Node } from './node.ts';
import { pairsOf } from './pairs.ts';
import type { Tree } from './tree.ts';

const WIDTH = 4;

/**
 * Reads what has to be read to compare these trees byte for byte: where two of them have different files of one size at one path, both bodies, each once,
 * unless they carry digests. Give the result to `diffTrees` or `mergeTrees`; of files that were not read it knows what `knownSame` knows.
 */
export async function digestContents(...trees: readonly Tree[]): Promise<SameContent> {
  const digests = await digestFiles(undecidedFiles(trees));
  return (a, b) => knownSame(a, b) || (digests.has(a) && digests.get(a) === digests.get(b));
}

/** The SHA-256 digests of files: those they carry, or made by reading. */
export async function digestFiles(files: Iterable<FileNode>): Promise<ReadonlyMap<Node, Digest>> {
  const list = [...files];
  const digests = await mapPool(list, WIDTH, async ({ digest, body }) => (digest?.startsWith('sha256:') ? (digest as Digest) : digestSource(body)));
  return new Map(list.map((node, i) => [node, digests[i] as Digest]));
}

function undecidedFiles(trees: readonly Tree[]): ReadonlySet<FileNode> {
  const files = new Set<FileNode>();
  for (const [i, one] of trees.entries()) {
    for (const other of trees.slice(i + 1)) {
      for (const { below, above } of pairsOf(one.root, other.root)) {
        if (below?.type !== 'file' || above?.type !== 'file' || below.size !== above.size || knownSame(below, above)) continue;
        files.add(below).add(above);
      }
    }
  }
  return files;
}
