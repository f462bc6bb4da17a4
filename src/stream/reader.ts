import { concatBytes, EMPTY } from '../bytes/index.ts';
import { releaseOf, share } from './lending.ts';
import type { ByteStream } from './source.ts';

/**
 * Pulls exact amounts out of a stream of arbitrary chunks. Nothing is copied unless what is asked for lies across two chunks,
 * and nothing is read before it is asked for, so a consumer that stalls stalls the stream too.
 */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #lender: (chunk: Uint8Array) => void;
  #release: (chunk: Uint8Array) => void = () => {};
  #queue: Uint8Array[] = [];
  /** Bytes of the first chunk that are gone. */
  #taken = 0;
  #available = 0;
  #ended = false;
  /** Whether the stream has been asked for a chunk and has not answered. */
  #waiting = false;
  /** How many bytes have been taken or skipped. */
  position = 0;

  constructor(stream: ByteStream) {
    this.#chunks = stream[Symbol.asyncIterator]();
    this.#lender = releaseOf(stream);
  }

  /**
   * Gives chunks back from here on, if the stream lends them, once all of their bytes have been passed. What `peek` shows is then good until the next call of
   * anything here.
   */
  giveBack(): void {
    this.#release = this.#lender;
  }

  /** Bytes that are here and need no waiting. */
  get available(): number {
    return this.#available;
  }

  get #first(): Uint8Array {
    return this.#queue[0] ?? EMPTY;
  }

  /** Waits until `length` bytes are here; `false` if the stream ends before. */
  async fill(length: number): Promise<boolean> {
    while (this.#available < length && !this.#ended) {
      const { done, value } = await this.#next();
      if (done) this.#ended = true;
      else if (value.length > 0) {
        this.#queue.push(value);
        this.#available += value.length;
      }
    }
    return this.#available >= length;
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    this.#waiting = true;
    try {
      return await this.#chunks.next();
    } finally {
      this.#waiting = false;
    }
  }

  /** At least `length` contiguous bytes that are here already (fewer if fewer are), without taking them. */
  peek(length: number): Uint8Array {
    if (this.#queue.length > 1 && this.#first.length - this.#taken < length) this.#join(length);
    return this.#taken === 0 ? this.#first : this.#first.subarray(this.#taken);
  }

  /** Makes one chunk of the next `length` bytes, in place of those they lie in: looking again, and dropping them, then costs nothing more. */
  #join(length: number): void {
    const parts: Uint8Array[] = [];
    let gathered = -this.#taken;
    while (gathered < length && parts.length < this.#queue.length) {
      parts.push(this.#queue[parts.length] as Uint8Array);
      gathered += (parts.at(-1) as Uint8Array).length;
    }
    const last = parts.pop() as Uint8Array;
    const cut = last.length - Math.max(0, gathered - length);
    const joined = concatBytes([...parts, last.subarray(0, cut)]).subarray(this.#taken);
    for (const part of parts) this.#release(part);
    this.#queue.splice(0, parts.length + 1, joined, last.subarray(cut)); // what is left of it may be nothing
    this.#taken = 0;
  }

  /** Drops `length` bytes that are here. */
  advance(length: number): void {
    if (length > this.#available) throw new RangeError(`Cannot advance by ${length}: fewer bytes are here`);
    this.#taken += length;
    while (this.#queue.length > 0 && this.#taken >= this.#first.length) {
      const passed = this.#queue.shift() as Uint8Array;
      this.#taken -= passed.length;
      this.#release(passed);
    }
    this.#available -= length;
    this.position += length;
  }

  /** Takes whatever is here next, at most `most` bytes, to keep or to give back; waits if nothing is. `undefined` at the end. */
  async take(most: number): Promise<Uint8Array | undefined> {
    if (!(await this.fill(1))) return undefined;
    const chunk = this.#first.subarray(this.#taken, this.#taken + most);
    share(chunk);
    this.advance(chunk.length);
    return chunk;
  }

  /** Skips `length` bytes and returns how many there were. */
  async skip(length: number): Promise<number> {
    let left = length;
    while (left > 0 && (this.#available > 0 || (await this.fill(1)))) {
      const step = Math.min(left, this.#available);
      this.advance(step);
      left -= step;
    }
    return length - left;
  }

  /**
   * Tells the stream that no more will be asked for, and waits until it has let go of what it held. One that is being waited for can only be told when it
   * answers, which may be never: that is not waited for.
   */
  async close(): Promise<void> {
    this.#ended = true;
    this.#queue = [];
    this.#available = 0;
    const closing = this.#chunks.return?.();
    if (this.#waiting) closing?.catch(() => undefined);
    else await closing;
  }
}
