import type { Descriptor } from '../oci/index.ts';
import { type ByteStream, mapPool, tap } from '../stream/index.ts';
import { contentOf } from './content.ts';
import { reachable } from './reachable.ts';
import type { ReadableStore, Store } from './store.ts';

/** How content is copied. */
export interface CopyOptions {
  /** Ends the copying; what is half there is never seen. */
  readonly signal?: AbortSignal;
  /** How many contents are copied at once. Default 2. */
  readonly jobs?: number;
  /** Is told of each piece that is read. */
  readonly onBytes?: (bytes: number) => void;
}

/** What came of copying. */
export interface CopyReport {
  /** What was brought over. */
  readonly copied: readonly Descriptor[];
  /** What was there already. */
  readonly present: readonly Descriptor[];
  /** What the source itself does not hold and may lack: manifests of other platforms that an index names, layers that are to be got from elsewhere. */
  readonly missing: readonly Descriptor[];
}

const JOBS = 2;

/**
 * Copies all that a descriptor leads to, byte for byte. What the destination has is not read; what it gets is read once, and verified while it is written.
 * Content comes before what names it, so that whatever is there is whole, also when the copying is ended in the middle. Nothing gets a name: `tag` does that.
 *
 * ```ts
 * await copy(archive.image.store, image.descriptor, layout);
 * await layout.tag(image.descriptor, 'app:1.2');
 * ```
 * @throws {ImageError} `BLOB_MISSING` where an image's own content is missing, or for faulty documents. @throws {DigestError}
 */
export async function copy(source: ReadableStore, root: Descriptor, destination: Store, options: CopyOptions = {}): Promise<CopyReport> {
  const { jobs = JOBS, signal } = options;
  const { contents, documents, missing } = await reachable(source, [root]);
  const copied: Descriptor[] = [];
  const present: Descriptor[] = [];
  const take = async (descriptor: Descriptor): Promise<void> => {
    signal?.throwIfAborted();
    const isThere = await destination.exists(descriptor);
    if (!isThere) await destination.push(descriptor, watched(await unverified(source, descriptor), options));
    (isThere ? present : copied).push(descriptor);
  };
  await mapPool(contents, jobs, take);
  for (const descriptor of documents) await take(descriptor);
  return { copied, present, missing };
}

/** The destination verifies what it takes. */
async function unverified(source: ReadableStore, descriptor: Descriptor): Promise<ByteStream> {
  return (await source.exists(descriptor)) ? (await source.open(descriptor)).stream() : contentOf(source, descriptor);
}

function watched(stream: ByteStream, { signal, onBytes }: CopyOptions): ByteStream {
  return tap(stream, ({ length }) => {
    signal?.throwIfAborted();
    onBytes?.(length);
  });
}
