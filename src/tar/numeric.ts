import { decodeText } from '../bytes/index.ts';
import { quote } from '../errors.ts';
import { fault } from './fault.ts';

/*
 * Numeric fields. POSIX: octal digits, leading spaces or zeros, ended by a space or a NUL. GNU: where the first byte has its high bit set,
 * the field is one big-endian two's complement number ("base-256"; the first byte's own bit is a marker). Old tars write a minus sign.
 */

/** Reads the number at `block[at, at + length)`, or `NaN` if there is none. An empty field is 0. */
export function parseNumber(block: Uint8Array, at: number, length: number): number {
  return (block[at] as number) >= 0x80 ? parseBase256(block, at, length) : parseOctal(block, at, length);
}

function parseOctal(block: Uint8Array, start: number, length: number): number {
  const end = start + length;
  let at = start;
  while (at < end && (block[at] === 0x20 || block[at] === 0)) at++;
  const negative = block[at] === 0x2d && at < end;
  if (negative) at++;
  const first = at;
  let value = 0;
  for (; at < end; at++) {
    const digit = (block[at] as number) - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  if (at === first && (negative || at < end)) return Number.NaN;
  while (at < end && block[at] === 0x20) at++;
  if (at < end && block[at] !== 0) return Number.NaN;
  return negative && value !== 0 ? -value : value;
}

function parseBase256(block: Uint8Array, at: number, length: number): number {
  const first = block[at] as number;
  const negative = (first & 0x40) !== 0;
  let value = negative ? (first & 0x3f) - 0x40 : first & 0x3f;
  for (let i = 1; i < length; i++) {
    value = value * 256 + (block[at + i] as number);
    if (!Number.isSafeInteger(value)) return Number.NaN;
  }
  return value;
}

/** Like `parseNumber`, but what is not a safe integer is a `TAR_NUMBER` error that names the field. */
export function readNumber(block: Uint8Array, at: number, length: number, field: string, offset: number): number {
  const value = parseNumber(block, at, length);
  if (Number.isSafeInteger(value)) return value;
  const shown = quote(decodeText(block, at, at + length).replace(/\0+$/, ''));
  throw fault('TAR_NUMBER', offset, `its ${field} is ${shown}, which is no number`);
}

/** The largest number that `length` bytes hold in octal with a terminator. */
export function octalLimit(length: number): number {
  return 8 ** (length - 1) - 1;
}

/** Writes octal digits and a NUL. The caller has checked that they fit. */
export function writeOctal(block: Uint8Array, at: number, length: number, value: number): void {
  let rest = value;
  for (let i = at + length - 2; i >= at; i--) {
    const digit = rest % 8;
    block[i] = 0x30 + digit;
    rest = (rest - digit) / 8;
  }
}

/** Writes base-256, for numbers that octal cannot hold (GNU). A safe integer always fits the 8 and 12 bytes of the fields. */
export function writeBase256(block: Uint8Array, at: number, length: number, value: number): void {
  let rest = value;
  for (let i = length - 1; i > 0; i--) {
    const byte = ((rest % 256) + 256) % 256;
    block[at + i] = byte;
    rest = (rest - byte) / 256;
  }
  block[at] = value < 0 ? 0xff : 0x80;
}
