import { ImageError } from '../errors.ts';
import { type LayerOptions, layerTree } from '../layer/index.ts';
import {
  alignHistory,
  type Descriptor,
  diffIds,
  type HistoryRow,
  type ImageConfig,
  type Manifest,
  parseConfig,
  parseManifest,
} from '../oci/index.ts';
import { fetchDocument, overlayStores, type ReadableStore } from '../store/index.ts';
import { mapPool } from '../stream/index.ts';
import { applyChangeset, type Semantics, Tree } from '../tree/index.ts';
import { Layer, LayerCache } from './layer.ts';

/** How an image is read. */
export interface ImageOptions extends LayerOptions {
  /** How layers merge. Default `overlay`. */
  readonly semantics?: Semantics;
  /** How many layers are read at once. Default: as many as there are cores, where the runtime tells. */
  readonly jobs?: number;
  /** The open layers of the store, to be shared by its images. */
  readonly cache?: LayerCache;
}

/** An image in a store: a view that reads what it is asked for, when it is asked, once. */
export class Image {
  readonly store: ReadableStore;
  readonly descriptor: Descriptor;
  readonly #options: ImageOptions;
  readonly #cache: LayerCache;
  #manifest: Promise<Manifest> | undefined;
  #config: Promise<ImageConfig> | undefined;
  #layers: Promise<readonly Layer[]> | undefined;
  readonly #trees: Promise<Tree>[] = [];

  constructor(store: ReadableStore, descriptor: Descriptor, options: ImageOptions = {}) {
    this.store = store;
    this.descriptor = descriptor;
    this.#options = options;
    this.#cache = options.cache ?? new LayerCache(store, options);
  }

  /** How its layers merge. */
  get semantics(): Semantics {
    return this.#options.semantics ?? 'overlay';
  }

  /** @throws {ImageError} `BLOB_MISSING`, or for a faulty document. @throws {DigestError} */
  manifest(): Promise<Manifest> {
    this.#manifest ??= fetchDocument(this.store, this.descriptor).then((bytes) => parseManifest(bytes, this.descriptor.mediaType));
    return this.#manifest;
  }

  /** The configuration. Its digest is the image ID. */
  config(): Promise<ImageConfig> {
    this.#config ??= this.manifest().then(async ({ config }) => parseConfig(await fetchDocument(this.store, config)));
    return this.#config;
  }

  /** The layers, lowest first. @throws {ImageError} `IMAGE_LAYERS` where configuration and manifest count them differently. */
  layers(): Promise<readonly Layer[]> {
    this.#layers ??= this.#readLayers();
    return this.#layers;
  }

  /** The steps that made the image, oldest first, each with the layer that it made. */
  async history(): Promise<readonly HistoryRow[]> {
    const [{ layers }, { history }] = await Promise.all([this.manifest(), this.config()]);
    return alignHistory(history, layers.length);
  }

  /**
   * The merged tree, or the one after layer `at`. Each node's `origin` is the position of the layer that put it there. Trees share what no layer
   * between them changed; the tree is the caller's to change.
   */
  async tree(at?: number): Promise<Tree> {
    const layers = await this.layers();
    const top = at ?? layers.length - 1;
    if (!Number.isInteger(top) || top >= layers.length || (at !== undefined && top < 0)) {
      throw new RangeError(`Cannot give the tree after layer ${at}: the image has ${layers.length} layers, counted from 0`);
    }
    const wanted = layers.slice(0, top + 1).filter((layer) => layer.isFileSystem);
    // A layer is merged while those above it are still being read. The largest is what all wait for in the end, so it is begun first.
    const reading = mapPool(wanted.toSorted(bySize), this.#options.jobs ?? cores(), (layer) => layer.index());
    const [tree] = await Promise.all([this.#treeAfter(layers, top), reading]);
    return tree.fork();
  }

  /** One layer alone as a tree, its whiteouts shown as the files they are in it. */
  async layerTree(position: number): Promise<Tree> {
    const layer = (await this.layers())[position];
    if (!layer) throw new RangeError(`Cannot give layer ${position}: the image has ${(await this.layers()).length} layers, counted from 0`);
    const lower = position > 0 ? await this.tree(position - 1) : new Tree();
    return layerTree(await layer.index(), lower, position);
  }

  /** @internal Another image, read as this one is, out of a store in front of this one's. */
  changedTo(upper: ReadableStore, descriptor: Descriptor): Image {
    const store = overlayStores(upper, this.store);
    return new Image(store, descriptor, { ...this.#options, cache: new LayerCache(store, this.#options) });
  }

  async #readLayers(): Promise<readonly Layer[]> {
    const [{ layers }, config] = await Promise.all([this.manifest(), this.config()]);
    const ids = diffIds(config);
    if (ids && ids.length !== layers.length) {
      throw new ImageError(
        'IMAGE_LAYERS',
        `Cannot read the layers: the manifest has ${layers.length}, the configuration ${ids.length}`,
        '/rootfs/diff_ids',
      );
    }
    const steps = new Map(alignHistory(config.history, layers.length).map(({ layer, entry }) => [layer, entry]));
    return layers.map((descriptor, position) => new Layer(position, descriptor, ids?.[position], steps.get(position), this.#cache));
  }

  /** From the lowest layer up and not by recursion: a configuration of 4 MiB can name fifty thousand layers. */
  #treeAfter(layers: readonly Layer[], top: number): Promise<Tree> {
    let tree = Promise.resolve(new Tree());
    for (const [position, layer] of layers.slice(0, top + 1).entries()) {
      tree = this.#trees[position] ?? this.#apply(tree, layer);
      this.#trees[position] = tree;
    }
    return tree;
  }

  async #apply(below: Promise<Tree>, layer: Layer): Promise<Tree> {
    const lower = await below;
    const { semantics } = this.#options;
    return layer.isFileSystem ? applyChangeset(lower, await layer.changeset(semantics), semantics) : lower;
  }
}

function bySize(a: Layer, b: Layer): number {
  return b.descriptor.size - a.descriptor.size;
}

/** Node 20 has no `navigator`; what opens images there says `jobs`. */
function cores(): number {
  return globalThis.navigator?.hardwareConcurrency ?? 4;
}
