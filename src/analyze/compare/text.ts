import { collect } from '../../stream/index.ts';
import type { FileNode, Node } from '../../tree/index.ts';
import type { PathDifference } from './trees.ts';

// Nobody reads more, and comparing takes time by the square of the lines that differ.
const LARGEST = 1024 * 1024;
const MOST_LINES = 4000;

/**
 * What changed between two text files, line by line, as a unified diff without the two lines of names. `undefined` for what is no change of content, for what is not
 * UTF-8 or holds a NUL, for files over 1 MiB, and for two that differ in more than 4,000 lines.
 */
export async function textDifference({ path, what, before, after }: PathDifference): Promise<string | undefined> {
  if (!what.includes('content')) return undefined;
  const texts = [await textOf(before), await textOf(after)] as const;
  if (texts[0] === undefined || texts[1] === undefined) return undefined;
  const { formatPatch, OMIT_HEADERS, structuredPatch } = await import('diff');
  const patch = structuredPatch(path, path, texts[0], texts[1], undefined, undefined, { context: 3, maxEditLength: MOST_LINES });
  return patch && formatPatch(patch, OMIT_HEADERS);
}

async function textOf(node: Node | undefined): Promise<string | undefined> {
  return node?.type === 'file' && node.size <= LARGEST ? decoded(node) : undefined;
}

async function decoded({ body, size }: FileNode): Promise<string | undefined> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await collect(body.stream(), size));
    return text.includes('\0') ? undefined : text;
  } catch (error) {
    if (error instanceof TypeError) return undefined; // it is not UTF-8
    throw error;
  }
}
