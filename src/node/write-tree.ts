import { linkSync, symlinkSync } from 'node:fs';
import { LimitError, PathError, quote } from '../errors.ts';
import { type DirectoryNode, joinPath, type Node, type Tree } from '../tree/index.ts';
import type { HeldDirectory } from './directory.ts';
import type { Extraction } from './extraction.ts';
import { errnoOf, hostFault } from './fault.ts';
import { hostPath } from './host-path.ts';
import { applyMetadata, directoryHandle, nameHandle } from './metadata.ts';
import { assertName } from './names.ts';
import { makeSpecial } from './special.ts';
import { writeFile } from './write-file.ts';

// CVE-2024-28863: every level holds a directory open.
const MAX_DEPTH = 1024;
// Elsewhere link(2) follows a symbolic link, and the new name would be that of a file outside.
const LINKS_HAVE_LINKS = process.platform === 'linux';

/**
 * Writes what the root of a tree holds into an empty directory that nobody else may enter. What has several names is made in `inodes` and
 * linked from there into place, so that no path of the tree is ever looked up for a hard link's target. Directories have their final metadata
 * only after `finishDirectories`. Children are taken in the order in which they came into the tree: that of the archive, which is the cheap one to read.
 */
export async function writeTree(extraction: Extraction, tree: Tree, into: HeldDirectory, inodes: HeldDirectory): Promise<void> {
  const writing: Writing = { extraction, shared: tree.hardLinks(), inodes, made: new Map(), tried: 0 };
  await writeDirectory(writing, into, tree.root, '', 1);
}

interface Writing {
  readonly extraction: Extraction;
  /** The nodes that have several names. */
  readonly shared: ReadonlyMap<Node, unknown>;
  readonly inodes: HeldDirectory;
  /** The names in `inodes` of what was made there; `undefined` for what could not be made, which is tried, and lost, for each name. */
  readonly made: Map<Node, string | undefined>;
  /** How many names in `inodes` were used. */
  tried: number;
}

async function writeDirectory(writing: Writing, held: HeldDirectory, node: DirectoryNode, path: string, depth: number): Promise<void> {
  if (depth > MAX_DEPTH)
    throw new LimitError('LIMIT_DEPTH', `Cannot write ${quote(path)}: it lies more than ${MAX_DEPTH} directories deep`, MAX_DEPTH, depth);
  for (const [name, child] of node.children) {
    await writing.extraction.pause();
    const childPath = joinPath(path, name);
    assertName(name, 'write', childPath);
    try {
      if (await writeNode(writing, held, name, child, childPath, depth)) writing.extraction.entries++;
    } catch (error) {
      throw writeFault(childPath, error);
    }
  }
}

/** The directory is empty at first, so a name that is there is one that this file system takes for the same (CVE-2021-37701, CVE-2026-23950). */
function writeFault(path: string, error: unknown): unknown {
  if (errnoOf(error) !== 'EEXIST') return hostFault('OUTPUT_FAILED', 'write', path, error);
  return new PathError('EEXIST', 'write', path, 'this file system takes its name for that of another entry', { cause: error });
}

/** Returns whether the name is there now. */
async function writeNode(writing: Writing, held: HeldDirectory, name: string, node: Node, path: string, depth: number): Promise<boolean> {
  if (node.type !== 'directory')
    return isLinked(writing, node) ? writeLinked(writing, held, name, node, path) : writeLeaf(writing, held, name, node, path);
  using made = held.make(name);
  await writeDirectory(writing, made, node, path, depth + 1);
  return true;
}

/** FIFOs and devices are made under names in ASCII, which are what a command line can hold, so they are linked as well. */
function isLinked({ shared }: Writing, node: Node): boolean {
  if (node.type === 'symlink') return LINKS_HAVE_LINKS && shared.has(node);
  return node.type !== 'file' || shared.has(node);
}

async function writeLinked(writing: Writing, held: HeldDirectory, name: string, node: LeafNode, path: string): Promise<boolean> {
  const { inodes, made } = writing;
  if (!made.get(node)) {
    const fresh = String(writing.tried++);
    made.set(node, (await writeLeaf(writing, inodes, fresh, node, path)) ? fresh : undefined);
  }
  const inode = made.get(node);
  if (inode) linkSync(inodes.at(inode), held.at(name));
  return inode !== undefined;
}

async function writeLeaf({ extraction }: Writing, held: HeldDirectory, name: string, node: LeafNode, path: string): Promise<boolean> {
  if (node.type === 'file') {
    await writeFile(extraction, held.at(name), node, path);
    return true;
  }
  if (node.type === 'symlink') symlinkSync(hostPath(node.target), held.at(name));
  else {
    const loss = extraction.preserve || node.type === 'fifo' ? makeSpecial(held, name, node) : NO_DEVICES;
    if (loss) extraction.losses.push({ path, what: 'entry', ...loss });
    if (loss) return false;
    if (node.mode & 0o7000) extraction.losses.push({ path, what: 'mode', ...NO_SPECIAL_BITS });
  }
  applyMetadata(extraction, nameHandle(held.at(name)), node, path);
  return true;
}

type LeafNode = Exclude<Node, DirectoryNode>;

const NO_SPECIAL_BITS = { code: 'ENOTSUP', message: 'setuid, setgid and sticky bits of a FIFO or device are left out' };
const NO_DEVICES = { code: 'NOT_PRESERVED', message: 'a device is made only where it is asked for' };

/**
 * Sets owner, mode and times of the directories below `held`, deepest first: whatever is written into a directory changes its times, and its mode
 * may forbid it. `kept` has the paths of directories that were there before; where the tree merely implies one of them, it stays as it was.
 */
export function finishDirectories(extraction: Extraction, held: HeldDirectory, node: DirectoryNode, path: string, kept: ReadonlySet<string>): void {
  for (const [name, child] of node.children) {
    if (child.type !== 'directory') continue;
    using inner = held.open(name);
    const innerPath = joinPath(path, name);
    finishDirectories(extraction, inner, child, innerPath, kept);
    if (!(child.implied && kept.has(innerPath))) applyMetadata(extraction, directoryHandle(inner), child, innerPath);
  }
}
