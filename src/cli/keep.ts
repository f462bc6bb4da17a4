import type { OpenOptions } from '../open.ts';
import { type ByteStream, bytesSource, collect, peekStream } from '../stream/index.ts';
import { note } from './outcome.ts';

/** What is no larger is kept in memory, where it costs less than a file and nobody has to be told. */
const SMALL = 8 * 1024 * 1024;

let noted = false;

/** Keeps what comes only once where it can be read at any place; what is large goes to a temporary file, which is said once. */
export async function keep(stream: ByteStream): ReturnType<NonNullable<OpenOptions['spill']>> {
  const { head, stream: whole } = await peekStream(stream, SMALL + 1);
  if (head.length <= SMALL) return bytesSource(await collect(whole));
  if (!noted) note('what comes only once is kept in a temporary file, which is gone when this ends');
  noted = true;
  const { spill } = await import('../node/index.ts');
  return spill(whole);
}
