export { fromBase64, toBase64, toHex } from './hex.ts';
export { type Magic, sniffMagic } from './magic.ts';
export { EMPTY, plainBytes } from './plain.ts';
export { compareBytes, compareText, concatBytes, copyBytes, decodeText, encodeText, equalBytes, hasEscapes } from './text.ts';
