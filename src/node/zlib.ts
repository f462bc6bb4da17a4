import native from 'node:zlib';
import type { Zlib } from '../compress/index.ts';
import { ByteReader, type ByteStream } from '../stream/index.ts';
import { deflate } from './deflate.ts';
import { pump, TURN, type ZlibStream } from './pump.ts';

const { constants } = native;

const options = { chunkSize: TURN };

// Node 20 has no zstd.
const hasZstd = 'createZstdDecompress' in native;

/** The side of `#zlib` on `node:zlib`. The streams of zlib are faster than its synchronous calls and leave the event loop free. */
export const zlib: Zlib = {
  crc32: native.crc32,
  inflate: (reader) => pump(native.createInflateRaw(options), reader, 'gzip'),
  gunzip: (reader) => pump(native.createGunzip(options), reader, 'gzip'),
  deflate,
  unzstd: hasZstd ? unzstd : undefined,
  zstd: hasZstd ? zstd : undefined,
};

async function* unzstd(frames: ByteStream, maxWindow: number): AsyncGenerator<Uint8Array> {
  const windowLog = Math.min(31, Math.max(10, Math.ceil(Math.log2(maxWindow))));
  const reader = new ByteReader(frames);
  try {
    // Node 24 takes no input at all for one that ends early.
    if (await reader.fill(1))
      yield* pump(native.createZstdDecompress({ ...options, params: { [constants.ZSTD_d_windowLogMax]: windowLog } }), reader, 'zstd');
  } finally {
    await reader.close();
  }
}

function zstd(input: ByteStream, level: number): AsyncGenerator<Uint8Array> {
  const params = { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 };
  return pumpAll(native.createZstdCompress({ ...options, params }), input, 'zstd');
}

async function* pumpAll(stream: ZlibStream, input: ByteStream, format: string): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(input);
  try {
    yield* pump(stream, reader, format);
  } finally {
    await reader.close();
  }
}
