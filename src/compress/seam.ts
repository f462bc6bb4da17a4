import type { ByteReader, ByteStream } from '../stream/index.ts';

/**
 * What both sides of the seam `#zlib` export, as `zlib`. Both throw a `LadingError` for bad data, and none waits for input it does not need. What they give is
 * their consumer's, to keep or to give back.
 */
export interface Zlib {
  /** CRC-32 of RFC 1952, going on from `seed`. */
  crc32(bytes: Uint8Array, seed?: number): number;
  /** Inflates one deflate stream (RFC 1951) and leaves the reader right behind it, where gzip keeps its trailer. */
  inflate(reader: ByteReader): AsyncGenerator<Uint8Array>;
  /**
   * Unpacks gzip members, one after the other, and verifies the CRC-32 and length of each. Leaves the reader at the end of the input or at the
   * first NUL behind a member. `undefined` where the runtime cannot.
   */
  readonly gunzip: ((reader: ByteReader) => AsyncGenerator<Uint8Array>) | undefined;
  /** Raw deflate (RFC 1951), level 0 to 9. */
  deflate(input: ByteStream, level: number): AsyncGenerator<Uint8Array>;
  /** Unpacks zstd frames whose structure has been checked; no chunk holds bytes of two frames. `undefined` where the runtime cannot. */
  readonly unzstd: ((frames: ByteStream, maxWindow: number) => AsyncGenerator<Uint8Array>) | undefined;
  /** Packs one zstd frame with a checksum, level 1 to 22. `undefined` where the runtime cannot. */
  readonly zstd: ((input: ByteStream, level: number) => AsyncGenerator<Uint8Array>) | undefined;
}
