import type { ByteInput, ByteStream, Source } from '../stream/index.ts';
import type { ParseOptions } from './parser.ts';
import { TarReader } from './reader.ts';
import { TarIndex, type Trailer } from './tar-index.ts';

/** How a stream is indexed. */
export interface IndexOptions extends ParseOptions {
  /** Called with each file's body as it passes; what it returns is `TarIndex.digest` of that entry. Without it bodies are skipped. */
  readonly digest?: (body: ByteStream) => Promise<string>;
  /** Gives the archive's bytes again once its size is known, for `TarIndex.body`. Without it bodies cannot be read later. */
  readonly reread?: (size: number) => Source;
}

/**
 * Indexes an archive that comes as a stream, in one pass that keeps no bodies.
 * @throws {TarError} where the archive is faulty or cut. @throws {LimitError} where it declares more than `options.limits` allow.
 */
export async function indexTar(input: ByteInput, { digest, reread, ...options }: IndexOptions = {}): Promise<TarIndex> {
  const reader = new TarReader(input, options);
  const index = new TarIndex();
  for await (const entry of reader) {
    index.add(entry);
    if (digest && entry.header.type === 'file') index.setDigest(index.length - 1, await digest(entry.body));
  }
  const trailer = reader.trailer as Trailer; // the loop has come to its end
  return index.finish(trailer, reread?.(trailer.offset + trailer.size));
}
