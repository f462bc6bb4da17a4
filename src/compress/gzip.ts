import { zlib } from '#zlib';
import { type ByteReader, type ByteStream, tap } from '../stream/index.ts';
import { corrupt } from './faults.ts';
import { gunzipMember } from './member.ts';
import type { Zlib } from './seam.ts';

/** Unpacks gzip: all members, and NUL bytes behind the last one, with which tapes and some writers fill up a block. */
export async function* gunzip(reader: ByteReader, side: Zlib = zlib): AsyncGenerator<Uint8Array> {
  // A decoder of members goes from one to the next at no cost, and eStargz has one for each file.
  for (let member = gunzipMember(reader, side); ; member = side.gunzip?.(reader) ?? gunzipMember(reader, side)) {
    yield* member;
    if (!(await hasMember(reader))) return checkRest(reader);
  }
}

async function hasMember(reader: ByteReader): Promise<boolean> {
  return (await reader.fill(1)) && reader.peek(1)[0] !== 0;
}

async function checkRest(reader: ByteReader): Promise<void> {
  for (let rest = await reader.take(Number.POSITIVE_INFINITY); rest; rest = await reader.take(Number.POSITIVE_INFINITY)) {
    if (rest.some((byte) => byte !== 0)) throw corrupt('gzip', 'the NUL bytes behind its last member are followed by something else');
  }
}

// RFC 1952, section 2.3: deflate, no flags, no time, no hint, system unknown. What zlib writes there differs from system to system.
const HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/** Packs a stream as one gzip member whose header is always the same. */
export async function* gzip(input: ByteStream, level: number): AsyncGenerator<Uint8Array> {
  let crc = 0;
  let size = 0;
  const content = tap(input, (chunk) => {
    crc = zlib.crc32(chunk, crc);
    size += chunk.length;
  });
  yield Uint8Array.from(HEADER);
  yield* zlib.deflate(content, level);
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, crc, true);
  trailer.setUint32(4, size % 2 ** 32, true);
  yield new Uint8Array(trailer.buffer);
}
