import { verifyStream } from '../digest/index.ts';
import { ImageError } from '../errors.ts';
import { type Descriptor, embeddedData, JSON_LIMITS } from '../oci/index.ts';
import { type ByteStream, bytesSource, collect, type Source, streamLater } from '../stream/index.ts';
import type { ReadableStore } from './store.ts';

/** The error of content that is not there. `where` names the place that was looked at. */
export function blobMissing({ digest, mediaType }: Descriptor, where: string): ImageError {
  return new ImageError('BLOB_MISSING', `Cannot read ${digest}: ${where} does not hold this content (${mediaType})`);
}

/** Content that is open, as a stream that is verified. */
export function verified(source: Source, { digest, size }: Descriptor): ByteStream {
  return verifyStream(source.stream(), { digest, size });
}

/** The content of a descriptor, opened when it is read and verified: what the store has, or else what the descriptor itself embeds. */
export function contentOf(store: ReadableStore, descriptor: Descriptor): ByteStream {
  return streamLater(async () => {
    const data = embeddedData(descriptor);
    return data && !(await store.exists(descriptor)) ? verified(bytesSource(data), descriptor) : store.fetch(descriptor);
  });
}

/** A small document in whole. @throws {ImageError} `BLOB_MISSING` @throws {DigestError} @throws {LimitError} `LIMIT_SIZE` over 4 MiB. */
export async function fetchDocument(store: ReadableStore, descriptor: Descriptor): Promise<Uint8Array> {
  return collect(contentOf(store, descriptor), JSON_LIMITS.size);
}
