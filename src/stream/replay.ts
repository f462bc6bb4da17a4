import { concatBytes } from '../bytes/index.ts';
import { ByteReader } from './reader.ts';
import { type ByteStream, createSource, type Source } from './source.ts';

/**
 * Random access to a stream that can be started again, such as a compressed file once its unpacked size is known. Reads in ascending order go
 * through the stream once. The first read behind the place where the last one ended asks `keep` for a copy that can be read anywhere, in memory or
 * in a file; without one the stream starts anew.
 */
export function replaySource(open: () => ByteStream, size: number, keep?: (stream: ByteStream) => Promise<Source>): Source {
  let reader: ByteReader | undefined;
  let kept: Source | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const readAt = async (position: number, length: number): Promise<Uint8Array> => {
    if (reader && reader.position > position) {
      await reader.close();
      reader = undefined;
      kept ??= await keep?.(open());
    }
    if (kept) return kept.read(position, length);
    reader ??= new ByteReader(open());
    await reader.skip(position - reader.position);
    const parts: Uint8Array[] = [];
    for (let left = length; left > 0; ) {
      const part = await reader.take(left);
      if (!part) break;
      parts.push(part);
      left -= part.length;
    }
    return concatBytes(parts);
  };
  // One stream serves all reads, so they take turns.
  const read = (position: number, length: number): Promise<Uint8Array> => {
    const result = turn.then(() => readAt(position, length));
    turn = result.catch(() => undefined);
    return result;
  };
  return createSource({ read }, size);
}
