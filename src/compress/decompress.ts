import { asStream, type ByteInput, ByteReader, type ByteStream, lending, streamLater } from '../stream/index.ts';
import { gunzip } from './gzip.ts';
import { type DecompressLimits, withDefaults, withinLimits } from './limits.ts';
import { type Compression, SNIFF_LENGTH, sniffCompression } from './sniff.ts';
import { unbzip2 } from './unbzip2.ts';
import { unxz } from './unxz.ts';
import { unzstd } from './zstd.ts';

export interface DecompressOptions {
  readonly limits?: Partial<DecompressLimits>;
}

/** What an input turned out to be: its compression, `undefined` for plain data, and its content. */
export interface Opened {
  readonly compression: Compression | undefined;
  /** Read it, or leave a loop over it: that is what lets go of the input. */
  readonly content: ByteStream;
}

/**
 * The content of an input in whatever compression it is; plain data passes as it is. One layer is taken off, never more: what is inside may be sniffed
 * and opened again by whoever wants that.
 *
 * ```ts
 * for await (const chunk of decompress(file)) …
 * ```
 * @throws {LadingError} while it is read: `COMPRESS_CORRUPT`, `COMPRESS_TRUNCATED`, `COMPRESS_UNSUPPORTED`
 * @throws {LimitError} while it is read: `LIMIT_SIZE`, `LIMIT_RATIO`
 */
export function decompress(input: ByteInput, options: DecompressOptions = {}): AsyncGenerator<Uint8Array> {
  return streamLater(async () => (await openCompressed(input, options)).content);
}

/** The same, and tells which compression it was. Waits for the first bytes. */
export async function openCompressed(input: ByteInput, options: DecompressOptions = {}): Promise<Opened> {
  const limits = withDefaults(options.limits);
  const reader = new ByteReader(asStream(input));
  const taken = (): number => reader.position + reader.available;
  await reader.fill(SNIFF_LENGTH);
  const compression = sniffCompression(reader.peek(SNIFF_LENGTH));
  return { compression, content: lending(withinLimits(unpack(reader, compression, limits), taken, limits)) };
}

async function* unpack(reader: ByteReader, compression: Compression | undefined, limits: DecompressLimits): AsyncGenerator<Uint8Array> {
  try {
    if (compression === undefined) yield* remaining(reader);
    else if (compression === 'gzip') yield* gunzip(reader);
    else if (compression === 'zstd') yield* unzstd(reader, limits.window);
    else if (compression === 'xz') yield* unxz(reader);
    else yield* unbzip2(reader);
  } finally {
    await reader.close();
  }
}

async function* remaining(reader: ByteReader): AsyncGenerator<Uint8Array> {
  reader.giveBack(); // what is taken is shared
  for (let chunk = await reader.take(Number.POSITIVE_INFINITY); chunk; chunk = await reader.take(Number.POSITIVE_INFINITY)) yield chunk;
}
