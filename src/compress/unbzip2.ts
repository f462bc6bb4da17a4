import type { ByteReader } from '../stream/index.ts';
import { BitReader } from './bits.ts';

/** Unpacks bzip2: all streams, the checksum of each block and stream verified. A block is unpacked whole, out of at most 2.7 MB of input. */
export async function* unbzip2(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const { default: bzip2 } = await import('@openpgp/unbzip2-stream/lib/bzip2.js');
  const output = new Output();
  const write = (byte: number): void => output.write(byte);
  while (await reader.fill(1)) {
    const bits = new BitReader(reader);
    const level = await bits.within(4, (read) => bzip2.header(read));
    const size = level * 100_000;
    const buffer = new Int32Array(size);
    for (let checksum: number | null = 0; checksum !== null; ) {
      const before: number = checksum;
      // No symbol of a block is longer than 20 bits, and what leads up to them is small.
      checksum = await bits.within(level * 300_000, (read) => bzip2.decompress(read, write, buffer, size, before));
      yield* output.take();
    }
  }
}

const CHUNK = 256 * 1024;

/** Collects bytes that come one by one: a block of nothing but runs unpacks to fifty times its size. */
class Output {
  #full: Uint8Array[] = [];
  #chunk = new Uint8Array(CHUNK);
  #length = 0;

  write(byte: number): void {
    if (this.#length === CHUNK) {
      this.#full.push(this.#chunk);
      this.#chunk = new Uint8Array(CHUNK);
      this.#length = 0;
    }
    this.#chunk[this.#length++] = byte;
  }

  take(): Uint8Array[] {
    const chunks = [...this.#full, this.#chunk.subarray(0, this.#length)].filter((chunk) => chunk.length > 0);
    this.#full = [];
    this.#chunk = new Uint8Array(CHUNK);
    this.#length = 0;
    return chunks;
  }
}
