import { childAt, digestContents, dirname, excludeFromTree, joinPath, type Node, pairsOf, Tree } from '../../tree/index.ts';
import { type Aspect, aspectsOf } from './aspects.ts';

/** A path at which two trees differ. */
export interface PathDifference {
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** Of what is `changed`, in what; else nothing. */
  readonly what: readonly Aspect[];
  readonly before: Node | undefined;
  readonly after: Node | undefined;
}

/** What of two trees, or images, counts as a difference. */
export interface CompareOptions {
  /** Paths that do not count, and what is below them. Their content is not read. */
  readonly ignore?: (path: string) => boolean;
  /** Times do not count. */
  readonly ignoreTime?: boolean;
  /**
   * Only what a user of the image would notice: kinds, contents, targets, numbers of devices, permissions, numbers of owners and extended attributes. Times and which
   * names are hard links do not count, nor do, of an image, its history and what its configuration tells of its making.
   */
  readonly semantic?: boolean;
}

/**
 * Where two trees differ, a directory before what is in it; in each directory first what is gone, then the rest in byte order. All below a directory that came
 * or went is listed. Subtrees that both share are skipped, unless a name in them is a hard link of other names now; contents are read only of different files of one size that carry no digests. The root itself is not
 * compared: what unpacks a tree mostly makes its own.
 */
export async function* compareTrees(before: Tree, after: Tree, options: CompareOptions = {}): AsyncGenerator<PathDifference> {
  const { ignore } = options;
  const lower = ignore ? excludeFromTree(before, ignore) : before;
  const upper = ignore ? excludeFromTree(after, ignore) : after;
  const sameContent = await digestContents(lower, upper);
  const counts = countedAspects(options);
  const relinked: ReadonlySet<string> = counts('hardlink') ? relinkedPaths(lower, upper) : new Set();
  const leadsThere = directoriesOf(relinked);
  for (const { path, below, above } of pairsOf(lower.root, upper.root, (directory) => leadsThere.has(directory))) {
    if (path === '') continue;
    if (below && above) {
      const what = [...aspectsOf(below, above, sameContent), ...(relinked.has(path) ? ['hardlink' as const] : [])].filter(counts);
      if (what.length > 0) yield { path, kind: 'changed', what, before: below, after: above };
    } else yield { path, kind: above ? 'added' : 'removed', what: [], before: below, after: above };
    if (below && above?.type !== 'directory') yield* removedBelow(path, below);
  }
}

function countedAspects({ ignoreTime, semantic }: CompareOptions): (aspect: Aspect) => boolean {
  return (aspect) => !((ignoreTime || semantic) && aspect === 'time') && !(semantic && aspect === 'hardlink');
}

/** All below what was a directory. */
function* removedBelow(at: string, node: Node): Generator<PathDifference> {
  if (node.type !== 'directory') return;
  for (const { path, node: before } of new Tree(node).walk()) yield { path: joinPath(at, path), kind: 'removed', what: [], before, after: undefined };
}

/**
 * The paths that have another company of names in one tree than in the other: that are a file with other paths. Where a name comes or goes, the rest
 * still are what they were.
 */
function relinkedPaths(lower: Tree, upper: Tree): ReadonlySet<string> {
  const numbers = new Map<string, number>();
  const [inLower, inUpper] = [companies(lower, upper, numbers), companies(upper, lower, numbers)];
  const paths = new Set<string>();
  for (const path of [...lower.hardLinks().values(), ...upper.hardLinks().values()].flat()) {
    const [below, above] = [childAt(lower.root, path), childAt(upper.root, path)];
    if (!below || !above || below.type === 'directory' || above.type === 'directory') continue;
    if (inLower.get(below) !== inUpper.get(above)) paths.add(path);
  }
  return paths;
}

/** The names of each node that the other tree has too, if they are several, as a number that stands for these names: one file may have a million. */
function companies(tree: Tree, other: Tree, numbers: Map<string, number>): ReadonlyMap<Node, number> {
  const found = new Map<Node, number>();
  for (const [node, names] of tree.hardLinks()) {
    const shared = names.filter((name) => childAt(other.root, name));
    const key = shared.join('\0');
    if (shared.length > 1) numbers.set(key, numbers.get(key) ?? numbers.size);
    if (shared.length > 1) found.set(node, numbers.get(key) as number);
  }
  return found;
}

/** The directories on the way to some paths. */
function directoriesOf(paths: Iterable<string>): ReadonlySet<string> {
  const directories = new Set<string>();
  for (const path of paths) for (let at = dirname(path); !directories.has(at); at = dirname(at)) directories.add(at);
  return directories;
}
