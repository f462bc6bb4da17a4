import { quote, TarError } from '../errors.ts';
import { BLOCK } from './format.ts';

/** What holes and padding are given out as views of, so a terabyte of them costs nothing to hold. */
export const ZEROS: Uint8Array = new Uint8Array(64 * 1024);

/** A length rounded up to whole blocks. */
export function padded(length: number): number {
  return Math.ceil(length / BLOCK) * BLOCK;
}

/** Whether all bytes are zero. A loop: what lies behind an archive can be long, and a call for each byte takes ten times as long. */
export function areZeros(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0) return false;
  }
  return true;
}

/** Throws unless all of a body and its padding are there: `there` bytes are, from `offset` on. */
export function checkBody(name: string, offset: number, stored: number, there: number): void {
  if (there >= padded(stored)) return;
  const what = there < stored ? `its body at ${offset} has ${Math.max(there, 0)} of ${stored} bytes` : `the padding of its body at ${offset} is cut`;
  throw new TarError('TAR_TRUNCATED', `Cannot read ${quote(name)}: ${what}; the archive was cut`, offset, name);
}
