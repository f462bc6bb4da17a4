import { gunzip } from '../dist/compress/gzip.js';
import { ByteReader } from '../dist/stream/index.js';
import { slices } from './slices.mjs';

const CHUNK = 64 * 1024;

/** The work of one side of the seams, native or portable, on data that comes in chunks of 64 KiB. */
export function seams(zlib, createHasher) {
  return {
    async gunzip(bytes, see) {
      for await (const chunk of gunzip(new ByteReader(stream(bytes)), zlib)) see(chunk);
    },
    async deflate(bytes, see) {
      for await (const chunk of zlib.deflate(stream(bytes), 6)) see(chunk);
    },
    sha256(bytes, see) {
      const hasher = createHasher('sha256');
      for (const chunk of slices(bytes, CHUNK)) hasher.update(chunk);
      see(hasher.digest());
    },
  };
}

async function* stream(bytes) {
  yield* slices(bytes, CHUNK);
}
