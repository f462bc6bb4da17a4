import { BLOCK } from './format.ts';
import { parseNumber } from './numeric.ts';

const FIELD = 148;
const FIELD_LENGTH = 8;

/** What a header's own checksum says about it. */
export type BlockState = 'header' | 'zero' | 'wrong';

/**
 * Sums header blocks. The sum is that of all bytes with the checksum's own field taken as spaces (POSIX.1-2024, ustar); some old tars summed
 * signed bytes, so that sum is accepted too. Bytes are summed four at a time where the block is aligned, which is three times as fast.
 */
export class Checksum {
  #words: Uint32Array = new Uint32Array(0);
  #buffer: ArrayBufferLike | undefined;

  /** Judges the block at `bytes[at]`. */
  judge(bytes: Uint8Array, at: number): BlockState {
    const sum = this.#sum(bytes, at);
    if (sum === 0) return 'zero';
    let field = 0;
    for (let i = 0; i < FIELD_LENGTH; i++) field += bytes[at + FIELD + i] as number;
    const stored = parseNumber(bytes, at + FIELD, FIELD_LENGTH);
    const unsigned = sum - field + FIELD_LENGTH * 0x20;
    return stored === unsigned || stored === unsigned - 256 * countHigh(bytes, at) ? 'header' : 'wrong';
  }

  #sum(bytes: Uint8Array, at: number): number {
    const start = bytes.byteOffset + at;
    if (start % 4 !== 0) return sumBytes(bytes, at);
    if (this.#buffer !== bytes.buffer) {
      this.#buffer = bytes.buffer;
      this.#words = new Uint32Array(bytes.buffer, 0, Math.floor(bytes.buffer.byteLength / 4));
    }
    return sumWords(this.#words, start / 4);
  }
}

// Two sums of 256 bytes each, in the halves of one 32-bit number: 256 × 255 fits 16 bits.
function sumWords(words: Uint32Array, start: number): number {
  let sums = 0;
  for (let i = start; i < start + BLOCK / 4; i++) {
    const word = words[i] as number;
    sums = (sums + (word & 0x00ff00ff) + ((word >>> 8) & 0x00ff00ff)) | 0;
  }
  return (sums & 0xffff) + (sums >>> 16);
}

function sumBytes(bytes: Uint8Array, at: number): number {
  let sum = 0;
  for (let i = at; i < at + BLOCK; i++) sum += bytes[i] as number;
  return sum;
}

/** Bytes over 127 outside the checksum's field: each counts 256 less in a signed sum. */
function countHigh(bytes: Uint8Array, at: number): number {
  let count = 0;
  for (let i = 0; i < BLOCK; i++) {
    if ((bytes[at + i] as number) > 0x7f && (i < FIELD || i >= FIELD + FIELD_LENGTH)) count++;
  }
  return count;
}

/** Writes the checksum into a finished block: six octal digits, NUL, space, as most do; npm's packages have space, NUL. */
export function sealBlock(block: Uint8Array, spaceFirst = false): void {
  block.fill(0x20, FIELD, FIELD + FIELD_LENGTH);
  const digits = sumBytes(block, 0).toString(8).padStart(6, '0');
  for (let i = 0; i < 6; i++) block[FIELD + i] = digits.charCodeAt(i);
  block[FIELD + (spaceFirst ? 7 : 6)] = 0;
}
