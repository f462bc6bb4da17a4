import type { MessagePort } from 'node:worker_threads';
import { type ByteStream, lending } from '../stream/index.ts';

/**
 * The chunks that zlib's streams give are cut one after the other from buffers. For each buffer: how many of its chunks are out, and one more while zlib
 * still cuts from it.
 */
const chunksOut = new WeakMap<ArrayBufferLike, number>();

/**
 * The chunks of one of Node's streams, lent, as plain arrays: `slice` of a Buffer does not copy. The stream must be one that keeps none of them, such as a
 * file's or a pipe's. One that is a part of a larger buffer is not lent.
 */
export function lentChunks(stream: AsyncIterable<Buffer>): ByteStream {
  return lending(plainChunks(stream), release);
}

async function* plainChunks(stream: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  for await (const { buffer, byteOffset, length } of stream) {
    if (length === buffer.byteLength) chunksOut.set(buffer, 1);
    yield new Uint8Array(buffer, byteOffset, length);
  }
}

/** Notes a chunk of zlib's as given. The one that ends its buffer is the buffer's last. */
export function lent(chunk: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = chunk;
  const others = chunksOut.get(buffer) ?? 1;
  const isLast = byteOffset + length === buffer.byteLength;
  chunksOut.set(buffer, isLast ? others : others + 1);
  return chunk;
}

/** Takes a chunk back. When none of its buffer is out any more, the buffer's memory goes back to the system at once; chunks of other makers are left alone. */
export function release({ buffer }: Uint8Array): void {
  const count = chunksOut.get(buffer);
  if (count === undefined) return;
  chunksOut.set(buffer, count - 1);
  if (count > 1) return;
  chunksOut.delete(buffer);
  free(buffer as ArrayBuffer);
}

// Node 20 has no `transfer`. What is posted through a closed port is taken from its owner and given to nobody.
function free(buffer: ArrayBuffer & { transfer?: (length: number) => unknown }): void {
  if (buffer.transfer) buffer.transfer(0);
  else post(buffer);
}

let closed: MessagePort | undefined;

function post(buffer: ArrayBuffer): void {
  if (!closed) {
    const { MessageChannel } = process.getBuiltinModule('node:worker_threads'); // the global may be that of a test environment
    closed = new MessageChannel().port1;
    closed.close();
  }
  closed.postMessage(undefined, [buffer]);
}
