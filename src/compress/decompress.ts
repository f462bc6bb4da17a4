import { asStream, type ByteInput, ByteReader, type ByteStream, lending, tap } from '../stream/index.ts';
import { gunzip } from './gzip.ts';
import { checkOutput, type DecompressLimits, withDefaults } from './limits.ts';
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
  return unpack(new ByteReader(asStream(input)), withDefaults(options.limits));
}

/** The same, and tells which compression it was. Waits for the first bytes. */
export async function openCompressed(input: ByteInput, options: DecompressOptions = {}): Promise<Opened> {
  const reader = new ByteReader(asStream(input));
  const compression = await sniff(reader);
  return { compression, content: unpack(reader, withDefaults(options.limits)) };
}

async function sniff(reader: ByteReader): Promise<Compression | undefined> {
  await reader.fill(SNIFF_LENGTH);
  return sniffCompression(reader.peek(SNIFF_LENGTH));
}

function unpack(reader: ByteReader, limits: DecompressLimits): AsyncGenerator<Uint8Array> {
  let size = 0;
  return tap(lending(contentOf(reader, limits.window)), (chunk) => {
    size += chunk.length;
    checkOutput(size, reader.position + reader.available, limits);
  });
}

/** The input is let go of however this ends. */
async function* contentOf(reader: ByteReader, maxWindow: number): AsyncGenerator<Uint8Array> {
  try {
    yield* decoded(reader, await sniff(reader), maxWindow);
  } finally {
    await reader.close();
  }
}

function decoded(reader: ByteReader, compression: Compression | undefined, maxWindow: number): AsyncGenerator<Uint8Array> {
  if (compression === 'gzip') return gunzip(reader);
  if (compression === 'zstd') return unzstd(reader, maxWindow);
  if (compression === 'xz') return unxz(reader);
  return compression === 'bzip2' ? unbzip2(reader) : remaining(reader);
}

async function* remaining(reader: ByteReader): AsyncGenerator<Uint8Array> {
  reader.giveBack(); // what is taken is shared
  for (let chunk = await reader.take(Number.POSITIVE_INFINITY); chunk; chunk = await reader.take(Number.POSITIVE_INFINITY)) yield chunk;
}
