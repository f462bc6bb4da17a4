/** The `size` bytes that `read` gives from a place on, in order: each chunk is read while the one before it is being used. */
export async function* readAhead(read: (at: number) => Promise<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  if (size === 0) return;
  for (let at = 0, next = read(0); at < size; ) {
    const chunk = await next;
    if (chunk.length === 0) return;
    at += chunk.length;
    if (at < size) next = read(at);
    next.catch(() => undefined); // a fault counts when the chunk is asked for, and it may never be
    yield chunk;
  }
}
