import { compareText } from '../bytes/index.ts';
import { knownSame, METADATA_FIELDS, type MetadataField, type SameContent, sameField, sameNode, sameSubstance } from './compare.ts';
import { changesBetween } from './diff.ts';
import { childrenOf } from './directory.ts';
import { type DirectoryNode, directory, type Metadata, metadataOf, type Node, withMetadata } from './node.ts';
import { joinPath } from './path.ts';
import { Tree } from './tree.ts';

/**
 * A path that both sides changed, each in its own way. The merged tree has there what `ours` has.
 * - `modify/modify`: two contents of one file, two targets of one link
 * - `delete/modify`: removed by one side, changed by the other; a directory counts as changed if anything below it is
 * - `type/type`: two kinds of node
 * - `meta/meta`: two values of one field of metadata, `field`
 */
export interface Conflict {
  readonly path: string;
  readonly kind: 'modify/modify' | 'delete/modify' | 'type/type' | 'meta/meta';
  readonly field?: MetadataField;
  readonly base: Node | undefined;
  readonly ours: Node | undefined;
  readonly theirs: Node | undefined;
}

export interface MergeOptions {
  /** Decides where two files of one size are different nodes. Default `knownSame`, which reads nothing; `digestContents` makes one that has. */
  readonly sameContent?: SameContent;
}

export interface Merged {
  readonly tree: Tree;
  readonly conflicts: readonly Conflict[];
}

/**
 * Joins what two sides made of one base. What one side changed is taken, what both changed alike too; content and each field of metadata count apart, so
 * new content from one side and a new mode from the other go together. Each name of a hard-linked file is merged for itself.
 */
export function mergeTrees(base: Tree, ours: Tree, theirs: Tree, options: MergeOptions = {}): Merged {
  if (base.root === ours.root) return { tree: theirs.fork(), conflicts: [] };
  const merge = new Merge(ours.fork(), options.sameContent ?? knownSame);
  merge.run({ path: '', base: base.root, ours: ours.root, theirs: theirs.root });
  return { tree: merge.tree, conflicts: merge.conflicts };
}

interface Sides {
  readonly path: string;
  readonly base: Node | undefined;
  readonly ours: Node | undefined;
  readonly theirs: Node | undefined;
}

/** A merge under way: `tree` starts as `ours` and takes in what only `theirs` changed. */
class Merge {
  readonly tree: Tree;
  readonly conflicts: Conflict[] = [];
  readonly #sameContent: SameContent;
  /** What was made of a file that both sides changed, by their two nodes: its other names get the same. */
  readonly #made: Map<Node, Map<Node, Node>> = new Map();

  constructor(tree: Tree, sameContent: SameContent) {
    this.tree = tree;
    this.#sameContent = sameContent;
  }

  run(root: Sides): void {
    const pending = [root];
    for (let sides = pending.pop(); sides; sides = pending.pop()) {
      for (const child of this.#step(sides)) pending.push(child);
    }
  }

  /** Merges one path and returns the paths below it that are still to be merged, last first. */
  #step(sides: Sides): Sides[] {
    const { base, ours, theirs } = sides;
    if (ours === theirs || base === theirs) return [];
    if (base === ours) this.#take(sides);
    else if (ours?.type === 'directory' && theirs?.type === 'directory') {
      this.#mergeMetadata(sides, ours, theirs);
      return childSides(sides, ours, theirs);
    } else if (this.#isSame(base, theirs) || this.#isSame(ours, theirs)) return [];
    else if (this.#isSame(base, ours)) this.#take(sides);
    else if (!ours || !theirs) this.#conflict(sides, 'delete/modify');
    else if (ours.type !== theirs.type) this.#conflict(sides, 'type/type');
    else this.#mergeNodes(sides, ours, theirs);
    return [];
  }

  #take({ path, theirs }: Sides): void {
    this.tree.remove(path);
    if (theirs) this.tree.set(path, theirs);
  }

  #conflict(sides: Sides, kind: Conflict['kind'], field?: MetadataField): void {
    this.conflicts.push({ ...sides, kind, ...(field && { field }) });
  }

  /** Whether two nodes are the same with all that is below them. */
  #isSame(a: Node | undefined, b: Node | undefined): boolean {
    if (a === b) return true;
    if (!a || !b) return false;
    if (a.type !== 'directory' || b.type !== 'directory') return sameNode(a, b, this.#sameContent);
    return changesBetween(new Tree(a), new Tree(b), this.#sameContent).next().done === true;
  }

  #mergeNodes(sides: Sides, ours: Node, theirs: Node): void {
    const known = this.#made.get(ours) ?? new Map<Node, Node>();
    const made = known.get(theirs) ?? this.#makeNode(sides, ours, theirs);
    this.#made.set(ours, known.set(theirs, made));
    if (made !== ours) this.tree.set(sides.path, made);
  }

  #makeNode(sides: Sides, ours: Node, theirs: Node): Node {
    const { base } = sides;
    const same = (a: Node | undefined, b: Node): boolean => a !== undefined && sameSubstance(a, b, this.#sameContent);
    const isTheirs = same(base, ours) && !same(base, theirs);
    if (!isTheirs && !same(base, theirs) && !same(ours, theirs)) this.#conflict(sides, 'modify/modify');
    const patch = this.#mergeFields(sides, ours, theirs);
    if (!isTheirs) return Object.keys(patch).length > 0 ? withMetadata(ours, patch) : ours;
    const kept = Object.fromEntries(METADATA_FIELDS.map((field) => [field, ours[field]]));
    return withMetadata(theirs, { ...kept, ...patch });
  }

  #mergeMetadata(sides: Sides, ours: DirectoryNode, theirs: DirectoryNode): void {
    const patch = this.#mergeFields(sides, ours, theirs);
    if (Object.keys(patch).length > 0) this.tree.set(sides.path, withMetadata(directory(metadataOf(ours)), patch));
  }

  /** The fields that are to be taken from `theirs`. */
  #mergeFields(sides: Sides, ours: Metadata, theirs: Metadata): Partial<Metadata> {
    const base = sides.base?.type === sides.ours?.type ? sides.base : undefined;
    const patch: Record<string, unknown> = {};
    for (const field of METADATA_FIELDS) {
      if (sameField(field, ours, theirs) || (base && sameField(field, base, theirs))) continue;
      if (base && sameField(field, base, ours)) patch[field] = theirs[field];
      else this.#conflict(sides, 'meta/meta', field);
    }
    return patch;
  }
}

function childSides({ path, base }: Sides, ours: DirectoryNode, theirs: DirectoryNode): Sides[] {
  const names = new Set([...childrenOf(ours).keys(), ...childrenOf(theirs).keys()]);
  const inBase = base?.type === 'directory' ? childrenOf(base) : undefined;
  return [...names]
    .sort(compareText)
    .reverse()
    .map((name) => ({ path: joinPath(path, name), base: inBase?.get(name), ours: childrenOf(ours).get(name), theirs: childrenOf(theirs).get(name) }));
}
