import { copyBytes } from '../bytes/index.ts';
import type { ByteReader } from '../stream/index.ts';
import { truncated } from './faults.ts';
import type { Compression } from './sniff.ts';

/** Takes a copy of the next `length` bytes, which the format says are there: what they lie in may be given back. */
export async function demand(reader: ByteReader, length: number, format: Compression): Promise<Uint8Array> {
  if (!(await reader.fill(length))) throw truncated(format);
  const bytes = copyBytes(reader.peek(length), 0, length);
  reader.advance(length);
  return bytes;
}

/** An unsigned number, least significant byte first, as all these formats but bzip2 store them. */
export function littleEndian(bytes: Uint8Array, offset: number, length: 1 | 2 | 4): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[offset + i] as number);
  return value;
}
