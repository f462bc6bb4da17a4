import { LadingError } from '../errors.ts';
import { type AnyDocument, attestedDigest, type Descriptor, isImageManifest, isIndex, isUnknownPlatform, type Platform } from '../oci/index.ts';
import { type GraphNode, hasSuccessors, type ReadableStore, walkGraph } from '../store/index.ts';
import { Image, type ImageOptions } from './image.ts';

/** An image among those of a place, with the names that lead to it: its own, and those of the indexes that hold it. */
export interface CatalogImage {
  readonly names: readonly string[];
  readonly image: Image;
  /** Digest of its manifest; `undefined` where the place has no manifest for it, and lading made one. */
  readonly digest: string | undefined;
  /** What an index says that it runs on. The configuration is not asked. */
  readonly platform: Platform | undefined;
}

/** Content that a place names and that is no image. */
export interface CatalogArtifact {
  readonly names: readonly string[];
  readonly descriptor: Descriptor;
  /** `missing` is what an index names and the place does not hold: mostly the images of other platforms. */
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

/** Lists what is in a store: goes through nested indexes, and tells images from artifacts, attestations and what is missing. */
export async function catalogOf(store: ReadableStore, options: ImageOptions = {}): Promise<Catalog> {
  const roots = await store.list();
  const names = new Map<string, string[]>();
  for (const { name, descriptor } of roots) {
    const known = names.get(descriptor.digest) ?? [];
    if (name !== undefined && !known.includes(name)) known.push(name);
    names.set(descriptor.digest, known);
  }
  const images = new Map<string, CatalogImage>();
  const artifacts = new Map<string, CatalogArtifact>();
  for await (const node of walkGraph(store, distinct(roots.map(({ descriptor }) => descriptor)))) {
    if (!isListed(node)) continue;
    const { descriptor } = node;
    const own = distinctText([...(names.get(descriptor.digest) ?? []), ...node.path.flatMap(({ digest }) => names.get(digest) ?? [])]);
    const before = images.get(descriptor.digest) ?? artifacts.get(descriptor.digest);
    const all = distinctText([...(before?.names ?? []), ...own]);
    if (isImage(node))
      images.set(descriptor.digest, {
        names: all,
        image: imageOf(before) ?? new Image(store, descriptor, options),
        digest: descriptor.digest,
        platform: descriptor.platform,
      });
    else if (!images.has(descriptor.digest)) artifacts.set(descriptor.digest, artifactOf(node, all));
  }
  return { images: [...images.values()], artifacts: [...artifacts.values()] };
}

/** Manifests count, and whatever an index names directly; the configurations and layers below them do not. */
function isListed({ descriptor, path, document }: GraphNode): boolean {
  if (document?.kind === 'index') return false;
  return hasSuccessors(descriptor) || path.every(({ mediaType }) => isIndex(mediaType));
}

function isImage({ descriptor, document }: GraphNode): boolean {
  return document?.kind === 'manifest' && isImageManifest(document) && !isAttestation(descriptor);
}

function isAttestation(descriptor: Descriptor): boolean {
  return attestedDigest(descriptor) !== undefined || (descriptor.platform !== undefined && isUnknownPlatform(descriptor.platform));
}

function artifactOf({ descriptor, document, error }: GraphNode, names: readonly string[]): CatalogArtifact {
  const fault = error instanceof LadingError ? error : undefined;
  const kind = fault ? (fault.code === 'BLOB_MISSING' ? 'missing' : 'faulty') : isAttestation(descriptor) ? 'attestation' : 'artifact';
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

function imageOf(known: CatalogImage | CatalogArtifact | undefined): Image | undefined {
  return known && 'image' in known ? known.image : undefined;
}

function distinct(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  return [...new Map(descriptors.map((descriptor) => [descriptor.digest, descriptor])).values()];
}

function distinctText(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
