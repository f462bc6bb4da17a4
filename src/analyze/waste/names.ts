import { type FileNode, type Node, pairsOf, type Tree } from '../../tree/index.ts';

/** A name that a file has after one layer, and has no more after the next. */
export interface LostName {
  readonly path: string;
  readonly node: FileNode;
  /** What has the name then. */
  readonly above: Node | undefined;
  /** The highest path at which the two states differ: the name itself, or the folder that went with all below it. */
  readonly top: string;
}

/** What a layer does to the names of files. */
export interface NameChanges {
  readonly lost: readonly LostName[];
  /** The files that got a name, once for each name. */
  readonly gained: readonly FileNode[];
}

/** What happened to names between two states of an image. Folders that both share are not looked at, so it costs what the layer changed. */
export function nameChanges(lower: Tree, upper: Tree): NameChanges {
  const lost: LostName[] = [];
  const gained: FileNode[] = [];
  for (const { path, below, above } of pairsOf(lower.root, upper.root)) {
    if (below === above) continue;
    if (above?.type === 'file') gained.push(above);
    if (below?.type === 'file') lost.push({ path, node: below, above, top: path });
    else if (below?.type === 'directory' && above?.type !== 'directory') lost.push(...namesBelow(lower, path));
  }
  return { lost, gained };
}

function* namesBelow(tree: Tree, top: string): Generator<LostName> {
  for (const { path, node } of tree.walk(top)) if (node.type === 'file') yield { path, node, above: undefined, top };
}

/** How many names each file has, kept from layer to layer: a file is gone when the last of them is. */
export class NameCounts {
  readonly #counts: Map<FileNode, number> = new Map();

  /** Takes the changes of the next layer, and gives the names that were the last of their file: the first that is lost, where several are. */
  apply({ lost, gained }: NameChanges): readonly LostName[] {
    for (const node of gained) this.#add(node, 1);
    for (const { node } of lost) this.#add(node, -1);
    return lost.filter(({ node }) => this.#counts.get(node) === 0 && this.#counts.delete(node));
  }

  #add(node: FileNode, names: number): void {
    this.#counts.set(node, (this.#counts.get(node) ?? 0) + names);
  }
}
