import type { Change, Changeset } from './changeset.ts';
import { knownSame, type SameContent, sameNode } from './compare.ts';
import { type DirectoryNode, directory, metadataOf, type Node, withMetadata } from './node.ts';
import { pairsOf } from './pairs.ts';
import { dirname } from './path.ts';
import type { Tree } from './tree.ts';
import { childAt } from './walk.ts';

export interface DiffOptions {
  /** Decides where two files of one size are different nodes. Default `knownSame`, which reads nothing; `digestContents` makes one that has. */
  readonly sameContent?: SameContent;
}

/**
 * What has to be applied to `lower` to get `upper`: `applyChangeset(lower, diffTrees(lower, upper))` is `upper` again. Subtrees that both share are not
 * looked at. A directory comes before what is in it, whiteouts before their siblings, one for each removed subtree; where one name of a hard-linked file
 * changes or comes anew, all its names are there, for many engines link only within a layer.
 */
export function diffTrees(lower: Tree, upper: Tree, options: DiffOptions = {}): Changeset {
  return { changes: [...changesBetween(lower, upper, options.sameContent ?? knownSame)] };
}

/** The same one by one, for who wants no more than the first. */
export function* changesBetween(lower: Tree, upper: Tree, sameContent: SameContent): Generator<Change, void, undefined> {
  const links = upper.hardLinks();
  const relinked = relinkedPaths(lower, upper, sameContent);
  const parents = withParents(relinked);
  const displaced = displacedNodes(lower, upper);
  for (const { path, below, above } of pairsOf(lower.root, upper.root, (directory) => parents.has(directory))) {
    if (!above) yield { kind: 'whiteout', path };
    else if (below && !relinked.has(path) && sameNode(below, above, sameContent)) continue;
    else if (above.type === 'directory') yield { kind: 'node', path, node: bare(above, below) };
    else {
      const first = links.get(above)?.[0] ?? path;
      const node = displaced.has(above) ? withMetadata(above, {}) : above;
      yield first === path ? { kind: 'node', path, node } : { kind: 'link', path, target: first };
    }
  }
}

/**
 * Nodes that have another node in their place now. One of them may stand elsewhere in `upper`, and the one in its place may be no change; put there as it
 * is, it would be a hard link of what stays below.
 */
function displacedNodes(lower: Tree, upper: Tree): ReadonlySet<Node> {
  const nodes = new Set<Node>();
  for (const { below, above } of pairsOf(lower.root, upper.root)) {
    if (below && above && below !== above && below.type !== 'directory') nodes.add(below);
  }
  return nodes;
}

/** The directory without its children. Over another it says what it is, even if it is implied. */
function bare(node: DirectoryNode, below: Node | undefined): DirectoryNode {
  const alone = directory(metadataOf(node));
  return below?.type === 'directory' ? withMetadata(alone, {}) : alone;
}

/** The names that must be written although node and content are the same below, because they are linked with other names than there. */
function relinkedPaths(lower: Tree, upper: Tree, sameContent: SameContent): ReadonlySet<string> {
  const paths = new Set<string>();
  const add = (name: string): void => void paths.add(name);
  for (const names of upper.hardLinks().values()) {
    const below = new Set(names.map((name) => childAt(lower.root, name)));
    if (below.size > 1) names.forEach(add);
  }
  for (const [below, names] of lower.hardLinks()) {
    const kept = new Map(
      names.map((name) => [name, childAt(upper.root, name)] as const).filter(([, above]) => above && sameNode(below, above, sameContent)),
    );
    if (new Set(kept.values()).size < 2) continue;
    for (const [name, above] of kept) (upper.hardLinks().get(above as Node) ?? [name]).forEach(add);
  }
  return paths;
}

function withParents(paths: Iterable<string>): ReadonlySet<string> {
  const all = new Set<string>();
  for (const path of paths) {
    for (let parent = dirname(path); !all.has(parent); parent = dirname(parent)) all.add(parent);
  }
  return all;
}
