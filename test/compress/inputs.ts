import { concatBytes, equalBytes } from '../../src/bytes/index.ts';
import { type DecompressOptions, decompress } from '../../src/compress/index.ts';
import { type ByteInput, collect } from '../../src/stream/index.ts';

export const join = (...parts: Uint8Array[]): Uint8Array => concatBytes([...parts, new Uint8Array(0)]);

export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The bytes with one bit turned. */
export function flip(bytes: Uint8Array, at: number, bit = 0): Uint8Array {
  return bytes.with(at, (bytes.at(at) as number) ^ (1 << bit));
}

export const unpack = (input: ByteInput, options?: DecompressOptions): Promise<Uint8Array> => collect(decompress(input, options));

/** The bytes in chunks of the given lengths, which are gone through again and again. */
export function* inChunks(bytes: Uint8Array, ...lengths: number[]): Generator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length] as number;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

/** Chunk lengths that differ from seed to seed, zero among them. */
export function lengthsOf(seed: number): number[] {
  return Array.from({ length: 7 }, (_, i) => ((seed * 7919 + i * 104_729) % 211) * ((seed + i) % 3)).concat(1);
}

export function sameContent(actual: Uint8Array, expected: Uint8Array): void {
  if (!equalBytes(actual, expected)) throw new Error(`got ${actual.length} bytes that are not the ${expected.length} expected`);
}

/** What a decompression comes to: its code where it fails. */
export async function outcome(input: ByteInput, options?: DecompressOptions): Promise<Uint8Array | string> {
  try {
    return await unpack(input, options);
  } catch (error) {
    return (error as { code?: string }).code ?? `no code: ${error}`;
  }
}
