import type { ByteReader } from '../stream/index.ts';
import { corrupt, truncated } from './faults.ts';
import { demand, littleEndian } from './fields.ts';
import type { Zlib } from './seam.ts';

/**
 * Unpacks one gzip member (RFC 1952). Its checksum is made here, of what has come out while the next of it is inflated: where that happens on a thread of its
 * own, the thread that all wait for has a tenth less to do.
 */
export async function* gunzipMember(reader: ByteReader, { inflate, crc32 }: Zlib): AsyncGenerator<Uint8Array> {
  await skipHeader(reader, crc32);
  let crc = 0;
  let size = 0;
  for await (const chunk of inflate(reader)) {
    crc = crc32(chunk, crc);
    size += chunk.length;
    yield chunk;
  }
  await checkTrailer(reader, crc, size);
}

async function checkTrailer(reader: ByteReader, crc: number, size: number): Promise<void> {
  const trailer = await demand(reader, 8, 'gzip');
  if (littleEndian(trailer, 0, 4) !== crc) throw corrupt('gzip', 'a member does not match its checksum');
  if (littleEndian(trailer, 4, 4) !== size % 2 ** 32) throw corrupt('gzip', 'a member does not match its length');
}

const FHCRC = 2;
const FEXTRA = 4;
const FNAME = 8;
const FCOMMENT = 16;
const RESERVED = 0xe0;

// Each field is judged as soon as it is here, in zlib's order, so that both sides call the same input cut or corrupt.
async function skipHeader(reader: ByteReader, crc32: Zlib['crc32']): Promise<void> {
  let crc = 0;
  const next = async (length: number): Promise<Uint8Array> => {
    const bytes = await demand(reader, length, 'gzip');
    crc = crc32(bytes, crc);
    return bytes;
  };
  if (littleEndian(await next(2), 0, 2) !== 0x8b1f) throw corrupt('gzip', 'what follows a member is neither a member nor NUL bytes');
  const [method, flags = 0] = await next(2);
  if (method !== 8) throw corrupt('gzip', `a member is packed by the unknown method ${method}`);
  if (flags & RESERVED) throw corrupt('gzip', 'a member has unknown flags');
  await next(6); // time, hint, system
  if (flags & FEXTRA) await next(littleEndian(await next(2), 0, 2));
  if (flags & FNAME) await skipText(reader, next);
  if (flags & FCOMMENT) await skipText(reader, next);
  const expected = crc % 2 ** 16;
  if (flags & FHCRC && littleEndian(await next(2), 0, 2) !== expected) throw corrupt('gzip', 'a header does not match its checksum');
}

/** Skips text up to its NUL, however long it is. */
async function skipText(reader: ByteReader, next: (length: number) => Promise<Uint8Array>): Promise<void> {
  for (;;) {
    if (!(await reader.fill(1))) throw truncated('gzip');
    const here = reader.peek(1);
    const end = here.indexOf(0);
    await next(end < 0 ? here.length : end + 1);
    if (end >= 0) return;
  }
}
