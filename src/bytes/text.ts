/**
 * Lossless text. Names in archives are bytes; here they are strings, decoded as UTF-8, in which each byte that is not part of valid UTF-8
 * becomes the lone surrogate U+DC00 + byte (PEP 383). Strict UTF-8 never yields a surrogate, so the mapping goes back exactly.
 */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Decodes `bytes[start, end)`. Every byte string gives a string, and `encodeText` gives that byte string back. */
export function decodeText(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  return (end - start > SHORT ? undefined : decodeAscii(bytes, start, end)) ?? decodeUtf8(bytes.subarray(start, end));
}

// A call of a TextDecoder costs as much as ten or twenty characters that are put together one by one (Node 20).
const SHORT = 12;

function decodeAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = '';
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte > 0x7f) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeEscaping(bytes);
  }
}

function decodeEscaping(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes, i);
    text += length === 0 ? String.fromCharCode(0xdc00 + (bytes[i] as number)) : strict.decode(bytes.subarray(i, i + length));
    i += Math.max(length, 1);
  }
  return text;
}

/** Length of the well-formed UTF-8 sequence at `at` (Unicode 16, table 3-7), or 0. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  if (lead < 0x80) return 1;
  const length = lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  const second = bytes[at + 1] as number;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) {
    if (((bytes[at + i] as number) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

// With the flag `u` a pair of surrogates is one character of another category, so only a lone one matches.
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether the text stands for bytes that are not valid UTF-8. */
export function hasEscapes(text: string): boolean {
  return LONE_SURROGATE.test(text);
}

/** Encodes text from `decodeText`. A lone surrogate outside U+DC80–U+DCFF stands for no byte and is a `TypeError`. */
export function encodeText(text: string): Uint8Array {
  const ascii = encodeAscii(text);
  if (ascii) return ascii;
  if (!LONE_SURROGATE.test(text)) return encoder.encode(text);
  const parts: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code >= 0xdc80 && code <= 0xdcff) parts.push(code - 0xdc00);
    else if (code >= 0xd800 && code <= 0xdfff) throw new TypeError(`Cannot encode a name: U+${code.toString(16).toUpperCase()} is a lone surrogate`);
    else parts.push(...encoder.encode(character));
  }
  return Uint8Array.from(parts);
}

// A name of a few dozen characters is encoded three times as fast by hand as by a TextEncoder (Node 20).
function encodeAscii(text: string): Uint8Array | undefined {
  if (text.length > 256) return undefined;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return undefined;
    bytes[i] = code;
  }
  return bytes;
}

/** Orders two texts by their bytes, as every listing here is ordered. JavaScript's own order is that of UTF-16 units, which differs past U+FFFF. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    if (x < 0xd800 && y < 0xd800) return x - y;
    const from = i > 0 && isHigh(a.charCodeAt(i - 1)) ? i - 1 : i;
    return compareBytes(encodeText(a.slice(from)), encodeText(b.slice(from)));
  }
  return a.length - b.length;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Orders two byte strings: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Whether two byte strings are the same. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0;
}

/** A copy of `bytes[start, end)` that shares nothing with it. `slice` will not do: that of Node's `Buffer` is a view. */
export function copyBytes(bytes: Uint8Array, start = 0, end: number = bytes.length): Uint8Array {
  if (end - start > FEW) return new Uint8Array(bytes.subarray(start, end));
  const copy = new Uint8Array(end - start);
  for (let i = 0; i < copy.length; i++) copy[i] = bytes[start + i] as number;
  return copy;
}

/** A view costs more to make than so few bytes to copy one by one. */
const FEW = 48;

/** One byte string out of many. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
