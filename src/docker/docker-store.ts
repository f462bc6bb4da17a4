import { decompress, sniffCompression } from '../compress/index.ts';
import { type Digest, Digester, digestOf } from '../digest/index.ts';
import { ImageError } from '../errors.ts';
import { createManifest, type Descriptor, diffIds, type ImageConfig, OCI_CONFIG, OCI_LAYER, OCI_MANIFEST, parseConfig } from '../oci/index.ts';
import { blobMissing, MemoryStore, type NamedDescriptor, type ReadableStore, verified } from '../store/index.ts';
import { type ByteStream, replaySource, type Source } from '../stream/index.ts';
import { BLOCK } from '../tar/index.ts';

/** What an image of a docker-archive is made of. */
export interface DockerImage {
  readonly names: readonly string[];
  readonly config: Uint8Array;
  readonly layers: readonly DockerLayer[];
}

/** A layer as a docker-archive has it: a member, or only a descriptor of content that lies elsewhere. */
export type DockerLayer = Source | Descriptor;

/**
 * The images of a docker-archive, seen as a store. Each gets the OCI manifest that a conversion without recompression writes: its layers are the plain
 * tars, so their digests are the diffIDs. A layer that the archive holds compressed is unpacked as it is read.
 */
export class DockerStore implements ReadableStore {
  readonly #documents: MemoryStore = new MemoryStore();
  readonly #layers: Map<string, Source> = new Map();
  readonly #names: NamedDescriptor[] = [];

  /** Adds an image and returns the descriptor of its manifest. @throws {ImageError} `IMAGE_LAYERS`, or for a faulty configuration. */
  async add({ names, config, layers }: DockerImage): Promise<Descriptor> {
    const ids = statedIds(parseConfig(config), layers.length);
    const described: Descriptor[] = [];
    for (const [position, layer] of layers.entries()) described.push(await this.#addLayer(layer, ids?.[position]));
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
    if (layer) return layer;
    if (await this.#documents.exists(descriptor)) return this.#documents.open(descriptor);
    throw blobMissing(descriptor, 'the archive');
  }

  async exists(descriptor: Descriptor): Promise<boolean> {
    return this.#layers.has(descriptor.digest) || this.#documents.exists(descriptor);
  }

  async list(): Promise<readonly NamedDescriptor[]> {
    return this.#names;
  }

  async #addDocument(bytes: Uint8Array, mediaType: string): Promise<Descriptor> {
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
    await this.#documents.push(descriptor, bytes);
    return descriptor;
  }

  async #addLayer(layer: DockerLayer, diffId: Digest | undefined): Promise<Descriptor> {
    if ('digest' in layer) return layer;
    const known = diffId && this.#layers.get(diffId);
    const { tar, digest } = known ? { tar: known, digest: diffId } : await plainTar(layer, diffId);
    this.#layers.set(digest, tar);
    return { mediaType: OCI_LAYER, digest, size: tar.size };
  }
}

function statedIds(config: ImageConfig, layers: number): readonly Digest[] | undefined {
  const ids = diffIds(config);
  if (!ids || ids.length === layers) return ids;
  throw new ImageError('IMAGE_LAYERS', `Cannot read the image: it lists ${layers} layers, its configuration ${ids.length}`, '/rootfs/diff_ids');
}

/** The tar of a layer member. Its size, and the digest where the configuration states none, cost a pass over it only if they are not known otherwise. */
async function plainTar(member: Source, diffId: Digest | undefined): Promise<{ tar: Source; digest: Digest }> {
  const isPacked = sniffCompression(await member.read(0, BLOCK)) !== undefined;
  if (!isPacked && diffId) return { tar: member, digest: diffId };
  const open = (): ByteStream => (isPacked ? decompress(member.stream()) : member.stream());
  const digester = new Digester();
  for await (const chunk of open()) digester.update(chunk);
  const { size } = digester;
  return { tar: isPacked ? replaySource(open, size) : member, digest: diffId ?? digester.digest() };
}
