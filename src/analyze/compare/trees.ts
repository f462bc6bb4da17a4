import { childAt, digestContents, excludeFromTree, joinPath, type Node, type Pair, pairsOf, Tree } from '../../tree/index.ts';
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
 * or went is listed. Subtrees that both share are skipped; contents are read only of different files of one size that carry no digests. The root itself is not
 * compared: what unpacks a tree mostly makes its own.
 */
export async function* compareTrees(before: Tree, after: Tree, options: CompareOptions = {}): AsyncGenerator<PathDifference> {
  const { ignore } = options;
  const lower = ignore ? excludeFromTree(before, ignore) : before;
  const upper = ignore ? excludeFromTree(after, ignore) : after;
  const sameContent = await digestContents(lower, upper);
  const counts = countedAspects(options);
  const isLinkedAlike = linkComparison(lower, upper);
  for (const pair of pairsOf(lower.root, upper.root)) {
    const { path, below, above } = pair;
    if (path === '') continue;
    if (below && above) {
      const what = [...aspectsOf(below, above, sameContent), ...(isLinkedAlike(pair) ? [] : ['hardlink' as const])].filter(counts);
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

/** Whether a path has the same company of names in both trees: where another name comes or goes, the rest still are what they were. */
function linkComparison(lower: Tree, upper: Tree): (pair: Pair) => boolean {
  const [inLower, inUpper] = [firstNames(lower, upper), firstNames(upper, lower)];
  return ({ path, below, above }) => {
    if (!below || !above || below.type === 'directory' || above.type === 'directory') return true;
    return (inLower(below) ?? path) === (inUpper(above) ?? path);
  };
}

/** Tells the first of a node's names that the other tree has too, if it has several names at all. */
function firstNames(tree: Tree, other: Tree): (node: Node) => string | undefined {
  const known = new Map<Node, string | undefined>();
  return (node) => {
    const names = tree.hardLinks().get(node);
    if (names && !known.has(node))
      known.set(
        node,
        names.find((name) => childAt(other.root, name)),
      );
    return known.get(node);
  };
}
