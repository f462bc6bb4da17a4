import { type Digest, digestOf } from '../digest/index.ts';
import { ImageError } from '../errors.ts';
import { LayerCache } from '../image/index.ts';
import type { LayerBlob, LayerOptions } from '../layer/index.ts';
import { createManifest, type Descriptor, diffIds, type ImageConfig, OCI_CONFIG, OCI_LAYER, OCI_MANIFEST, parseConfig } from '../oci/index.ts';
import { blobMissing, MemoryStore, type NamedContent, type NamedDescriptor, type ReadableStore, verified } from '../store/index.ts';
import { type ByteStream, bytesSource, mapPool, type Source, sameSource } from '../stream/index.ts';

/** What an image of a docker-archive is made of. */
export interface DockerImage {
  readonly names: readonly string[];
  readonly config: Uint8Array;
  readonly layers: readonly DockerLayer[];
  /** What of it lies in the archive under its digest. */
  readonly contents: readonly NamedContent[];
}

/** A layer as a docker-archive has it: a member, or only a descriptor of content that lies elsewhere. */
export type DockerLayer = Source | Descriptor;

interface StoredLayer {
  readonly member: Source;
  readonly tar: Source;
  readonly descriptor: Descriptor;
}

/**
 * The images of a docker-archive, seen as a store. Each gets the OCI manifest that a conversion without recompression writes: its layers are the plain
 * tars, so their digests are the diffIDs. A layer that the archive holds compressed is unpacked as it is read.
 */
export class DockerStore implements ReadableStore {
  /** The open layers. */
  readonly cache: LayerCache;
  readonly #jobs: number;
  readonly #documents: MemoryStore = new MemoryStore();
  readonly #layers: Map<string, StoredLayer> = new Map();
  readonly #names: NamedDescriptor[] = [];
  readonly #contents: NamedContent[] = [];

  /** `jobs`: how many layers of an image are looked at at once. */
  constructor(options: LayerOptions, jobs: number) {
    this.cache = new LayerCache(this, options);
    this.#jobs = jobs;
  }

  /**
   * Adds an image and returns the descriptor of its manifest.
   * @throws {ImageError} `IMAGE_LAYERS`, or for a faulty configuration. @throws {LadingError} for a compressed layer that cannot be unpacked.
   */
  async add({ names, config, layers, contents }: DockerImage): Promise<Descriptor> {
    this.#contents.push(...contents);
    const ids = statedIds(parseConfig(config), layers.length);
    const described = await mapPool(layers, this.#jobs, (layer, position) => this.#addLayer(layer, ids?.[position]));
    const manifest = createManifest({ config: await this.#addDocument(config, OCI_CONFIG), layers: described });
    const descriptor = await this.#addDocument(manifest.raw, OCI_MANIFEST);
    for (const name of names.length > 0 ? names : [undefined]) this.#names.push({ name, descriptor });
    return descriptor;
  }

  async fetch(descriptor: Descriptor): Promise<ByteStream> {
    return verified(await this.open(descriptor), descriptor);
  }

  async open(descriptor: Descriptor): Promise<Source> {
    const layer = this.#layers.get(descriptor.digest);
    if (layer) return layer.tar;
    if (await this.#documents.exists(descriptor)) return this.#documents.open(descriptor);
    throw blobMissing(descriptor, 'the archive');
  }

  async exists(descriptor: Descriptor): Promise<boolean> {
    return this.#layers.has(descriptor.digest) || this.#documents.exists(descriptor);
  }

  async list(): Promise<readonly NamedDescriptor[]> {
    return this.#names;
  }

  async *contents(): AsyncGenerator<NamedContent> {
    yield* this.#contents;
  }

  async #addDocument(bytes: Uint8Array, mediaType: string): Promise<Descriptor> {
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
    await this.#documents.push(descriptor, bytesSource(bytes));
    return descriptor;
  }

  async #addLayer(layer: DockerLayer, diffId: Digest | undefined): Promise<Descriptor> {
    if ('digest' in layer) return layer;
    const known = diffId && this.#layers.get(diffId);
    if (known && sameSource(known.member, layer)) return known.descriptor;
    const stored = this.cache.blobOf(layer);
    const digest = diffId ?? (await stored.digest());
    const blob = await stored.unpacked();
    const descriptor = { mediaType: OCI_LAYER, digest, size: blob.source.size };
    this.#keep({ member: layer, tar: blob.source, descriptor }, blob);
    return descriptor;
  }

  #keep(layer: StoredLayer, blob: LayerBlob): void {
    const { digest } = layer.descriptor;
    // A second copy of a layer is never read, for the first is found by the digest. Whether the two are the same is for whoever verifies.
    if (this.#layers.has(digest)) this.#contents.push({ digest, source: layer.tar });
    else {
      this.#layers.set(digest, layer);
      this.cache.set(digest, blob);
    }
  }
}

function statedIds(config: ImageConfig, layers: number): readonly Digest[] | undefined {
  const ids = diffIds(config);
  if (!ids || ids.length === layers) return ids;
  throw new ImageError('IMAGE_LAYERS', `Cannot read the image: it lists ${layers} layers, its configuration ${ids.length}`, '/rootfs/diff_ids');
}
