import { concatBytes } from '../bytes/index.ts';
import { LadingError } from '../errors.ts';
import { ByteReader } from './reader.ts';
import { type ByteStream, createSource, type Source } from './source.ts';

/** Keeps the bytes of a stream where they can be read at any place; `undefined` where there is no room for them, and the stream is left alone. */
export type Keep = (stream: ByteStream) => Promise<Source | undefined>;

/**
 * Random access to a stream that can be started again, such as a compressed file once its unpacked size is known. Reads in ascending order go
 * through the stream once. The first read behind the place where the last one ended asks `keep` for a copy that can be read anywhere, in memory or
 * in a file; without one the stream starts anew.
 */
export function replaySource(open: () => ByteStream, size: number, keep?: Keep): Source {
  let reader: ByteReader | undefined;
  let kept: Source | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const rewind = async (): Promise<void> => {
    const old = reader;
    reader = undefined;
    await old?.close();
  };
  const readAt = async (position: number, length: number): Promise<Uint8Array> => {
    if (reader && reader.position > position) {
      await rewind();
      kept ??= await keep?.(open());
    }
    if (kept) return kept.read(position, length);
    if (!reader) {
      reader = new ByteReader(open());
      reader.giveBack(); // of what is skipped nothing is kept
    }
    await reader.skip(position - reader.position);
    return takeAll(reader, length);
  };
  // One stream serves all reads, so they take turns. After a failure the stream is at no known place, and the next read starts it anew.
  const read = (position: number, length: number): Promise<Uint8Array> => {
    const result = turn.then(() => readAt(position, length));
    turn = result.catch(rewind);
    return result;
  };
  return createSource({ read }, size);
}

async function takeAll(reader: ByteReader, length: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let left = length; left > 0; ) {
    const part = await reader.take(left);
    if (!part)
      throw new LadingError('ESTALE', `Cannot read at ${reader.position}: the stream ends before its size; it changed since it was measured`);
    parts.push(part);
    left -= part.length;
  }
  return concatBytes(parts);
}
