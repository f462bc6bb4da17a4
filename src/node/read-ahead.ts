/** Reads one chunk ahead: the next is on its way while the last is being used. A chunk of no bytes is the end. */
export class ReadAhead {
  readonly #read: (position: number) => Promise<Uint8Array>;
  #position: number;
  #reading: Promise<Uint8Array>;

  constructor(read: (position: number) => Promise<Uint8Array>, start: number) {
    this.#read = read;
    this.#position = start;
    this.#reading = read(start);
  }

  async next(): Promise<Uint8Array> {
    const chunk = await this.#reading;
    this.#position += chunk.length;
    this.#reading = this.#read(this.#position);
    this.#reading.catch(() => undefined); // a fault counts when the chunk is asked for, and it may never be
    return chunk;
  }
}
