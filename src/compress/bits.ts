import type { ByteReader } from '../stream/index.ts';

/** Thrown by `read` where it runs out of bytes. */
export class OutOfBits extends Error {}

/** Reads bits, most significant first, for a decoder that cannot wait: it is given a stretch of input that is long enough for its next step. */
export class BitReader {
  readonly #reader: ByteReader;
  #bits = 0;
  #count = 0; // less than 8 between steps

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  /** Runs one step on up to `length` bytes of what comes, and moves on by what it read. `OutOfBits` says that these were not enough. */
  async within<T>(length: number, step: (read: (count: number | null) => number) => T): Promise<T> {
    await this.#reader.fill(length);
    const bytes = this.#reader.peek(length);
    const end = Math.min(length, bytes.length);
    let at = 0;
    const read = (count: number | null): number => {
      if (count === null) return this.#align();
      if (count > 24) return (read(count - 16) << 16) | read(16);
      while (this.#count < count) {
        if (at === end) throw new OutOfBits();
        this.#bits = (this.#bits << 8) | (bytes[at++] as number);
        this.#count += 8;
      }
      this.#count -= count;
      return (this.#bits >>> this.#count) & (2 ** count - 1);
    };
    const result = step(read);
    this.#reader.advance(at);
    return result;
  }

  #align(): number {
    this.#count = 0;
    return 0;
  }
}
