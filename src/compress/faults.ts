import { LadingError } from '../errors.ts';
import type { ByteReader } from '../stream/index.ts';
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

/** Takes the next `length` bytes, which the format says are there. */
export async function demand(reader: ByteReader, length: number, format: Compression): Promise<Uint8Array> {
  if (!(await reader.fill(length))) throw truncated(format);
  const bytes = reader.peek(length).subarray(0, length);
  reader.advance(length);
  return bytes;
}

/** An unsigned number of two or four bytes, least significant first, as all these formats but bzip2 store them. */
export function littleEndian(bytes: Uint8Array, offset: number, length: 1 | 2 | 4): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[offset + i] as number);
  return value;
}
