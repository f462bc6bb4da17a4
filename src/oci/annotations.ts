/** The tag of an image in `index.json`; engines put the tag alone here, others a whole reference. */
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

/** The digest of the image that this entry of an index attests, as text; `undefined` if the entry is no attestation. */
export function attestedDigest({ annotations }: Annotated): string | undefined {
  return annotations?.get(REFERENCE_TYPE) === 'attestation-manifest' ? annotations.get(REFERENCE_DIGEST) : undefined;
}
