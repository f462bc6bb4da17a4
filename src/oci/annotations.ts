import type { Descriptor } from './descriptor.ts';
import { formatReference, parseReference, withDefaultTag } from './reference.ts';

/** The name of an image in `index.json`. Engines put the tag alone here; skopeo, podman and umoci find an image by what stands here, so a whole reference does. */
export const REF_NAME = 'org.opencontainers.image.ref.name';
/** The whole reference, where containerd or Docker wrote the archive. */
export const CONTAINERD_NAME = 'io.containerd.image.name';
export const CREATED = 'org.opencontainers.image.created';
export const BASE_NAME = 'org.opencontainers.image.base.name';
export const BASE_DIGEST = 'org.opencontainers.image.base.digest';
/** What a manifest is to another one of the same index, and to which. Only BuildKit's attestations are known. */
export const REFERENCE_TYPE = 'vnd.docker.reference.type';
export const REFERENCE_DIGEST = 'vnd.docker.reference.digest';
/** Digest of the table of contents of an eStargz layer. */
export const STARGZ_TOC_DIGEST = 'containerd.io/snapshot/stargz/toc.digest';
/** Digest of the table of contents of a zstd:chunked layer as it is stored, and where it lies (`offset:length:…`): as containers/storage writes them, and as the stargz library does. */
export const ZSTD_CHUNKED_TOCS: readonly { readonly digest: string; readonly position: string }[] = ['io.github.containers', 'io.containers'].map(
  (prefix) => ({
    digest: `${prefix}.zstd-chunked.manifest-checksum`,
    position: `${prefix}.zstd-chunked.manifest-position`,
  }),
);

/** What carries annotations: a descriptor, a manifest, an index. */
export interface Annotated {
  readonly annotations?: ReadonlyMap<string, string>;
}

/** The names that an entry of `index.json` gives its content, the full one first. There may be none, one or both. */
export function annotatedNames({ annotations }: Annotated): readonly string[] {
  return [CONTAINERD_NAME, REF_NAME].flatMap((key) => annotations?.get(key) ?? []);
}

/**
 * A descriptor as the entry of `index.json` that gives it this name: a whole reference as it is, for skopeo and podman, and in full beside it, for containerd; a
 * tag alone as it is. What else is annotated stays.
 */
export function withName(descriptor: Descriptor, name: string): Descriptor {
  const { annotations: _, ...rest } = descriptor;
  const others = [...(descriptor.annotations ?? [])].filter(([key]) => key !== CONTAINERD_NAME && key !== REF_NAME);
  return { ...rest, annotations: new Map([...others, ...nameAnnotations(name)]) };
}

/** The same descriptor with no name. */
export function withoutName(descriptor: Descriptor): Descriptor {
  const { annotations = [], ...rest } = descriptor;
  const others = [...annotations].filter(([key]) => key !== CONTAINERD_NAME && key !== REF_NAME);
  return others.length > 0 ? { ...rest, annotations: new Map(others) } : rest;
}

// A word alone is a tag (image-spec annotations.md), although it would do as the name of a repository.
function nameAnnotations(name: string): readonly (readonly [string, string])[] {
  if (!/[:/]/.test(name)) return [[REF_NAME, name]];
  try {
    const given = parseReference(name);
    const reference = withDefaultTag(given);
    return [
      [CONTAINERD_NAME, formatReference(reference)],
      [REF_NAME, given.tag === reference.tag ? name : `${name}:${reference.tag}`],
    ];
  } catch {
    return [[REF_NAME, name]];
  }
}

/** The one name by which an entry of `index.json` is told from others: a whole reference in full, else its tag. Of those that Docker writes two may share a tag beside it. */
export function entryName(entry: Descriptor): string | undefined {
  const [name] = annotatedNames(entry);
  return name === undefined ? undefined : annotatedNames(withName(entry, name))[0];
}

/** The digest of the image that this entry of an index attests, as text; `undefined` if the entry is no attestation. */
export function attestedDigest({ annotations }: Annotated): string | undefined {
  return annotations?.get(REFERENCE_TYPE) === 'attestation-manifest' ? annotations.get(REFERENCE_DIGEST) : undefined;
}
