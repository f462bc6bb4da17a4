import { compareText, encodeText, toHex } from '../bytes/index.ts';
import { type Digest, digestOf } from '../digest/index.ts';
import { digestFiles } from './contents.ts';
import { childrenOf } from './directory.ts';
import type { DirectoryNode, Node } from './node.ts';
import type { Tree } from './tree.ts';
import { namesOf, nodesBelow } from './walk.ts';

export interface TreeDigestOptions {
  /** Whether times of modification count. Default true. */
  readonly times?: boolean;
}

/**
 * One digest for a whole tree, wherever it came from: equal trees have equal digests. It is a Merkle tree of SHA-256 over names (as bytes, in byte order),
 * kinds, modes, numeric owners, times, extended attributes and contents. Names of owners, which names are hard links, the mode of symbolic links and the
 * metadata of the root are left out, for many sources do not tell them. Every body is read once, unless its file
 * carries its digest.
 */
export async function treeDigest(tree: Tree, options: TreeDigestOptions = {}): Promise<Digest> {
  const files = new Set([...nodesBelow(tree.root)].filter((node) => node.type === 'file'));
  const digests = new Map(await digestFiles(files));
  // Children come after their parents, so from the end every directory finds those in it digested.
  for (const directory of directoriesOf(tree.root).reverse()) {
    const rows = namesOf(directory).map((name) => row(name, childrenOf(directory).get(name) as Node, digests, options));
    digests.set(directory, digestOf(encodeText(rows.join(''))));
  }
  return digests.get(tree.root) as Digest;
}

function directoriesOf(root: DirectoryNode): DirectoryNode[] {
  const found = [root];
  for (const directory of found) {
    for (const child of childrenOf(directory).values()) if (child.type === 'directory') found.push(child);
  }
  return found;
}

/** One child as text. Whatever may hold any byte is in hex, so no two children have the same row. */
function row(name: string, node: Node, digests: ReadonlyMap<Node, Digest>, { times = true }: TreeDigestOptions): string {
  const { type, mode, uid, gid, mtime } = node;
  const fields = [hex(name), type, type === 'symlink' ? '-' : mode.toString(8), uid, gid];
  if (times) fields.push(`${mtime.seconds}.${mtime.nanoseconds}`);
  const xattrs = [...node.xattrs].sort(([a], [b]) => compareText(a, b)).map(([key, value]) => `${hex(key)}=${toHex(value)}`);
  return `${[...fields, ...xattrs, substance(node, digests)].join(' ')}\n`;
}

function substance(node: Node, digests: ReadonlyMap<Node, Digest>): string {
  if (node.type === 'symlink') return hex(node.target);
  if (node.type === 'character-device' || node.type === 'block-device') return `${node.devmajor}:${node.devminor}`;
  return digests.get(node) ?? '-';
}

function hex(text: string): string {
  return toHex(encodeText(text));
}
