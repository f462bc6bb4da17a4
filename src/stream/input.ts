import { plainBytes } from '../bytes/index.ts';
import { isLending, lending, share } from './lending.ts';
import { type ByteStream, blobSource, bytesSource, type Source } from './source.ts';

/** Everything that bytes can be given as. A `Source`, `Uint8Array`, `Blob` or `File` can be read at any place, the others once. */
export type ByteInput = Source | Uint8Array | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** The input as a Source, or `undefined` if it can be read only once. */
export function asSource(input: ByteInput): Source | undefined {
  if (input instanceof Uint8Array) return bytesSource(input);
  if (isSource(input)) return input;
  if (typeof Blob !== 'undefined' && input instanceof Blob) return blobSource(input);
  return undefined;
}

/**
 * The input as a stream. A `ReadableStream` is cancelled when its consumer stops early. A chunk that is no `Uint8Array` is a `TypeError`. The stream lends its
 * chunks: those that whoever made them may keep are shared.
 */
export function asStream(input: ByteInput): ByteStream {
  const stream = asSource(input)?.stream() ?? (isReadableStream(input) ? readAll(input) : (input as AsyncIterable<Uint8Array>));
  if (!(Symbol.asyncIterator in stream || Symbol.iterator in stream))
    throw new TypeError('Cannot read the input: give a Source, Uint8Array, Blob, ReadableStream or an iterable of Uint8Array');
  return isLending(stream) ? stream : lending(shared(stream)); // what lends is of our own making
}

/** A stream that is opened when it is first read. */
export function streamLater(open: () => Promise<ByteInput>): AsyncGenerator<Uint8Array> {
  return lending(opening(open));
}

async function* opening(open: () => Promise<ByteInput>): AsyncGenerator<Uint8Array> {
  yield* asStream(await open());
}

function isSource(input: object): input is Source {
  return 'read' in input && 'slice' in input && 'size' in input && typeof input.read === 'function';
}

function isReadableStream(input: object): input is ReadableStream<Uint8Array> {
  return 'getReader' in input && typeof input.getReader === 'function';
}

// Chromium has no async iteration of a ReadableStream, so the reader is driven by hand everywhere.
async function* readAll(input: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = input.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel(); // does nothing at the end
    reader.releaseLock();
  }
}

// Text and numbers have no bytes, or a `length` that is not theirs: taken for chunks they would be written as zeros, or not at all.
async function* shared(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array))
      throw new TypeError(
        `Cannot read the input: a chunk of it is of type ${typeof chunk}, not a Uint8Array; read the stream without a text encoding`,
      );
    share(chunk);
    yield plainBytes(chunk);
  }
}
