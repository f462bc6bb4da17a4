import type { MessagePort } from 'node:worker_threads';
import { type ByteStream, giveBack, lend, lending, share } from '../stream/index.ts';

// 170 MB through the page cache in chunks of 64 KiB, 256 KiB, 1 MiB: 200, 64 and 54 ms on Node 20. Merging an image of 266 MB of gzip takes an eighth less
// processor time by 1 MiB than by 256 KiB, and no more by 512.
/** What files are read by. */
export const CHUNK: number = 512 * 1024;

/** Chunks of memory that came back, for whoever reads next: made anew each would cost as much as the reading. */
const idle: ArrayBufferLike[] = [];
const MOST_IDLE = 4;

/** Memory that a file is about to be read into, lent: of the length of `CHUNK` it will be filled again, of any other freed. */
export function lentMemory(length: number): Uint8Array {
  const memory = new Uint8Array((length === CHUNK && idle.pop()) || uninitialised(length).buffer);
  lend(memory.buffer, length === CHUNK ? keepIdle : free);
  return memory;
}

function keepIdle(memory: ArrayBufferLike): void {
  if (idle.length < MOST_IDLE) idle.push(memory);
  else free(memory);
}

/** Memory that is about to be filled: a plain array, since `slice` of a Buffer does not copy. */
export function uninitialised(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}

/**
 * The chunks of one of Node's streams, lent, as plain arrays. The stream must be one that keeps none of them, such as a file's or a pipe's. One that is a part
 * of a larger buffer is not lent.
 */
export function lentChunks(stream: AsyncIterable<Buffer>): ByteStream {
  return lending(plainChunks(stream));
}

async function* plainChunks(stream: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  for await (const { buffer, byteOffset, length } of stream) {
    if (length === buffer.byteLength) lend(buffer, free);
    yield new Uint8Array(buffer, byteOffset, length);
  }
}

/** Lends the chunks that one of zlib's streams gives. It cuts them one after the other from a buffer, and holds that until the last, which fills it, or until its own end. */
export class ZlibLender {
  #held: Uint8Array | undefined;

  lend({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
    const chunk = new Uint8Array(buffer, byteOffset, length);
    if (this.#held?.buffer !== buffer) lend(buffer, free);
    this.#held = chunk;
    share(chunk);
    if (byteOffset + length === buffer.byteLength) this.end();
    return chunk;
  }

  /** To be called when the stream writes no more. */
  end(): void {
    if (this.#held) giveBack(this.#held);
    this.#held = undefined;
  }
}

/**
 * Lends what zlib made at once. Where most of its buffer is empty it is a copy, so that whoever keeps it keeps no more; what lies in the memory that Node
 * shares out to small buffers stays there.
 */
export function lentWhole({ buffer, byteOffset, length }: Buffer): Uint8Array {
  const chunk = new Uint8Array(buffer, byteOffset, length);
  if (buffer.byteLength <= Buffer.poolSize) return chunk;
  if (length > buffer.byteLength / 2) {
    lend(buffer, free);
    return chunk;
  }
  const copy = chunk.slice();
  free(buffer);
  return copy;
}

// Node 20 has no `transfer`. What is posted through a closed port is taken from its owner and given to nobody.
function free(memory: ArrayBufferLike & { transfer?: (length: number) => unknown }): void {
  if (memory.transfer) memory.transfer(0);
  else post(memory as ArrayBuffer);
}

let closed: MessagePort | undefined;

function post(memory: ArrayBuffer): void {
  if (!closed) {
    const { MessageChannel } = process.getBuiltinModule('node:worker_threads'); // the global may be that of a test environment
    closed = new MessageChannel().port1;
    closed.close();
  }
  closed.postMessage(undefined, [memory]);
}
