import { concatBytes, decodeText, encodeText } from '../../bytes/index.ts';

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

/** The name that `printable` shows so: the only way to type one whose bytes are no text. */
export function fromPrintable(text: string): string {
  const parts = text.split(/(\\(?:x[0-9a-f]{2}|[\\ntr]))/);
  return decodeText(concatBytes(parts.map((part, i) => (i % 2 === 1 ? unescaped(part) : encodeText(part)))));
}

function unescaped(shown: string): Uint8Array {
  if (shown[1] === 'x') return Uint8Array.of(Number.parseInt(shown.slice(2), 16));
  return encodeText(Object.keys(SHORT).find((character) => SHORT[character] === shown) as string);
}

function escaped(character: string): string {
  return [...encodeText(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
