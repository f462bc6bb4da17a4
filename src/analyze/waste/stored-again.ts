import { type FileNode, knownSame } from '../../tree/index.ts';
import { digestsOf } from '../digests.ts';
import type { HiddenFile } from './hidden.ts';

/**
 * Tells the files that a layer stored again with the content that they had: those hidden by a file of the same path, size and bytes. Only pairs of one size
 * are read.
 */
export async function markStoredAgain(hidden: readonly HiddenFile[]): Promise<readonly HiddenFile[]> {
  const pairs = hidden.filter(isPair);
  const digests = await digestsOf(pairs.filter(({ node, by }) => !knownSame(node, by)).flatMap(({ node, by }) => [node, by]));
  const isSame = ({ node, by }: Pair): boolean => knownSame(node, by) || (digests.has(node) && digests.get(node) === digests.get(by));
  return hidden.map((file) => (isPair(file) && isSame(file) ? { ...file, class: 'stored-again' } : file));
}

type Pair = HiddenFile & { readonly node: FileNode; readonly by: FileNode };

function isPair(file: HiddenFile): file is Pair {
  return file.node !== undefined && file.by?.size === file.size;
}

/** The files above layer `base` with the content that a file of their path has in a layer below it, however often they were stored between the two. */
export function copiesOfBase(hidden: readonly HiddenFile[], base: number): ReadonlySet<FileNode> {
  const copies = new Set<FileNode>();
  for (const { class: how, layer, node, by } of hidden) {
    if (how === 'stored-again' && node && by && (layer < base || copies.has(node))) copies.add(by);
  }
  return copies;
}
