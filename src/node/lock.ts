import { closeSync, lstatSync, openSync, unlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { HeldDirectory } from './directory.ts';
import { forgetScratchName, isAbandoned, isScratchName, newScratchName } from './scratch-name.ts';

// What is done under a lock takes milliseconds; its file is then that of another machine's program that was killed.
const OLDEST = 60_000;
const PAUSE = 5;

/**
 * Does something while nobody else does who asks for the lock of this directory, in this process or another.
 *
 * Whoever wants the lock makes a file of its own, then looks at those of the others: if one comes before it in order, it withdraws and tries again; if they
 * only come after it, it waits until they are gone. The later of two to look sees the other, so no two hold it. Since no name is ever used twice, the file of
 * a program that was killed can be removed by anyone at any time, which a lock of one fixed name does not allow without a race.
 */
export async function withLock<T>(directory: HeldDirectory, work: () => Promise<T>): Promise<T> {
  const mine = await acquire(directory);
  try {
    return await work();
  } finally {
    release(directory, mine);
  }
}

async function acquire(directory: HeldDirectory): Promise<string> {
  for (;;) {
    const mine = newScratchName('lock');
    closeSync(openSync(directory.at(mine), 'wx'));
    if (await isFirst(directory, mine)) return mine;
    await delay(PAUSE * (1 + Math.random()));
  }
}

/** Whether the lock is mine now. If not, my file is gone. */
async function isFirst(directory: HeldDirectory, mine: string): Promise<boolean> {
  try {
    for (let others = rivals(directory, mine); others.length > 0; others = rivals(directory, mine)) {
      if (others.some((other) => other < mine)) {
        release(directory, mine);
        return false;
      }
      await delay(PAUSE);
    }
    return true;
  } catch (error) {
    release(directory, mine);
    throw error;
  }
}

function rivals(directory: HeldDirectory, mine: string): readonly string[] {
  return directory.names().filter((name) => isScratchName(name, 'lock') && name !== mine && !removeStale(directory, name));
}

function removeStale(directory: HeldDirectory, name: string): boolean {
  const stat = lstatSync(directory.at(name), { throwIfNoEntry: false });
  if (!stat) return true;
  if (!isAbandoned(name) && Date.now() - stat.mtimeMs < OLDEST) return false;
  release(directory, name);
  return true;
}

function release(directory: HeldDirectory, name: string): void {
  try {
    unlinkSync(directory.at(name));
  } catch {
    // it was taken for stale, or someone else removed the stale one first
  }
  forgetScratchName(name);
}
