import { encodeText } from '../../bytes/index.ts';

// Control characters, a backslash, bytes that are no UTF-8, and the characters that turn the direction of text (CVE-2021-42574).
const UNSAFE = /[\p{Cc}\p{Surrogate}\\\u2028-\u202e\u2066-\u2069]/u;
const EVERY_UNSAFE = new RegExp(UNSAFE.source, 'gu');
const SHORT: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r' };

/** A name on one line of text that moves no cursor: what could is escaped as in C, a byte that is no UTF-8 as `\xff`. */
export function printable(text: string): string {
  return UNSAFE.test(text) ? text.replace(EVERY_UNSAFE, (character) => SHORT[character] ?? escaped(character)) : text;
}

/** A message in which names of an input are quoted already: as `printable`, but a backslash stays. */
export function printableMessage(text: string): string {
  return text.replace(EVERY_UNSAFE, (character) => (character === '\\' ? character : (SHORT[character] ?? escaped(character))));
}

function escaped(character: string): string {
  return [...encodeText(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
