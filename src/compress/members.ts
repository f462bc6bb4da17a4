import type { ByteReader } from '../stream/index.ts';
import { crc32 } from './crc32.ts';
import { corrupt, truncated } from './faults.ts';
import { demand, littleEndian } from './fields.ts';
import { inflate } from './inflate.ts';

/** Unpacks gzip members (RFC 1952), one after the other, until the input ends or a NUL follows one. */
export async function* gunzipMembers(reader: ByteReader): AsyncGenerator<Uint8Array> {
  do {
    await skipHeader(reader);
    yield* inflateMember(reader);
  } while ((await reader.fill(1)) && reader.peek(1)[0] !== 0);
}

async function* inflateMember(reader: ByteReader): AsyncGenerator<Uint8Array> {
  let crc = 0;
  let size = 0;
  for await (const chunk of inflate(reader)) {
    crc = crc32(chunk, crc);
    size += chunk.length;
    yield chunk;
  }
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
async function skipHeader(reader: ByteReader): Promise<void> {
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
