import { LadingError } from '../errors.ts';
import { type AnyDocument, attestedDigest, type Descriptor, isImageManifest, isIndex, isUnknownPlatform, type Platform } from '../oci/index.ts';
import { type GraphNode, hasSuccessors, type NamedDescriptor, type ReadableStore, walkGraph } from '../store/index.ts';
import { Image, type ImageOptions } from './image.ts';

/** An image among those of a place, with the names that lead to it: its own, and those of the indexes that hold it. */
export interface CatalogImage {
  readonly names: readonly string[];
  readonly image: Image;
  /** Digest of its manifest; `undefined` where the place has no manifest for it, and lading made one. */
  readonly digest: string | undefined;
  /** Digests of the indexes that hold it. */
  readonly indexes: readonly string[];
  /** What an index says that it runs on. The configuration is not asked. */
  readonly platform: Platform | undefined;
}

/** Content that a place names and that is no image. */
export interface CatalogArtifact {
  readonly names: readonly string[];
  readonly descriptor: Descriptor;
  /** `missing` is what an index names and the place does not hold: mostly the images of other platforms. `faulty` is what cannot be read. */
  readonly kind: 'artifact' | 'attestation' | 'missing' | 'faulty';
  readonly artifactType: string | undefined;
  /** The digest of what it is about. */
  readonly subject: string | undefined;
  /** Why it could not be read. */
  readonly error?: LadingError;
}

/** Everything that a place names, in its order. */
export interface Catalog {
  readonly images: readonly CatalogImage[];
  readonly artifacts: readonly CatalogArtifact[];
}

/** Some content, and every descriptor of it. */
interface Entry extends GraphNode {
  readonly descriptors: Descriptor[];
}

/** Lists what is in a store: goes through nested indexes, and tells images from artifacts, attestations and what is missing. */
export async function catalogOf(store: ReadableStore, options: ImageOptions = {}): Promise<Catalog> {
  const roots = await store.list();
  const names = new Names(roots);
  const entries = new Map<string, Entry>();
  for await (const node of walkGraph(store, distinct(roots))) {
    names.add(node);
    const known = entries.get(node.descriptor.digest);
    if (known) known.descriptors.push(node.descriptor);
    else if (isListed(node)) entries.set(node.descriptor.digest, { ...node, descriptors: [node.descriptor] });
  }
  const all = [...entries.values()].filter(({ document }) => document?.kind !== 'index');
  const images = all.filter(isImage);
  const artifacts = all.filter((entry) => !isImage(entry));
  return {
    images: images.map((entry) => imageOf(store, entry, names, options)),
    artifacts: artifacts.map((entry) => artifactOf(entry, names.of(entry.descriptor.digest))),
  };
}

function distinct(roots: readonly NamedDescriptor[]): readonly Descriptor[] {
  return [...new Set(roots.map(({ descriptor }) => descriptor))];
}

/** The names of content: its own, and those of every index that holds it. */
class Names {
  readonly #own: Map<string, Set<string>> = new Map();
  readonly #parents: Map<string, Set<string>> = new Map();

  constructor(roots: readonly NamedDescriptor[]) {
    for (const { name, descriptor } of roots) if (name !== undefined) addTo(this.#own, descriptor.digest, name);
  }

  add({ descriptor, path }: GraphNode): void {
    const parent = path.at(-1);
    if (parent) addTo(this.#parents, descriptor.digest, parent.digest);
  }

  of(digest: string): readonly string[] {
    return [...new Set([digest, ...this.holders(digest)].flatMap((holder) => [...(this.#own.get(holder) ?? [])]))];
  }

  /** The indexes that hold it, those that hold them, and so on. */
  holders(digest: string): readonly string[] {
    const holders = new Set<string>(this.#parents.get(digest));
    // A set is gone through in order, with what is added on the way.
    for (const holder of holders) for (const parent of this.#parents.get(holder) ?? []) holders.add(parent);
    return [...holders];
  }
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const known = map.get(key);
  if (known) known.add(value);
  else map.set(key, new Set([value]));
}

/** Manifests count, and whatever an index names directly; the configurations and layers below them do not. */
function isListed({ descriptor, path, document }: GraphNode): boolean {
  return document !== undefined || hasSuccessors(descriptor) || path.every(({ mediaType }) => isIndex(mediaType));
}

function isImage({ document, descriptors }: Entry): boolean {
  return document?.kind === 'manifest' && isImageManifest(document) && !descriptors.every(isAttestation);
}

function isAttestation(descriptor: Descriptor): boolean {
  return attestedDigest(descriptor) !== undefined || (descriptor.platform !== undefined && isUnknownPlatform(descriptor.platform));
}

function imageOf(store: ReadableStore, { document, descriptor, descriptors }: Entry, names: Names, options: ImageOptions): CatalogImage {
  // What the manifest is read as: its descriptor may say something that is no type of a manifest.
  const mediaType = document?.kind === 'manifest' ? document.mediaType : descriptor.mediaType;
  const platform = descriptors.find((known) => known.platform)?.platform;
  const { digest } = descriptor;
  return {
    names: names.of(digest),
    image: new Image(store, { ...descriptor, mediaType }, options),
    digest,
    indexes: names.holders(digest),
    platform,
  };
}

function artifactOf({ descriptor, descriptors, document, error }: Entry, names: readonly string[]): CatalogArtifact {
  const fault = error instanceof LadingError ? error : undefined;
  const isMissing = fault?.code === 'BLOB_MISSING';
  const kind = fault ? (isMissing ? 'missing' : 'faulty') : descriptors.every(isAttestation) ? 'attestation' : 'artifact';
  const subject = attestedDigest(descriptor) ?? subjectOf(document);
  return { names, descriptor, kind, artifactType: artifactTypeOf(descriptor, document), subject, ...(fault && { error: fault }) };
}

function subjectOf(document: AnyDocument | undefined): string | undefined {
  return document && 'subject' in document ? document.subject?.digest : undefined;
}

// image-spec manifest.md: without an artifactType the configuration's media type says what it is.
function artifactTypeOf(descriptor: Descriptor, document: AnyDocument | undefined): string | undefined {
  if (document?.kind === 'manifest') return document.artifactType ?? document.config.mediaType;
  if (document?.kind === 'artifact') return document.artifactType;
  return descriptor.artifactType ?? descriptor.mediaType;
}
