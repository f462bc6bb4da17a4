/** What the first bytes of something say that it is. Names are never asked. */
export type Magic = 'gzip' | 'zstd' | 'xz' | 'bzip2' | 'zip' | 'lzma' | 'ar' | 'cpio';

const SIGNATURES: readonly (readonly [Magic, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b, 0x08]], // RFC 1952, section 2.3.1
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]], // RFC 8878, section 3.1.1
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]], // The .xz file format, section 2.1.1.1
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['lzma', [0x5d, 0x00, 0x00]],
  ['ar', [0x21, 0x3c, 0x61, 0x72, 0x63, 0x68, 0x3e, 0x0a]],
  ['cpio', [0x30, 0x37, 0x30, 0x37, 0x30]],
];

/** Recognises a format by its signature. A zstd stream may also start with a skippable frame (RFC 8878, section 3.1.2). */
export function sniffMagic(bytes: Uint8Array): Magic | undefined {
  for (const [magic, signature] of SIGNATURES) {
    if (signature.every((byte, i) => bytes[i] === byte)) return magic;
  }
  const isSkippable = ((bytes[0] ?? 0) & 0xf0) === 0x50 && bytes[1] === 0x2a && bytes[2] === 0x4d && bytes[3] === 0x18;
  return isSkippable ? 'zstd' : undefined;
}
