import { zlib } from '#zlib';
import { concatBytes } from '../bytes/index.ts';
import type { ByteReader } from '../stream/index.ts';
import { type FramePart, walkFrames } from './zstd-frames.ts';

/** Unpacks zstd: all frames, by the runtime's own decoder where it has one. `maxWindow` bounds the memory that a frame may ask for. */
export async function* unzstd(reader: ByteReader, maxWindow: number): AsyncGenerator<Uint8Array> {
  const parts = walkFrames(reader, maxWindow);
  if (zlib.unzstd) return yield* zlib.unzstd(gather(parts), maxWindow);
  const { unzstdPortable } = await import('./fzstd.ts');
  yield* unzstdPortable(parts);
}

// Every chunk given to a native decoder crosses to a thread and back, so small parts go together.
const ENOUGH = 256 * 1024;

/** The bytes of frames in fewer chunks. None spans two frames: Node 22 and 24 drop what follows a frame in one chunk. */
async function* gather(parts: AsyncIterable<FramePart>): AsyncGenerator<Uint8Array> {
  let gathered: Uint8Array[] = [];
  let size = 0;
  let hasChecksum = false;
  for await (const part of parts) {
    if (part.kind === 'header') hasChecksum = part.header.hasChecksum;
    gathered.push(part.bytes);
    size += part.bytes.length;
    const isEnd = part.kind === 'checksum' || (part.kind === 'blocks' && part.isLast && !hasChecksum);
    if (!isEnd && size < ENOUGH) continue;
    yield concatBytes(gathered);
    gathered = [];
    size = 0;
  }
}
