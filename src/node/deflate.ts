import { availableParallelism } from 'node:os';
import native from 'node:zlib';
import { ByteReader, type ByteStream } from '../stream/index.ts';

const { Z_FINISH, Z_SYNC_FLUSH } = native.constants;

/** What one thread is given at once. With blocks of 128 KiB it costs a tenth more to set them up; larger ones only take memory. */
const BLOCK = 512 * 1024;
/** How far back deflate refers (RFC 1951, section 2). */
const WINDOW = 32 * 1024;

/**
 * Raw deflate on all processors: blocks are compressed on threads of their own, each with the end of the one before it as its dictionary, and end on a byte, so
 * that joined they are one stream (as pigz does). The blocks are always cut alike, so the bytes do not depend on how many threads there are.
 */
export async function* deflate(input: ByteStream, level: number): AsyncGenerator<Uint8Array> {
  const width = availableParallelism() + 1;
  const compressing: Promise<Uint8Array>[] = [];
  for await (const block of blocksOf(input)) {
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

async function* blocksOf(input: ByteStream): AsyncGenerator<Block> {
  const reader = new ByteReader(input);
  let before = new Uint8Array(0);
  try {
    for (let isLast = false; !isLast; ) {
      isLast = !(await reader.fill(BLOCK + 1));
      const bytes = reader.peek(BLOCK).slice(0, BLOCK);
      reader.advance(bytes.length);
      yield { bytes, before, isLast };
      before = bytes.subarray(-WINDOW);
    }
  } finally {
    await reader.close();
  }
}

function deflateBlock({ bytes, before, isLast }: Block, level: number): Promise<Uint8Array> {
  const options = { level, finishFlush: isLast ? Z_FINISH : Z_SYNC_FLUSH, chunkSize: BLOCK, ...(before.length > 0 && { dictionary: before }) };
  return new Promise((resolve, reject) => {
    native.deflateRaw(bytes, options, (error, result) =>
      error ? reject(error) : resolve(new Uint8Array(result.buffer, result.byteOffset, result.length)),
    );
  });
}
