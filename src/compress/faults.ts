import { LadingError } from '../errors.ts';
import type { Compression } from './sniff.ts';

/** Bytes that do not decompress, or do not match their checksum. */
export function corrupt(format: Compression, reason: string, cause?: unknown): LadingError {
  return new LadingError('COMPRESS_CORRUPT', `Cannot decompress ${format} data: ${reason}`, { cause });
}

/** Data that a decoder here cannot read, sound as it may be. */
export function unsupported(format: Compression, reason: string, cause?: unknown): LadingError {
  return new LadingError('COMPRESS_UNSUPPORTED', `Cannot decompress ${format} data: ${reason}`, { cause });
}

export function truncated(format: Compression, cause?: unknown): LadingError {
  return new LadingError('COMPRESS_TRUNCATED', `Cannot decompress ${format} data: the input ends early; get it again`, { cause });
}
