import type { FileNode, WalkEntry } from '../tree/index.ts';
import { digestsOf } from './digests.ts';
import { groupBy } from './group.ts';

/** A file that is there once, and all the names that it has. */
export interface NamedFile {
  readonly node: FileNode;
  /** In the order of a walk. */
  readonly paths: readonly string[];
}

/** Files of the same content. */
export interface DuplicateGroup {
  readonly digest: string;
  /** Bytes of each. */
  readonly size: number;
  /** Two or more: those of lower layers first, then in the order of a walk. Hard links are one file. */
  readonly files: readonly NamedFile[];
}

/** The files among the entries of a tree that have bytes, each once. */
export function namedFiles(entries: Iterable<WalkEntry>): readonly NamedFile[] {
  const names = new Map<FileNode, string[]>();
  for (const { path, node } of entries) {
    if (node.type !== 'file' || node.size === 0) continue;
    const paths = names.get(node);
    if (paths) paths.push(path);
    else names.set(node, [path]);
  }
  return [...names].map(([node, paths]) => ({ node, paths }));
}

/**
 * Groups files by content; what stands alone is left out, and so are files of no bytes. Only files that share their size with another are read, those of
 * one layer in its order. The groups that waste most come first.
 * @throws {LadingError} where a body cannot be read.
 */
export async function findDuplicates(files: Iterable<NamedFile>): Promise<readonly DuplicateGroup[]> {
  const suspects = collisions(files, ({ node }) => node.size).flat();
  const digests = await digestsOf(suspects.map(({ node }) => node));
  const groups = collisions(suspects, ({ node }) => digests.get(node));
  return groups.map((group) => groupOf(group, digests)).sort((a, b) => wastedBy(b) - wastedBy(a) || (a.digest < b.digest ? -1 : 1));
}

/** Bytes that would be saved if a group were one file. */
export function wastedBy({ size, files }: DuplicateGroup): number {
  return size * (files.length - 1);
}

function collisions(files: Iterable<NamedFile>, keyOf: (file: NamedFile) => unknown): readonly (readonly NamedFile[])[] {
  return [...groupBy(files, keyOf).values()].filter(({ length }) => length > 1);
}

function groupOf(group: readonly NamedFile[], digests: ReadonlyMap<FileNode, string>): DuplicateGroup {
  const { node } = group[0] as NamedFile;
  return { digest: digests.get(node) as string, size: node.size, files: group.toSorted((a, b) => layerOf(a) - layerOf(b)) };
}

function layerOf({ node }: NamedFile): number {
  return typeof node.origin === 'number' ? node.origin : 0;
}
