import {
  type BigIntStats,
  chmodSync,
  chownSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  futimesSync,
  lchownSync,
  lstatSync,
  lutimesSync,
  utimesSync,
} from 'node:fs';
import type { Timestamp } from '../tar/index.ts';
import type { Metadata } from '../tree/index.ts';
import type { HeldDirectory } from './directory.ts';
import { attempt, type Extraction } from './extraction.ts';

type Time = number | string;

/** The calls that change the metadata of one thing, by a way that leads to no other. `chmod` is missing where a mode cannot be changed without following. */
export interface Handle {
  chown(uid: number, gid: number): void;
  chmod?(mode: number): void;
  utimes(atime: Time, mtime: Time): void;
  stat(): BigIntStats;
}

export function fileHandle(fd: number): Handle {
  return {
    chown: (uid, gid) => fchownSync(fd, uid, gid),
    chmod: (mode) => fchmodSync(fd, mode),
    utimes: (atime, mtime) => futimesSync(fd, atime, mtime),
    stat: () => fstatSync(fd, { bigint: true }),
  };
}

/** A symbolic link, a FIFO or a device: never what a link leads to. */
export function nameHandle(at: string | Buffer): Handle {
  return {
    chown: (uid, gid) => lchownSync(at, uid, gid),
    utimes: (atime, mtime) => lutimesSync(at, atime, mtime),
    stat: () => lstatSync(at, { bigint: true }),
  };
}

/** The directory that is held, whatever its name leads to by now: a link in its place is not what changes (CVE-2026-33056, CVE-2021-32760). */
export function directoryHandle(held: HeldDirectory): Handle {
  return {
    chown: (uid, gid) => chownSync(held.self(), uid, gid),
    chmod: (mode) => chmodSync(held.self(), mode),
    utimes: (atime, mtime) => utimesSync(held.self(), atime, mtime),
    stat: () => held.stat(),
  };
}

/**
 * Sets owner, mode and times, in this order: chown(2) takes the setuid bit away, and every other call changes times.
 * The bits that lend an owner's rights are set only together with that owner. Of a directory that is merely implied nothing but the mode is known.
 */
export function applyMetadata(extraction: Extraction, handle: Handle, node: Metadata, path: string): void {
  const owned = extraction.preserve && !node.implied && setOwner(extraction, handle, node, path);
  setMode(extraction, handle, node.mode, owned, path);
  if (!node.implied) setTimes(extraction, handle, node, path);
  if (node.xattrs.size === 0) return;
  const names = [...node.xattrs.keys()].join(', ');
  extraction.losses.push({ path, what: 'xattrs', code: 'ENOTSUP', message: `Node has no call for extended attributes: ${names}` });
}

// The highest of the 32-bit numbers means "leave it" to chown(2), so nobody has it.
const MAX_ID = 2 ** 32 - 2;

function setOwner(extraction: Extraction, handle: Handle, { uid, gid }: Metadata, path: string): boolean {
  if (isId(uid) && isId(gid)) return attempt(extraction, path, 'owner', () => handle.chown(uid, gid));
  extraction.losses.push({ path, what: 'owner', code: 'EINVAL', message: `no owner ${uid}:${gid} can be set` });
  return false;
}

function isId(id: number): boolean {
  return Number.isInteger(id) && id >= 0 && id <= MAX_ID;
}

const SPECIAL_BITS = 0o7000;

function setMode(extraction: Extraction, handle: Handle, mode: number, owned: boolean, path: string): void {
  const { chmod } = handle;
  if (!chmod) return;
  if (mode & SPECIAL_BITS && !owned) loseSpecialBits(extraction, mode, path);
  attempt(extraction, path, 'mode', () => chmod(owned ? mode : mode & ~SPECIAL_BITS));
}

function loseSpecialBits({ preserve, losses }: Extraction, mode: number, path: string): void {
  const bits = [mode & 0o4000 ? 'setuid' : '', mode & 0o2000 ? 'setgid' : '', mode & 0o1000 ? 'sticky' : ''].filter(Boolean).join(', ');
  const [code, reason] = preserve ? ['EPERM', 'the owner could not be set'] : ['NOT_PRESERVED', 'not asked for'];
  losses.push({ path, what: 'mode', code, message: `left out ${bits}: ${reason}` });
}

function setTimes(extraction: Extraction, handle: Handle, { mtime, atime = mtime }: Metadata, path: string): void {
  const set = (nudge: number): boolean => attempt(extraction, path, 'time', () => handle.utimes(timeOf(atime, nudge), timeOf(mtime, nudge)));
  if (!set(0) || (mtime.nanoseconds === 0 && Math.abs(mtime.seconds) < 2 ** 31)) return;
  let error = timeError(handle, mtime);
  if (Math.abs(error) >= 1000 && Math.abs(error) < 2000 && set(error < 0 ? NUDGE : -NUDGE)) error = timeError(handle, mtime);
  if (error === 0) return;
  if (Math.abs(error) < 1000) extraction.rounded++;
  else extraction.losses.push({ path, what: 'time', code: 'ERANGE', message: `the file system holds no time ${mtime.seconds} s from 1970` });
}

// Node takes a time as a double of seconds. libuv keeps its whole microseconds, from version 1.52 all of it; the double nearest to a microsecond
// may lie below it, and then the microsecond before is set. A nudge of a quarter leads to the right one.
const NUDGE = 2.5e-7;

/** To Node a negative number means "now"; as text it is taken as it is. */
function timeOf({ seconds, nanoseconds }: Timestamp, nudge: number): Time {
  const time = seconds + nanoseconds / 1e9 + (nanoseconds === 0 ? 0 : nudge);
  return time < 0 ? String(time) : time;
}

/** How many nanoseconds the time that is set lies behind the one that should be. */
function timeError(handle: Handle, { seconds, nanoseconds }: Timestamp): number {
  return Number(handle.stat().mtimeNs - BigInt(seconds) * 1_000_000_000n - BigInt(nanoseconds));
}
