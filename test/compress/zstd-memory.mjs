// Run with --expose-gc and a count: unpacks a zstd frame of that many MiB by the portable decoder, and prints the bytes of the arrays that are held at its end.
const dist = new URL('../../dist/', import.meta.url).href; // not a literal: types are checked before anything is built
const { unzstdPortable } = await import(`${dist}compress/fzstd.js`);
const { walkFrames } = await import(`${dist}compress/zstd-frames.js`);
const { ByteReader } = await import(`${dist}stream/index.js`);

const BLOCK = 128 * 1024;

/** A frame with a window of 2 MiB, of blocks as they are (RFC 8878, section 3.1.1). @param {number} count */
async function* frame(count) {
  yield Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x58);
  for (let i = 0; i < count; i++) {
    const blocks = new Uint8Array(8 * (3 + BLOCK));
    for (let at = 0; at < blocks.length; at += 3 + BLOCK) {
      const isLast = i === count - 1 && at + 3 + BLOCK === blocks.length;
      blocks.set([((BLOCK << 3) % 256) | (isLast ? 1 : 0), (BLOCK >> 5) % 256, BLOCK >> 13], at);
    }
    yield blocks;
  }
}

let size = 0;
let held = 0;
const total = Number(process.argv[2]) * 2 ** 20;
for await (const chunk of unzstdPortable(walkFrames(new ByteReader(frame(Number(process.argv[2]))), 2 ** 27))) {
  size += chunk.length;
  if (size < total) continue;
  for (let i = 0; i < 2; i++) {
    /** @type {() => void} */ (globalThis.gc)();
    await new Promise((resolve) => setImmediate(resolve));
  }
  held = process.memoryUsage().arrayBuffers;
}
console.log(JSON.stringify({ size, held }));
