import { type Descriptor, STARGZ_TOC_DIGEST, ZSTD_CHUNKED_TOCS } from '../oci/index.ts';

/** What says how the stored bytes of a layer are laid out, or what they are. */
const OF_BYTES: ReadonlySet<string> = new Set([STARGZ_TOC_DIGEST, ...ZSTD_CHUNKED_TOCS.flatMap(({ digest, position }) => [digest, position])]);

/** A descriptor that now names other content. What it says of that content's bytes goes, all else stays. */
export function withContent(descriptor: Descriptor, { mediaType, digest, size }: Descriptor): Descriptor {
  if (digest === descriptor.digest) return { ...descriptor, mediaType };
  const { data: _, urls: __, annotations, ...rest } = descriptor;
  const kept = [...(annotations ?? [])].filter(([name]) => !OF_BYTES.has(name));
  return { ...rest, mediaType, digest, size, ...(kept.length > 0 && { annotations: new Map(kept) }) };
}
