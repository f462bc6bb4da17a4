import { zlib } from '#zlib';
import { LadingError } from '../errors.ts';
import { asStream, type ByteInput, ByteReader, type ByteStream, lending, share } from '../stream/index.ts';
import { gzip } from './gzip.ts';

export interface CompressOptions {
  readonly format: 'gzip' | 'zstd';
  /** From 0 to 9 for gzip, 2 by default; from 1 to 22 for zstd, 3 by default. */
  readonly level?: number;
}

/** The levels of each format, from the fastest to the smallest. An image of 726 MB took 8.1 s at level 6 of gzip and became 261 MB; at level 3 4.6 s and 273 MB, at 2 4.0 s and 275 MB. */
export const COMPRESSION_LEVELS: Readonly<
  Record<CompressOptions['format'], { readonly least: number; readonly most: number; readonly usual: number }>
> = { gzip: { least: 0, most: 9, usual: 2 }, zstd: { least: 1, most: 22, usual: 3 } };

/**
 * Compresses a stream. The same bytes give the same result however they are cut into chunks; from one runtime, or release of it, to another the
 * result may differ, because deflate and zstd leave the encoder free.
 * @throws {LadingError} `COMPRESS_UNSUPPORTED` at once, for zstd where the runtime cannot write it.
 */
export function compress(input: ByteInput, { format, level = COMPRESSION_LEVELS[format].usual }: CompressOptions): ByteStream {
  const { least, most } = COMPRESSION_LEVELS[format];
  if (!Number.isInteger(level) || level < least || level > most)
    throw new RangeError(`Cannot compress at level ${level}: ${format} has the levels ${least} to ${most}`);
  const pieces = lending(evenly(asStream(input)));
  if (format === 'gzip') return lending(gzip(pieces, level));
  if (zlib.zstd) return lending(zlib.zstd(pieces, level));
  throw new LadingError('COMPRESS_UNSUPPORTED', 'Cannot compress as zstd: node:zlib can from Node 22.15 on, and nothing else here; choose gzip');
}

const PIECE = 128 * 1024;

/** Cuts a stream into pieces of one size. What an encoder makes of stored blocks depends on how its input comes. */
async function* evenly(input: ByteStream): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(input);
  reader.giveBack();
  try {
    while ((await reader.fill(PIECE)) || reader.available > 0) {
      const piece = reader.peek(PIECE).subarray(0, PIECE);
      share(piece);
      reader.advance(piece.length);
      yield piece;
    }
  } finally {
    await reader.close();
  }
}
