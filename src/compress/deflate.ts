import { Deflate, type DeflateOptions } from 'fflate';
import type { ByteStream } from '../stream/index.ts';

/** Raw deflate of a stream (RFC 1951). */
export async function* deflate(input: ByteStream, level: number): AsyncGenerator<Uint8Array> {
  const out: Uint8Array[] = [];
  const deflater = new Deflate({ level: level as NonNullable<DeflateOptions['level']> }, (chunk) => out.push(chunk));
  for await (const chunk of input) {
    deflater.push(chunk);
    yield* out.splice(0);
  }
  deflater.push(new Uint8Array(0), true);
  yield* out;
}
