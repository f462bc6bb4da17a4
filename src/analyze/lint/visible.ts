import { digestSource } from '../../digest/index.ts';
import { entryOf, type FileNode, type Tree } from '../../tree/index.ts';
import { digestsOf } from '../digests.ts';
import { groupBy } from '../group.ts';
import type { LayerEntry, LayerView } from './layer-view.ts';

/** The files that a tree shows, to be asked for contents. They are gone through when the first question comes, for most images raise none. */
export class VisibleFiles {
  readonly #tree: Tree;
  #bySize: ReadonlyMap<number, readonly FileNode[]> | undefined;

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** Whether the content of a layer's entry is still there, by whatever name and from whatever layer. Only files of its size are read. */
  async haveContent({ layer, index }: LayerView, { entry }: LayerEntry): Promise<boolean> {
    this.#bySize ??= groupBy(filesOf(this.#tree), ({ size }) => size);
    const alike = this.#bySize.get(index.size(entry)) ?? [];
    if (alike.some((node) => node.origin === layer.position && entryOf(node) === entry)) return true;
    return alike.length > 0 && [...(await digestsOf(alike)).values()].includes(await digestSource(index.body(entry)));
  }
}

function* filesOf(tree: Tree): Generator<FileNode> {
  for (const { node } of tree.walk()) if (node.type === 'file') yield node;
}
