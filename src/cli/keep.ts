import { type ByteStream, bytesSource, collect, peekStream, type Source } from '../stream/index.ts';
import { note } from './outcome.ts';

/** What is no larger is kept in memory, where nobody has to be told. */
const SMALL = 8 * 1024 * 1024;
/** Of what is made here nobody is told anyhow, and a file costs less than the memory. */
const SMALL_MADE = 256 * 1024;

let noted = false;

/** Keeps what comes only once, or unpacks in order only, where it can be read at any place; what is large goes to a temporary file, which is said once. */
export function keep(stream: ByteStream): Promise<Source> {
  return kept(stream, SMALL, () => {
    if (!noted) note('what cannot be read at any place (a pipe, a compressed layer) is kept in a temporary file, which is gone when this ends');
    noted = true;
  });
}

/** The same for what is made here, of which nobody asks where it waits to be written. */
export function keepMade(stream: ByteStream): Promise<Source> {
  return kept(stream, SMALL_MADE, () => undefined);
}

async function kept(stream: ByteStream, small: number, told: () => void): Promise<Source> {
  const { available, stream: whole } = await peekStream(stream, small + 1);
  if (available <= small) return bytesSource(await collect(whole));
  told();
  const { spill } = await import('../node/index.ts');
  return spill(whole);
}
