export { fromBase64, toBase64, toHex } from './hex.ts';
export { type Magic, sniffMagic } from './magic.ts';
export { compareBytes, compareText, concatBytes, decodeText, encodeText, equalBytes, hasEscapes } from './text.ts';
