import { verifyStream } from '../digest/index.ts';
import { ImageError } from '../errors.ts';
import { type Descriptor, embeddedData, JSON_LIMITS } from '../oci/index.ts';
import { type ByteStream, bytesSource, collect, type Source } from '../stream/index.ts';
import type { ReadableStore } from './store.ts';

/** The error of content that is not there. `where` names the place that was looked at. */
export function blobMissing({ digest, mediaType }: Descriptor, where: string): ImageError {
  return new ImageError('BLOB_MISSING', `Cannot read ${digest}: ${where} does not hold this content (${mediaType})`);
}

/** Content that is open, as a stream that is verified. */
export function verified(source: Source, { digest, size }: Descriptor): ByteStream {
  return verifyStream(source.stream(), { digest, size });
}

/**
 * A small document in whole, verified. What the descriptor itself embeds is used where the store lacks the content.
 * @throws {ImageError} `BLOB_MISSING` @throws {DigestError} @throws {LimitError} `LIMIT_SIZE` over 4 MiB.
 */
export async function fetchDocument(store: ReadableStore, descriptor: Descriptor): Promise<Uint8Array> {
  const data = embeddedData(descriptor);
  if (data && !(await store.exists(descriptor))) return collect(verified(bytesSource(data), descriptor));
  return collect(await store.fetch(descriptor), JSON_LIMITS.size);
}
