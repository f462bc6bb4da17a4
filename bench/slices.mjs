/** The bytes in pieces of `size`, as a socket or a file brings them: views, so that cutting costs nothing. */
export function* slices(bytes, size) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
