import type { Loss } from '../host.ts';
import { errnoOf, hostReason } from './fault.ts';
import type { Pause } from './pause.ts';

/** What an extraction did, and what it could not do. */
export interface ExtractReport {
  /** Names written. */
  readonly entries: number;
  /** Bytes of bodies written, those in holes aside. */
  readonly bytes: number;
  /** Times that hold less than their nanoseconds now: Node sets times to a microsecond. */
  readonly rounded: number;
  /** What is not as the tree says, in the order in which it came up. */
  readonly losses: readonly Loss[];
}

/** An extraction under way. */
export interface Extraction {
  readonly preserve: boolean;
  readonly pause: Pause;
  readonly losses: Loss[];
  entries: number;
  bytes: number;
  rounded: number;
}

/** Does what the host may refuse; a refusal is a loss. Returns whether it was done. */
export function attempt(extraction: Extraction, path: string, what: Loss['what'], call: () => void): boolean {
  try {
    call();
    return true;
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    extraction.losses.push({ path, what, code, message: hostReason(error) });
    return false;
  }
}
