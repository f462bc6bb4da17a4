const SAMPLES = 8;
const SAMPLE = 4096;

/**
 * Bits a byte, from which on a sample is taken for random. Of 4,096 random bytes the estimate is 7.955 on average (8 less 255 / (2 · 4096 · ln 2)); machine code,
 * text and pictures as they are stay below 7.5.
 */
const RANDOM = 7.9;

/**
 * Whether deflate would make nothing of a block: packages, pictures and archives inside a layer are compressed already, and deflate is slowest on them. All of
 * eight samples must look random, so a block of which a part can be compressed is.
 */
export function isIncompressible(block: Uint8Array): boolean {
  if (block.length < SAMPLES * SAMPLE) return false;
  const step = Math.floor((block.length - SAMPLE) / (SAMPLES - 1));
  for (let i = 0; i < SAMPLES; i++) if (entropy(block.subarray(i * step, i * step + SAMPLE)) < RANDOM) return false;
  return true;
}

/** Shannon's entropy of single bytes, in bits. */
function entropy(bytes: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] as number) + 1;
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / bytes.length) * Math.log2(count / bytes.length);
  return bits;
}
