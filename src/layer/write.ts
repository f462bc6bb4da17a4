import { compareText } from '../bytes/index.ts';
import { PathError } from '../errors.ts';
import type { ByteStream } from '../stream/index.ts';
import { type EntryInit, type Timestamp, writeTar } from '../tar/index.ts';
import {
  type Change,
  type Changeset,
  childAt,
  type DirectoryNode,
  directory,
  dirname,
  linkEntry,
  metadataOf,
  type Node,
  nodeEntry,
  type Tree,
} from '../tree/index.ts';
import { additionsOf } from './alone.ts';
import { classifyName, opaqueName, whiteoutName } from './whiteout.ts';

export interface LayerWriteOptions {
  /**
   * The tree that the layer will lie on. Directories that the changeset only passes through get their entry from it, as do hard links to its files; what it
   * does not have is not removed. Without it such directories are root's with mode 0755, and every whiteout is written.
   */
  readonly lower?: Tree;
  /** Times of modification after this one are written as it: `SOURCE_DATE_EPOCH`, as GNU tar's `--clamp-mtime`. */
  readonly clampMtime?: Timestamp;
}

/**
 * The tar of a layer that does what the changeset says, alike for every engine: those that lay layers over each other as those that extract one after the
 * other. The same changes in any order give the same bytes.
 *
 * - Every directory on the way to an entry has one too, in front; names are in byte order.
 * - What is removed comes before its siblings, and only if no directory above it is removed. A directory that is removed and made again is opaque: overlay
 *   engines would show what was in it (image-spec issue 144).
 * - Each path comes once. Hard links lead to an entry of the same layer, the first name of the file, which carries the body; overlay engines find no other.
 * - Holes are zeros, there are no global headers, and times of access and of change are left out. Owners are written as the nodes have them, numbers and
 *   names; engines go by the numbers.
 *
 * ```ts
 * const tar = writeLayer(diffTrees(lower, upper), { lower });
 * ```
 *
 * @throws {PathError} `EINVAL` for a name that begins with `.wh.`, which in a layer is a whiteout; else as `applyChangeset`.
 */
export function writeLayer(changeset: Changeset, options: LayerWriteOptions = {}): ByteStream {
  return writeTar(layerEntries(changeset, options));
}

/** The entries that `writeLayer` makes its tar of. */
export function* layerEntries(changeset: Changeset, { lower, clampMtime }: LayerWriteOptions = {}): Generator<EntryInit, void, undefined> {
  const upper = additionsOf(changeset, lower);
  const marks = placeMarks(changeset, upper, lower);
  if (!upper.root.implied) yield timed(nodeEntry('./', upper.root), clampMtime);
  yield* marks.get('') ?? [];
  const links = upper.hardLinks();
  for (const { path, node } of upper.walk()) {
    assertOrdinary(path);
    const first = links.get(node)?.[0] ?? path;
    const entry = first === path ? nodeEntry(path, explicit(path, node, lower)) : linkEntry(path, node, first);
    yield timed(entry, clampMtime);
    yield* marks.get(path) ?? [];
  }
}

/** A directory that the changeset has no entry for is as it is below. */
function explicit(path: string, node: Node, lower: Tree | undefined): Node {
  const below = node.implied && lower ? childAt(lower.root, path) : undefined;
  return below?.type === 'directory' ? directory(metadataOf(below)) : node;
}

function timed(entry: EntryInit, latest: Timestamp | undefined): EntryInit {
  const mtime = entry.mtime as Timestamp;
  const isLate = latest && (mtime.seconds - latest.seconds || mtime.nanoseconds - latest.nanoseconds) > 0;
  return { ...entry, mtime: isLate ? latest : mtime, atime: undefined, ctime: undefined };
}

function assertOrdinary(path: string): void {
  if (classifyName(path).kind !== 'ordinary') throw new PathError('EINVAL', 'write', path, 'in a layer this name would be a whiteout; rename it');
}

type Removal = Extract<Change, { readonly kind: 'whiteout' | 'opaque' }>;

/** The entries that remove something, by the directory they lie in. The directories are made in `upper`. */
function placeMarks({ changes }: Changeset, upper: Tree, lower: Tree | undefined): ReadonlyMap<string, readonly EntryInit[]> {
  const removals = new Map<string, Removal>();
  for (const change of changes) if (change.kind === 'whiteout' || change.kind === 'opaque') removals.set(`${change.kind} ${change.path}`, change);
  const paths = new Set([...removals.values()].map(({ path }) => path));
  const opaque = new Set<string>();
  const gone = new Set<string>();
  for (const { kind, path } of removals.values()) {
    const above = childAt(upper.root, path);
    if (ancestorsOf(path).some((parent) => paths.has(parent) || isInTheWay(upper.root, parent))) continue;
    if (kind === 'whiteout' && !above) gone.add(path);
    else if (above ? above.type === 'directory' : !removals.has(`whiteout ${path}`)) opaque.add(path);
  }
  return entriesOf(upper, [
    ...[...opaque].filter((path) => !lower || isFull(lower.root, path)).map((path) => [path, opaqueName(path)] as const),
    ...[...gone].filter((path) => !lower || childAt(lower.root, path)).map((path) => [dirname(path), whiteoutName(path)] as const),
  ]);
}

function entriesOf(upper: Tree, names: readonly (readonly [directory: string, name: string])[]): ReadonlyMap<string, readonly EntryInit[]> {
  const entries = new Map<string, EntryInit[]>();
  // The opaque mark of a directory is alone in it: what would be removed beside it is gone with all the rest.
  for (const [at, name] of [...names].sort(([, a], [, b]) => compareText(a, b))) {
    upper.makeDirectory(at);
    const marks = entries.get(at) ?? [];
    marks.push({ name, type: 'file' });
    entries.set(at, marks);
  }
  return entries;
}

function ancestorsOf(path: string): string[] {
  const found: string[] = [];
  for (let parent = path; parent !== ''; found.push(parent)) parent = dirname(parent);
  return found;
}

/** Whether the layer itself has something at the path that leaves nothing of what lies below it. */
function isInTheWay(root: DirectoryNode, path: string): boolean {
  const node = childAt(root, path);
  return node !== undefined && node.type !== 'directory';
}

function isFull(root: DirectoryNode, path: string): boolean {
  const node = childAt(root, path);
  return node?.type === 'directory' && node.children.size > 0;
}
