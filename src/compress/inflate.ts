import { Inflate } from 'fflate';
import type { ByteReader } from '../stream/index.ts';
import { corrupt, truncated } from './faults.ts';

// Deflate makes at most 1032 bytes of one, so the longest step bounds what comes out at once. The first ones are short because fflate copies what a
// step leaves over, and an archive may be of ten thousand small members.
const FIRST_STEP = 512;
const LONGEST_STEP = 32 * 1024;

/** The portable side of `inflate`, on fflate. */
export async function* inflate(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const out: Uint8Array[] = [];
  const inflater = new Inflate((chunk) => out.push(chunk));
  for (let ended = false, step = FIRST_STEP; !ended; step = Math.min(step * 2, LONGEST_STEP)) {
    if (!(await reader.fill(1))) throw truncated('gzip');
    const chunk = reader.peek(1).subarray(0, step);
    push(inflater, chunk);
    ended = isEnded(inflater);
    reader.advance(chunk.length - (ended ? unused(inflater) : 0));
    yield* out.splice(0);
  }
}

function push(inflater: Inflate, chunk: Uint8Array): void {
  try {
    inflater.push(chunk);
  } catch (cause) {
    throw corrupt('gzip', (cause as Error).message, cause);
  }
}

// fflate tells no one that a deflate stream has ended, nor where; without that no cut can be noticed and no trailer be found. Its private state knows,
// so the version of fflate is fixed.
interface State {
  /** `f` is 1 from the final block on, `l` the table of a block that goes on, `p` the bit of `p` from which on nothing is decoded. */
  readonly s: { readonly f?: number; readonly l?: unknown; readonly p: number };
  /** Input that is still needed, or was not. */
  readonly p: Uint8Array;
}

function isEnded(inflater: Inflate): boolean {
  const { s: state } = inflater as unknown as State;
  return state.f === 1 && !state.l;
}

function unused(inflater: Inflate): number {
  const { s: state, p: rest } = inflater as unknown as State;
  return rest.length - (state.p > 0 ? 1 : 0);
}
