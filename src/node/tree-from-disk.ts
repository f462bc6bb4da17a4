import { type BigIntStats, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { decodeText } from '../bytes/index.ts';
import { PathError } from '../errors.ts';
import type { DiskTree, Loss } from '../host.ts';
import type { Timestamp } from '../tar/index.ts';
import {
  type DirectoryNode,
  device,
  directory,
  type FileNode,
  fifo,
  file,
  joinPath,
  type Metadata,
  type Node,
  symlink,
  Tree,
} from '../tree/index.ts';
import { fileBody } from './body.ts';
import { HeldDirectory } from './directory.ts';
import { errnoOf, hostFault } from './fault.ts';
import { identityOf } from './identity.ts';
import { createPause, type Pause } from './pause.ts';

export interface DiskTreeOptions {
  /** Ends the reading; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/**
 * Reads a folder into a tree. No link is followed, but for those on the way to the folder itself; names are bytes, times have their nanoseconds,
 * names of one file (by device and inode) are hard links. Bodies stay on the disk: each read opens its file, and throws `ESTALE` if that is no
 * longer the file seen here.
 *
 * A tree holds no sockets; they are in `losses`, as is what vanished while it was being read. Node has no call for extended attributes and for the
 * holes of sparse files, so these are not seen at all. Owners are numbers: no user database is asked. Times of access and of change are left out.
 *
 * ```ts
 * const { tree, losses } = await treeFromDisk('rootfs');
 * ```
 *
 * @throws {PathError} `INPUT_UNREADABLE` with the host's error as the cause, for the folder or for anything below it.
 */
export async function treeFromDisk(path: string, options: DiskTreeOptions = {}): Promise<DiskTree> {
  const reading: Reading = { top: resolve(path), losses: [], linked: new Map(), pause: createPause(options.signal) };
  try {
    using held = HeldDirectory.open(path);
    return { tree: new Tree(await readDirectory(reading, held, '')), losses: reading.losses };
  } catch (error) {
    throw hostFault('INPUT_UNREADABLE', 'read', path, error);
  }
}

/**
 * Reads a regular file into a node, as `treeFromDisk` does those of a folder. A link on the way to it, or in its place, is followed.
 * @throws {PathError} `INPUT_UNREADABLE`, `INPUT_KIND` for what is no file.
 */
export async function fileFromDisk(path: string): Promise<FileNode> {
  try {
    const real = realpathSync(path);
    const stat = lstatSync(real, { bigint: true });
    if (stat.isFile()) return file(fileBody(real, identityOf(stat)), metadataOf(stat));
  } catch (error) {
    throw hostFault('INPUT_UNREADABLE', 'read', path, error);
  }
  throw new PathError('INPUT_KIND', 'read', path, 'it is no regular file');
}

interface Reading {
  readonly top: string;
  readonly losses: Loss[];
  /** What has several names, by device and inode. */
  readonly linked: Map<string, Node>;
  readonly pause: Pause;
}

async function readDirectory(reading: Reading, held: HeldDirectory, path: string): Promise<DirectoryNode> {
  const metadata = metadataOf(held.stat());
  const children = new Map<string, Node>();
  for (const name of held.names()) {
    await reading.pause();
    const child = await readName(reading, held, name, joinPath(path, name));
    if (child) children.set(name, child);
  }
  return { ...directory(metadata), children };
}

async function readName(reading: Reading, parent: HeldDirectory, name: string, path: string): Promise<Node | undefined> {
  try {
    const stat = lstatSync(parent.at(name), { bigint: true });
    if (stat.isDirectory()) {
      using held = parent.open(name);
      return await readDirectory(reading, held, path);
    }
    if (stat.isSocket()) return lose(reading, path, 'ENOTSUP', 'a tree holds no sockets');
    return readLinked(reading, parent.at(name), path, stat);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return lose(reading, path, 'ENOENT', 'it vanished while the folder was read');
    throw hostFault('INPUT_UNREADABLE', 'read', `${reading.top}/${path}`, error);
  }
}

/** The node of something that can have several names: the same one for each of them. */
function readLinked(reading: Reading, at: string | Buffer, path: string, stat: BigIntStats): Node {
  if (stat.nlink === 1n) return readNode(reading, at, path, stat);
  const inode = `${stat.dev}:${stat.ino}`;
  const node = reading.linked.get(inode) ?? readNode(reading, at, path, stat);
  reading.linked.set(inode, node);
  return node;
}

function readNode(reading: Reading, at: string | Buffer, path: string, stat: BigIntStats): Node {
  const metadata = metadataOf(stat);
  if (stat.isSymbolicLink()) return symlink(decodeText(readlinkSync(at, { encoding: 'buffer' })), metadata);
  if (stat.isFIFO()) return fifo(metadata);
  if (stat.isCharacterDevice()) return device('character-device', majorOf(stat.rdev), minorOf(stat.rdev), metadata);
  if (stat.isBlockDevice()) return device('block-device', majorOf(stat.rdev), minorOf(stat.rdev), metadata);
  return file(fileBody(`${reading.top}/${path}`, identityOf(stat)), metadata);
}

function metadataOf(stat: BigIntStats): Partial<Metadata> {
  return { mode: Number(stat.mode) & 0o7777, uid: Number(stat.uid), gid: Number(stat.gid), mtime: timestampOf(stat.mtimeNs) };
}

function timestampOf(nanoseconds: bigint): Timestamp {
  const within = ((nanoseconds % BILLION) + BILLION) % BILLION;
  return { seconds: Number((nanoseconds - within) / BILLION), nanoseconds: Number(within) };
}

const BILLION = 1_000_000_000n;

// makedev(3): glibc spreads the two numbers over 64 bits, BSDs and macOS give the minor number 24.
function majorOf(rdev: bigint): number {
  return Number(process.platform === 'linux' ? ((rdev >> 32n) & 0xfffff000n) | ((rdev >> 8n) & 0xfffn) : (rdev >> 24n) & 0xffn);
}

function minorOf(rdev: bigint): number {
  return Number(process.platform === 'linux' ? ((rdev >> 12n) & 0xffffff00n) | (rdev & 0xffn) : rdev & 0xffffffn);
}

function lose(reading: Reading, path: string, code: string, message: string): undefined {
  reading.losses.push({ path, what: 'entry', code, message });
}
