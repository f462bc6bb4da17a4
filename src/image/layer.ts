import type { Compression } from '../compress/index.ts';
import type { Digest } from '../digest/index.ts';
import { placed } from '../errors.ts';
import { Keeper, LayerBlob, type LayerOptions, layerChangeset } from '../layer/index.ts';
import { type Descriptor, type History, isLayer } from '../oci/index.ts';
import { type ReadableStore, verified } from '../store/index.ts';
import type { ByteStream, Source } from '../stream/index.ts';
import type { TarIndex } from '../tar/index.ts';
import type { Changeset, Semantics } from '../tree/index.ts';

/** Opens the layers of one store, each once however many images share it. */
export class LayerCache {
  readonly #store: ReadableStore;
  readonly #options: LayerOptions;
  readonly #keeper: Keeper;
  readonly #blobs: Map<string, Promise<LayerBlob>> = new Map();

  constructor(store: ReadableStore, options: LayerOptions = {}) {
    this.#store = store;
    this.#options = options;
    this.#keeper = new Keeper(options);
  }

  get(descriptor: Descriptor): Promise<LayerBlob> {
    const known = this.#blobs.get(descriptor.digest);
    if (known) return known;
    const blob = this.#store.open(descriptor).then((source) => this.blobOf(source));
    this.#blobs.set(descriptor.digest, blob);
    return blob;
  }

  /** Takes a layer that is open already. */
  set(digest: string, blob: LayerBlob): void {
    this.#blobs.set(digest, Promise.resolve(blob));
  }

  /** A layer with the options of this cache, and its share of their memory. */
  blobOf(source: Source): LayerBlob {
    return new LayerBlob(source, this.#options, this.#keeper);
  }
}

/** One layer of an image: what it changes, and the bytes that say so. */
export class Layer {
  /** Its place among the layers, from 0, the lowest. */
  readonly position: number;
  readonly descriptor: Descriptor;
  /** Digest of its tar as the configuration states it; `undefined` where it states none. */
  readonly diffId: Digest | undefined;
  /** The step that made it, where the history tells. */
  readonly history: History | undefined;
  readonly #cache: LayerCache;

  constructor(position: number, descriptor: Descriptor, diffId: Digest | undefined, history: History | undefined, cache: LayerCache) {
    this.position = position;
    this.descriptor = descriptor;
    this.diffId = diffId;
    this.history = history;
    this.#cache = cache;
  }

  /** Whether it is a file system layer. An artifact's layers may be anything: they are listed, and have no part in a tree. */
  get isFileSystem(): boolean {
    return isLayer(this.descriptor.mediaType);
  }

  /** How it is compressed, by its bytes. @throws {ImageError} `BLOB_MISSING`, as all below. */
  async compression(): Promise<Compression | undefined> {
    return (await this.#blob()).compression();
  }

  /** Its entries as they stand in it. */
  async index(): Promise<TarIndex> {
    const blob = await this.#blob();
    return blob.index().catch((error) => {
      throw placed(error, `Cannot read layer ${this.position} (${this.descriptor.digest.slice(0, 19)})`);
    });
  }

  /** Bytes of its tar. */
  async unpackedSize(): Promise<number> {
    return (await this.#blob()).unpackedSize();
  }

  /** What it does to the tree below. Its nodes have the layer's position as their `origin`. */
  async changeset(semantics?: Semantics): Promise<Changeset> {
    return layerChangeset(await this.index(), this.position, semantics);
  }

  /** The bytes as they are stored, verified while they are read. */
  async compressed(): Promise<ByteStream> {
    return verified((await this.#blob()).source, this.descriptor);
  }

  /** The layer's tar, to be read at any place; from front to back it costs one pass. */
  async tar(): Promise<Source> {
    return (await (await this.#blob()).unpacked()).source;
  }

  /** The layer's tar. */
  async uncompressed(): Promise<ByteStream> {
    return (await this.#blob()).uncompressed();
  }

  /**
   * The digest of the tar, computed; what the configuration states is `diffId`. The whole layer is read for it, verified as it is stored, and indexed.
   * @throws {DigestError} where it is not the content that the descriptor names.
   */
  async computeDiffId(): Promise<Digest> {
    return (await this.#blob()).digest(await this.compressed());
  }

  #blob(): Promise<LayerBlob> {
    return this.#cache.get(this.descriptor);
  }
}
