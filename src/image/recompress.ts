import { equalBytes } from '../bytes/index.ts';
import { type CompressOptions, compress, decompress } from '../compress/index.ts';
import { DigestError } from '../errors.ts';
import { LayerBlob } from '../layer/index.ts';
import {
  type Descriptor,
  diffIds,
  edit,
  encodeJson,
  type Index,
  isDocker,
  isImageManifest,
  isLayer,
  type JsonObject,
  type LayerCompression,
  type Manifest,
  parseConfig,
  parseDocument,
  REFERENCE_DIGEST,
  toOci,
  withCompression,
} from '../oci/index.ts';
import { type CopyOptions, copy, fetchDocument, hasSuccessors, type ReadableStore, type Store } from '../store/index.ts';
import { type ByteStream, mapPool, tap } from '../stream/index.ts';
import { withContent } from './with-content.ts';

/** How layers are to be compressed. */
export interface RecompressOptions extends CopyOptions {
  readonly compression: LayerCompression;
  /** As for `compress`; what is compressed so already is left as it is. */
  readonly level?: number;
}

/**
 * Copies what a descriptor leads to, image or index, with all layers compressed in one way, and returns the descriptor of what came of it. Configurations stay
 * byte for byte, and with them image IDs and diffIDs. So does each layer that is compressed so already, by its bytes, and each manifest of which nothing changes.
 * Others get a new digest; an attestation stays with its image, although the statement in it goes on naming the old digest. A Docker manifest becomes an OCI
 * one where its layers are to be zstd, which Docker's have not.
 *
 * Compressed digests depend on the compressor, so they may change from one runtime, or release of it, to another.
 * @throws {ImageError} `BLOB_MISSING`, or for faulty documents. @throws {DigestError} where a layer is not what its descriptor or diffID says.
 * @throws {LadingError} `COMPRESS_UNSUPPORTED`, `COMPRESS_CORRUPT`
 */
export function recompress(source: ReadableStore, root: Descriptor, destination: Store, options: RecompressOptions): Promise<Descriptor> {
  return new Recompression(source, destination, options).descriptor(root);
}

/** Several roots that share layers: each layer is compressed once. */
export class Recompression {
  readonly #source: ReadableStore;
  readonly #destination: Store;
  readonly #options: RecompressOptions;
  readonly #layers: Map<string, Promise<Descriptor>> = new Map();

  constructor(source: ReadableStore, destination: Store, options: RecompressOptions) {
    this.#source = source;
    this.#destination = destination;
    this.#options = options;
  }

  /** What becomes of a descriptor, with all that it leads to. */
  async descriptor(root: Descriptor): Promise<Descriptor> {
    const isThere = hasSuccessors(root) && (await this.#source.exists(root));
    const document = isThere ? parseDocument(await fetchDocument(this.#source, root), root.mediaType) : undefined;
    if (document?.kind === 'index') return this.#index(root, document);
    if (document?.kind === 'manifest' && isImageManifest(document) && document.layers.some(({ mediaType }) => isLayer(mediaType)))
      return this.#image(root, document);
    return this.#copy(root);
  }

  async #copy(root: Descriptor): Promise<Descriptor> {
    await copy(this.#source, root, this.#destination, this.#options);
    return root;
  }

  /** An index may name what is elsewhere: that stays as it is named. */
  async #index(root: Descriptor, index: Index): Promise<Descriptor> {
    const changed = new Map<string, Descriptor>();
    for (const each of index.manifests) {
      if (!changed.has(each.digest) && (await this.#source.exists(each))) changed.set(each.digest, await this.descriptor(each));
    }
    const manifests = index.manifests.map((each) => relinked(withContent(each, changed.get(each.digest) ?? each), changed));
    return this.#document(root, index, edit(index.json, ['manifests'], manifests));
  }

  async #image(root: Descriptor, manifest: Manifest): Promise<Descriptor> {
    const config = await fetchDocument(this.#source, manifest.config);
    const ids = diffIds(parseConfig(config)) ?? [];
    const { jobs = 2, compression } = this.#options;
    const layers = await mapPool(manifest.layers, jobs, (layer, i) => this.#layer(layer, ids[i]));
    await this.#destination.push(manifest.config, config);
    const json = edit(manifest.json, ['layers'], layers);
    return this.#document(root, manifest, compression === 'zstd' && isDocker(manifest.mediaType) ? asOci(json, manifest, layers) : json);
  }

  async #layer(layer: Descriptor, diffId: string | undefined): Promise<Descriptor> {
    const known = this.#layers.get(layer.digest);
    const made = known ?? this.#makeLayer(layer, diffId);
    this.#layers.set(layer.digest, made);
    return withContent(layer, await made);
  }

  async #makeLayer(layer: Descriptor, diffId: string | undefined): Promise<Descriptor> {
    const { compression } = this.#options;
    if (!isLayer(layer.mediaType) || !(await this.#source.exists(layer))) return this.#copy(layer);
    const from = (await new LayerBlob(await this.#source.open(layer)).compression()) ?? 'none';
    const mediaType = withCompression(layer.mediaType, compression);
    if (from === compression) return { ...(await this.#copy(layer)), mediaType };
    const tar = decompress(this.#watched(await this.#source.fetch(layer)));
    const made = await this.#destination.ingest(mediaType, compression === 'none' ? tar : compress(tar, this.#format(compression)));
    if (compression === 'none' && diffId !== undefined && made.digest !== diffId) throw falseDiffId(layer, diffId, made.digest);
    return made;
  }

  #format(format: CompressOptions['format']): CompressOptions {
    const { level } = this.#options;
    return { format, ...(level !== undefined && { level }) };
  }

  #watched(stream: ByteStream): ByteStream {
    const { signal, onBytes } = this.#options;
    return tap(stream, ({ length }) => {
      signal?.throwIfAborted();
      onBytes?.(length);
    });
  }

  /** A document whose members may have changed, as the destination has it then. */
  async #document(root: Descriptor, { raw, json, mediaType }: Manifest | Index, changed: JsonObject): Promise<Descriptor> {
    const bytes = encodeJson(changed);
    if (!equalBytes(bytes, encodeJson(json))) return withContent(root, await this.#destination.ingest(typeOf(changed) ?? mediaType, bytes));
    await this.#destination.push(root, raw);
    return root;
  }
}

/** An attestation names the image that it is about by its digest. */
function relinked(descriptor: Descriptor, changed: ReadonlyMap<string, Descriptor>): Descriptor {
  const about = descriptor.annotations?.get(REFERENCE_DIGEST);
  const now = about === undefined ? undefined : changed.get(about);
  return now ? { ...descriptor, annotations: new Map([...(descriptor.annotations ?? []), [REFERENCE_DIGEST, now.digest]]) } : descriptor;
}

function asOci(json: JsonObject, { mediaType, config }: Manifest, layers: readonly Descriptor[]): JsonObject {
  const oci = (descriptor: Descriptor): Descriptor => ({ ...descriptor, mediaType: toOci(descriptor.mediaType) });
  return edit(edit(edit(json, ['mediaType'], toOci(mediaType)), ['config'], oci(config)), ['layers'], layers.map(oci));
}

function typeOf(json: JsonObject): string | undefined {
  const type = json.get('mediaType');
  return typeof type === 'string' ? type : undefined;
}

function falseDiffId({ digest }: Descriptor, diffId: string, actual: string): DigestError {
  const message = `Cannot recompress the layer ${digest}: its tar has the digest ${actual}, and the configuration says ${diffId}`;
  return new DigestError('DIGEST_MISMATCH', message, diffId, actual);
}
