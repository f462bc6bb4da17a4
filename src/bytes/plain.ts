/** No bytes. */
export const EMPTY: Uint8Array = new Uint8Array(0);

/**
 * The same bytes as a plain `Uint8Array`. Of a Node `Buffer`, `slice` copies nothing and `subarray` costs three times as much; inputs are made plain
 * where they come in, so that nothing behind has to know.
 */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
