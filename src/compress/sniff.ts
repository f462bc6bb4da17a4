import { sniffMagic } from '../bytes/index.ts';

/** The compressions that are read. */
export type Compression = 'gzip' | 'zstd' | 'xz' | 'bzip2';

/** How many bytes `sniffCompression` looks at. */
export const SNIFF_LENGTH = 10;

/** Which compression the first bytes of something (ten, or all of it) are in; `undefined` for everything else. Names are never asked. */
export function sniffCompression(bytes: Uint8Array): Compression | undefined {
  const magic = sniffMagic(bytes);
  if (magic === 'bzip2') return isBzip2(bytes) ? magic : undefined;
  return magic === 'gzip' || magic === 'zstd' || magic === 'xz' ? magic : undefined;
}

const BLOCK = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59];
const END = [0x17, 0x72, 0x45, 0x38, 0x50, 0x90];

// `BZh` alone begins ordinary text, and the name in a tar. A level and the number of a block or of the end must follow, as far as there are bytes.
function isBzip2(bytes: Uint8Array): boolean {
  const [level = 0, ...rest] = bytes.subarray(3, SNIFF_LENGTH);
  const follows = (number: readonly number[]): boolean => rest.every((byte, i) => byte === number[i]);
  return level >= 0x31 && level <= 0x39 && (follows(BLOCK) || follows(END));
}
