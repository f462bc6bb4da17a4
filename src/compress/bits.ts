import type { ByteReader } from '../stream/index.ts';
import { corrupt, truncated } from './faults.ts';

/** Gives the next bits as a number, most significant first; `null` asks for none and goes to the next whole byte. */
export type ReadBits = (count: number | null) => number;

const OUT_OF_BITS = new Error('out of bits');

/** Reads the bits of bzip2 data for a decoder that cannot wait: it is given a stretch of input that is long enough for its next step. */
export class BitReader {
  readonly #reader: ByteReader;
  #bits = 0;
  #ready = 0; // less than 8 between steps

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  /** Runs one step on the next `length` bytes, which are more than it needs, and moves on by what it read. */
  async within<T>(length: number, step: (read: ReadBits) => T): Promise<T> {
    const isMore = await this.#reader.fill(length);
    const bytes = this.#reader.peek(length);
    const end = Math.min(length, bytes.length);
    let at = 0;
    let bits = this.#bits;
    let ready = this.#ready;
    const read: ReadBits = (count) => {
      if (count === null) {
        ready = 0;
        return 0;
      }
      if (count > 24) return (read(count - 16) << 16) | read(16);
      while (ready < count) {
        if (at === end) throw OUT_OF_BITS;
        bits = (bits << 8) | (bytes[at++] as number);
        ready += 8;
      }
      ready -= count;
      return (bits >>> ready) & ((1 << count) - 1);
    };
    try {
      const result = step(read);
      this.#reader.advance(at);
      this.#bits = bits;
      this.#ready = ready;
      return result;
    } catch (cause) {
      if (cause !== OUT_OF_BITS) throw corrupt('bzip2', (cause as Error).message, cause);
      throw isMore ? corrupt('bzip2', 'a block has no end') : truncated('bzip2');
    }
  }
}
