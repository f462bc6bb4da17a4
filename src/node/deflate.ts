import { availableParallelism } from 'node:os';
import native from 'node:zlib';
import { EMPTY } from '../bytes/index.ts';
import { type ByteStream, releaseOf } from '../stream/index.ts';
import { isIncompressible } from './incompressible.ts';
import { lentWhole } from './memory.ts';

const { Z_FINISH, Z_SYNC_FLUSH } = native.constants;

/** What one thread is given at once. With blocks of 128 KiB it costs a tenth more to set them up; larger ones only take memory. */
const BLOCK = 512 * 1024;
/** What comes of a block has room in one buffer, which is lent: of one that were joined of several, as those were, only the collector would take them back. */
const BOUND = BLOCK + BLOCK / 64;
/** Of hash tables twice as large as zlib's usual ones a block of this size has less to search: a tenth less time, for 0.2 % more bytes. */
const MEM_LEVEL = 9;
/** How far back deflate refers (RFC 1951, section 2). */
const WINDOW = 32 * 1024;

/**
 * Raw deflate on all processors: blocks are compressed on threads of their own, each with the end of the one before it as its dictionary, and end on a byte, so
 * that joined they are one stream (as pigz does). What is compressed already is only stored. The blocks are always cut alike, so the bytes do not depend on how many threads there are.
 */
export async function* deflate(input: ByteStream, level: number): AsyncGenerator<Uint8Array> {
  const width = availableParallelism() + 1;
  const compressing: Promise<Uint8Array>[] = [];
  for await (const block of blocksOf(input, width + 2)) {
    const result = deflateBlock(block, level);
    result.catch(() => {}); // it is waited for in its turn
    compressing.push(result);
    if (compressing.length >= width) yield (await compressing.shift()) as Uint8Array;
  }
  for (const result of compressing) yield await result;
}

interface Block {
  readonly bytes: Uint8Array;
  /** What comes before it, as far as deflate refers. */
  readonly before: Uint8Array;
  readonly isLast: boolean;
}

/**
 * Cuts a stream into blocks. A block's memory is used again for the `count`th after it, when neither it nor the one behind it, whose dictionary it is, is being
 * compressed any more.
 */
async function* blocksOf(input: ByteStream, count: number): AsyncGenerator<Block> {
  const buffers = Array.from({ length: count }, () => new Uint8Array(BLOCK));
  let number = 0;
  let bytes = buffers[0] as Uint8Array;
  let before = EMPTY;
  let filled = 0;
  const release = releaseOf(input);
  for await (const chunk of input) {
    for (let at = 0; at < chunk.length; ) {
      if (filled === BLOCK) {
        yield { bytes, before, isLast: false };
        before = bytes.subarray(-WINDOW);
        bytes = buffers[++number % count] as Uint8Array;
        filled = 0;
      }
      const piece = chunk.subarray(at, at + BLOCK - filled);
      bytes.set(piece, filled);
      filled += piece.length;
      at += piece.length;
    }
    release(chunk);
  }
  yield { bytes: bytes.subarray(0, filled), before, isLast: true };
}

function deflateBlock({ bytes, before, isLast }: Block, level: number): Promise<Uint8Array> {
  const options = {
    level: isIncompressible(bytes) ? 0 : level,
    finishFlush: isLast ? Z_FINISH : Z_SYNC_FLUSH,
    memLevel: MEM_LEVEL,
    chunkSize: BOUND,
    ...(before.length > 0 && { dictionary: before }),
  };
  return new Promise((resolve, reject) => {
    native.deflateRaw(bytes, options, (error, result) => (error ? reject(error) : resolve(lentWhole(result))));
  });
}
