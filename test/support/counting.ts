import { type ByteStream, bytesSource, createSource, type Source } from '../../src/stream/index.ts';

/** A Source that counts how many streams of it are begun, how often it is read at a place, and how many bytes are read of it in all. */
export interface Counted {
  readonly source: Source;
  streams: number;
  reads: number;
  bytes: number;
}

export function counted(bytes: Uint8Array): Counted {
  const inner = bytesSource(bytes);
  const count: Counted = {
    streams: 0,
    reads: 0,
    bytes: 0,
    source: createSource(
      {
        async read(position: number, length: number): Promise<Uint8Array> {
          count.reads++;
          count.bytes += Math.min(length, bytes.length - position);
          return inner.read(position, length);
        },
        stream: (start: number, end: number): ByteStream => pieces(inner, start, end, count),
      },
      bytes.length,
    ),
  };
  return count;
}

async function* pieces(source: Source, start: number, end: number, count: Counted): AsyncGenerator<Uint8Array> {
  count.streams++;
  for (let at = start; at < end; at += 4096) {
    const piece = await source.read(at, Math.min(4096, end - at));
    count.bytes += piece.length;
    yield piece;
  }
}
