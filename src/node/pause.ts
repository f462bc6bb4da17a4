import { setImmediate } from 'node:timers/promises';

// A file of a few KiB takes six short synchronous calls; the same calls through the thread pool took about twice as long on two cores
// (Node 20). So work is synchronous, and others get their turn this often.
const SLICE = 20;

/** Lets other work of the process run, if it has not for a while. @throws The signal's reason once it is aborted. */
export type Pause = () => Promise<void>;

export function createPause(signal?: AbortSignal): Pause {
  let next = performance.now() + SLICE;
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() < next) return;
    await setImmediate();
    next = performance.now() + SLICE;
    signal?.throwIfAborted();
  };
}
