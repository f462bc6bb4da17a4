import { createHash, randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { errnoOf } from './fault.ts';

/** What a file that is only there while a program works is for: a part of what is being written, or a lock. */
export type ScratchKind = 'part' | 'lock';

const NAME = /^\.lading-(part|lock)-[0-9a-f-]{36}-([0-9a-f]{8})-(\d+)$/;

/** The names of this process that are in use. */
const own = new Set<string>();

/** A new name, which nobody else ever has. It tells who made it, so that what a killed program left is known for that. */
export function newScratchName(kind: ScratchKind): string {
  const name = `.lading-${kind}-${randomUUID()}-${here()}-${process.pid}`;
  own.add(name);
  return name;
}

/** Says that the file of this name is gone. */
export function forgetScratchName(name: string): void {
  own.delete(name);
}

export function isScratchName(name: string, kind?: ScratchKind): boolean {
  const found = NAME.exec(name)?.[1];
  return found !== undefined && (kind === undefined || found === kind);
}

/** Whether who made a name is known to be gone. Of other machines and containers nothing is known. */
export function isAbandoned(name: string): boolean {
  const [, , place, pid] = NAME.exec(name) ?? [];
  if (place !== here()) return false;
  return Number(pid) === process.pid ? !own.has(name) : !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}

let place: string | undefined;

/** Where process numbers mean the same: this machine, and in it the container. */
function here(): string {
  place ??= createHash('sha256').update(`${hostname()} ${pidNamespace()}`).digest('hex').slice(0, 8);
  return place;
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return ''; // only Linux has them
  }
}
