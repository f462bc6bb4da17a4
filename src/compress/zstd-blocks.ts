import { corrupt } from './faults.ts';
import { littleEndian } from './fields.ts';

/** One block of a zstd frame, its header of three bytes included. */
export interface Block {
  readonly type: 'raw' | 'run' | 'packed';
  readonly end: number;
  readonly isLast: boolean;
}

const TYPES = ['raw', 'run', 'packed'] as const;

/** Reads the header of the block at `offset` (RFC 8878, section 3.1.1.2). `maxSize` is what its frame allows. */
export function readBlock(bytes: Uint8Array, offset: number, maxSize: number): Block {
  const header = littleEndian(bytes, offset, 2) + littleEndian(bytes, offset + 2, 1) * 2 ** 16;
  const type = TYPES[(header >> 1) & 3];
  const size = header >> 3;
  if (type === undefined) throw corrupt('zstd', 'a block is of the reserved type');
  if (size > maxSize) throw corrupt('zstd', `a block of ${size} bytes is larger than its frame allows`);
  return { type, end: offset + 3 + (type === 'run' ? 1 : size), isLast: (header & 1) === 1 };
}

/**
 * Refuses packed blocks that no encoder writes and that fzstd would unpack to nonsense, without end, or for long. One turned bit is enough to make
 * the kind without end.
 * @param body the block without its header
 */
export function screenBlock(body: Uint8Array, maxSize: number): void {
  const { isTreeHere, start, end } = readLiterals(body);
  if (end >= body.length) throw corrupt('zstd', 'the literals of a block go past its end');
  if (isTreeHere && isEndlessTree(body.subarray(start, end))) throw corrupt('zstd', 'the weights of a Huffman tree take no bits');
  // The shortest match is of three bytes.
  if (countSequences(body.subarray(end)) * 3 > maxSize) throw corrupt('zstd', 'a block has more sequences than it can hold');
}

/** Where the literals of a block are (RFC 8878, section 3.1.1.3.1). */
function readLiterals(body: Uint8Array): { isTreeHere: boolean; start: number; end: number } {
  const [first = 0] = body;
  const type = first & 3;
  const format = (first >> 2) & 3;
  const field = (bit: number, width: number): number => bitsAt(body, bit, width);
  if (type < 2) {
    const [start, size] = format === 1 ? [2, field(4, 12)] : format === 3 ? [3, field(4, 20)] : [1, first >> 3];
    return { isTreeHere: false, start, end: start + (type === 0 ? size : 1) };
  }
  const width = [10, 10, 14, 18][format] as number;
  const start = (4 + 2 * width) / 8;
  return { isTreeHere: type === 2, start, end: start + field(4 + width, width) };
}

/**
 * Whether the weights of a Huffman tree are packed with one symbol alone, told by no bits at all (RFC 8878, sections 4.1.1 and 4.2.1.2). A symbol has
 * the whole probability if the first number that is not 0 is all ones; 0 is a 1 in a bit less, with two bits behind it for how often it comes again.
 */
function isEndlessTree(tree: Uint8Array): boolean {
  const [length = 0, accuracy = 0] = tree;
  if (length >= 128) return false;
  const width = (accuracy & 15) + 5;
  const whole = 2 ** width;
  for (let bit = 12; bit < tree.length * 8; ) {
    if (bitsAt(tree, bit, width + 1) === 2 * whole - 1) return true;
    if (bitsAt(tree, bit, width) !== 1) return false;
    bit += width;
    while (bitsAt(tree, bit, 2) === 3) bit += 2;
    bit += 2;
  }
  return false;
}

/** RFC 8878, section 3.1.1.3.2.1. */
function countSequences([a = 0, b = 0, c = 0]: Uint8Array): number {
  if (a < 128) return a;
  return a < 255 ? (a - 128) * 256 + b : b + c * 256 + 0x7f00;
}

/** A number of up to 20 bits, least significant first; bits that are not there are 0. */
function bitsAt(bytes: Uint8Array, bit: number, width: number): number {
  const at = Math.floor(bit / 8);
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  return Math.floor((a + b * 2 ** 8 + c * 2 ** 16 + d * 2 ** 24) / 2 ** (bit % 8)) % 2 ** width;
}
