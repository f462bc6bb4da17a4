import { ImageError, PathError, quote } from '../errors.ts';
import { stargzNames } from '../layer/index.ts';
import { type ContainerChanges, changeContainer, type Descriptor, type LayerCompression } from '../oci/index.ts';
import type { Store } from '../store/index.ts';
import { copyTar, type EntryInit } from '../tar/index.ts';
import {
  basename,
  childAt,
  cleanPath,
  diffTrees,
  directory,
  dirname,
  file,
  joinPath,
  type Metadata,
  metadataOf,
  type Node,
  type Tree,
  withMetadata,
} from '../tree/index.ts';
import { type ChangeOptions, changedImage, storedLayers } from './change.ts';
import type { Image } from './image.ts';
import { keepParents, type LayerEdits, type PathEdit, patchPath, removePaths, replaceBody, startEdits } from './path-edit.ts';
import { stepOf, withStep } from './steps.ts';
import { type StoredLayer, storeLayer } from './store-layer.ts';

/** What is to change in an image. What is absent stays. */
export interface ImageEdits {
  readonly paths?: readonly PathEdit[];
  /** How containers start. */
  readonly container?: ContainerChanges;
  /** Annotations of the manifest; `null` takes one away. */
  readonly annotations?: Readonly<Record<string, string | null>>;
}

/**
 * The image with some of its paths changed in the layers that hold them, so that no content has the old bytes any more, and with another configuration. Only
 * layers in which something changes are written anew, compressed as they were; in these every other entry stays byte for byte. A layer that was made for
 * lazy pulling (eStargz, zstd:chunked) becomes a plain one. The history gets a step without a layer.
 *
 * Links are followed, but for a link that is itself removed. Hard links are one file: its content and metadata change under all its names, and it
 * is removed only with all of them. Copies of a file under other paths are other files.
 *
 * ```ts
 * const clean = await editImage(image, { paths: [{ op: 'remove', path: 'root/.npmrc' }], container: { env: { NPM_TOKEN: null } } }, store);
 * ```
 *
 * @throws {PathError} `ENOENT` for what is not there. @throws {ImageError} `IMAGE_EDIT` where other paths would change, or a hard link would keep the bytes.
 * @throws {TypeError} for a setting that cannot be.
 */
export async function editImage(image: Image, edits: ImageEdits, store: Store, options: ChangeOptions = {}): Promise<Image> {
  const { paths = [], container, annotations } = edits;
  const { json } = await image.config();
  const config = container ? changeContainer(json, container) : json;
  const rows = withStep(await image.history(), { entry: { ...(await stepOf(image, 'lading edit', options)), empty_layer: true }, layer: undefined });
  const said = annotations && annotated((await image.manifest()).annotations, annotations);
  const expected = paths.length > 0 ? await image.tree() : undefined;
  const layers = expected && (await rewritten(image, await planEdits(image, expected, paths), store, options));
  const edited = await changedImage(image, store, { rows, config, ...(layers && { layers }), ...(said && { annotations: said }) });
  if (expected) assertSame(expected, await edited.tree());
  return edited;
}

function annotated(before: ReadonlyMap<string, string> | undefined, changes: Readonly<Record<string, string | null>>): ReadonlyMap<string, string> {
  const all = new Map(before);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) all.delete(key);
    else all.set(key, value);
  }
  return all;
}

/** Decides about the entries of every layer, and does the same to the tree, so that the outcome can be held against it. */
async function planEdits(image: Image, tree: Tree, edits: readonly PathEdit[]): Promise<readonly LayerEdits[]> {
  const layers = await Promise.all((await image.layers()).filter((layer) => layer.isFileSystem).map(startEdits));
  const removed = removePaths(
    layers,
    edits.filter(({ op }) => op === 'remove').map(({ path }) => placesOf(tree, path)),
  );
  for (const path of removed) if (childAt(tree.root, path)) tree.remove(path);
  keepParents(layers, removed, tree);
  for (const edit of edits) if (edit.op !== 'remove') applyEdit(layers, tree, edit);
  return layers;
}

/** The path as it stands, where lower layers may have something that a link hides now, and the one that links among its parents lead to. */
function placesOf(tree: Tree, path: string): readonly string[] {
  const clean = cleanPath(path, 'remove');
  try {
    return [...new Set([clean, joinPath(tree.realpath(dirname(clean)), basename(clean))])];
  } catch (error) {
    if (error instanceof PathError) return [clean]; // nothing is visible there
    throw error;
  }
}

function applyEdit(layers: readonly LayerEdits[], tree: Tree, edit: Exclude<PathEdit, { op: 'remove' }>): void {
  const path = tree.realpath(edit.path);
  const node = tree.resolve(edit.path);
  const names = tree.hardLinks().get(node) ?? [path];
  const put = (made: Node): void => names.forEach((name) => void tree.set(name, made));
  if (edit.op === 'replace') {
    if (node.type !== 'file') throw new PathError('EINVAL', 'replace', edit.path, `it is a ${node.type}, not a file`);
    replaceBody(layers, names, edit.body);
    put(file(edit.body, metadataOf(node)));
    return;
  }
  const patch: Partial<Metadata> = edit.op === 'chmod' ? { mode: edit.mode } : { uid: edit.uid, gid: edit.gid, uname: '', gname: '' };
  patchPath(layers, path, patch as Partial<EntryInit>);
  put(withMetadata(node.type === 'directory' ? directory(metadataOf(node)) : node, patch));
}

async function rewritten(image: Image, edits: readonly LayerEdits[], store: Store, options: ChangeOptions): Promise<readonly StoredLayer[]> {
  const layers = [...(await storedLayers(image))];
  for (const edit of edits) {
    if (edit.decisions.size > 0) layers[edit.layer.position] = await rewrite(edit, store, options);
  }
  return layers;
}

async function rewrite(
  { layer, index, paths, decisions }: LayerEdits,
  store: Store,
  { compression, level, signal }: ChangeOptions,
): Promise<StoredLayer> {
  // A table of contents would speak of entries that are no more.
  const hidden = stargzNames(index);
  const tar = copyTar(index, await layer.tar(), (entry) => !hidden.has(paths[entry] as string) && (decisions.get(entry) ?? true));
  const { descriptor, diffId } = await storeLayer(store, tar, {
    mediaType: layer.descriptor.mediaType,
    compression: compression ?? (await compressionOf(layer)),
    ...(level !== undefined && { level }),
    ...(signal && { signal }),
  });
  return { descriptor: { ...withoutContent(layer.descriptor), ...descriptor }, diffId };
}

async function compressionOf(layer: LayerEdits['layer']): Promise<LayerCompression> {
  const found = await layer.compression();
  return found === undefined ? 'none' : found === 'zstd' ? 'zstd' : 'gzip';
}

// What containerd, the stargz library and containers/storage note of the very bytes of a layer.
const OF_BYTES = /^(?:containerd\.io\/(?:snapshot\/stargz\/|uncompressed$)|io\.(?:github\.)?containers\.(?:zstd-chunked|estargz)\.)/;

/** What a descriptor says that is as true of other content. */
function withoutContent({ urls: _, data: __, annotations, ...rest }: Descriptor): Descriptor {
  const kept = [...(annotations ?? [])].filter(([key]) => !OF_BYTES.test(key));
  return { ...rest, ...(kept.length > 0 && { annotations: new Map(kept) }) };
}

/** The last guard: whatever layers are like, nothing but what was asked for may come out otherwise. */
function assertSame(expected: Tree, actual: Tree): void {
  // Files of one size have one content here: nothing but what was asked for was given another body.
  const [change] = diffTrees(expected, actual, { sameContent: () => true }).changes;
  if (change)
    throw new ImageError(
      'IMAGE_EDIT',
      `Cannot edit the image: ${quote(change.path)} would change too; it shares an entry or its name with what is edited`,
    );
}
