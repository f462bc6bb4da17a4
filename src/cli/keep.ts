import { type ByteStream, bytesSource, collect, peekStream, type Source } from '../stream/index.ts';
import { note } from './outcome.ts';

/** What is no larger is kept in memory, where it costs less than a file and nobody has to be told. */
const SMALL = 8 * 1024 * 1024;

let noted = false;

/** Keeps what comes only once, or unpacks in order only, where it can be read at any place; what is large goes to a temporary file, which is said once. */
export function keep(stream: ByteStream): Promise<Source> {
  return kept(stream, () => {
    if (!noted) note('what cannot be read at any place (a pipe, a compressed layer) is kept in a temporary file, which is gone when this ends');
    noted = true;
  });
}

/** The same for what is made here, of which nobody asks where it waits to be written. */
export function keepMade(stream: ByteStream): Promise<Source> {
  return kept(stream, () => undefined);
}

async function kept(stream: ByteStream, told: () => void): Promise<Source> {
  const { available, stream: whole } = await peekStream(stream, SMALL + 1);
  if (available <= SMALL) return bytesSource(await collect(whole));
  told();
  const { spill } = await import('../node/index.ts');
  return spill(whole);
}
