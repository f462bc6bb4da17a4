import type { Image, Layer } from '../../image/index.ts';
import type { TarIndex } from '../../tar/index.ts';
import { cleanPath, entryOf, type FileNode, Tree } from '../../tree/index.ts';
import { removalOf } from '../removal.ts';
import { type LostName, NameCounts, nameChanges } from './names.ts';
import { type Reason, Reasons } from './reasons.ts';

/** A file that a layer stores and that nobody sees in the finished image. Files of no bytes are passed over. */
export interface HiddenFile extends Reason {
  readonly path: string;
  readonly size: number;
  readonly layer: number;
  readonly hiddenBy: number;
  /** The file, and the file in its place; `undefined` for an entry that never became a file. */
  readonly node: FileNode | undefined;
  readonly by: FileNode | undefined;
}

/** Every hidden file, by the layer that hides it: what layers take from those below, and what stands in a layer and is not even there after it. */
export async function hiddenFiles(image: Image): Promise<readonly HiddenFile[]> {
  const hidden: HiddenFile[] = [];
  const names = new NameCounts();
  let lower = new Tree();
  for (const layer of await image.layers()) {
    if (!layer.isFileSystem) continue;
    const upper = await image.tree(layer.position);
    const changes = nameChanges(lower, upper);
    const index = await layer.index();
    const reasons = new Reasons(index);
    for (const lost of names.apply(changes)) if (lost.node.size > 0) hidden.push(hiddenOf(lost, layer, reasons));
    hidden.push(...neverSeen(index, layer, changes.gained));
    lower = upper;
  }
  return hidden;
}

function hiddenOf(lost: LostName, { position }: Layer, reasons: Reasons): HiddenFile {
  const { path, node, above } = lost;
  const by = above?.type === 'file' ? above : undefined;
  return { path, size: node.size, layer: node.origin as number, hiddenBy: position, node, by, ...reasons.of(lost) };
}

/** The entries with a body that the layer's own state does not have. */
function* neverSeen(index: TarIndex, { position }: Layer, gained: readonly FileNode[]): Generator<HiddenFile> {
  const seen = new Set(gained.filter(({ origin }) => origin === position).map(entryOf));
  for (let entry = 0; entry < index.length; entry++) {
    const size = index.type(entry) === 'file' ? index.size(entry) : 0;
    if (size === 0 || seen.has(entry) || removalOf(index.name(entry))) continue;
    const path = cleanPath(index.name(entry), 'use the entry');
    yield { class: 'repeated', folder: undefined, path, size, layer: position, hiddenBy: position, node: undefined, by: undefined };
  }
}
