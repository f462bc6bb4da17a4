import { gzipSync } from 'node:zlib';
import { concatBytes } from '../../src/bytes/index.ts';
import { collect } from '../../src/stream/index.ts';
import { type EntryInit, type WriteOptions, writeTar } from '../../src/tar/index.ts';

/** A tar of these entries. */
export function tarOf(entries: Iterable<EntryInit>, options?: WriteOptions): Promise<Uint8Array> {
  return collect(writeTar(entries, options));
}

/** How the bytes of a layer, or of a whole archive, are wrapped. */
export type Packing = 'none' | 'gzip' | 'zstd';

export function pack(bytes: Uint8Array, packing: Packing): Uint8Array {
  return packing === 'none' ? bytes : packing === 'gzip' ? new Uint8Array(gzipSync(bytes)) : zstdStored(bytes);
}

const BLOCK = 100_000;

/** A zstd frame of raw blocks (RFC 8878, section 3.1.1): Node 20 cannot write zstd. Single segment, content size in four bytes, no checksum. */
export function zstdStored(bytes: Uint8Array): Uint8Array {
  const size = [0, 8, 16, 24].map((shift) => Math.floor(bytes.length / 2 ** shift) % 256);
  const parts: Uint8Array[] = [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0, ...size)];
  for (let at = 0; at === 0 || at < bytes.length; at += BLOCK) {
    const block = bytes.subarray(at, at + BLOCK);
    const header = block.length * 8 + (at + BLOCK >= bytes.length ? 1 : 0);
    parts.push(Uint8Array.of(header % 256, Math.floor(header / 256) % 256, Math.floor(header / 65536)), block);
  }
  return joined(...parts);
}

/** A skippable frame, as zstd:chunked puts its table of contents in one. */
export function zstdSkippable(content: Uint8Array): Uint8Array {
  return joined(Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, content.length % 256, Math.floor(content.length / 256), 0, 0), content);
}

export const joined = (...parts: readonly Uint8Array[]): Uint8Array => concatBytes(parts);
