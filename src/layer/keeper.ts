import { type ByteStream, bytesSource, collect, type Source } from '../stream/index.ts';

/** Where unpacked bytes may be kept. */
export interface KeepOptions {
  /** Bytes that are kept in memory, all in all. Default 64 MiB; what does not fit goes to `spill`, or is unpacked again when it is read again. */
  readonly memory?: number;
  /** Keeps a stream where it can be read at any place, such as in a file. */
  readonly spill?: (stream: ByteStream) => Promise<Source>;
}

const MEMORY = 64 * 1024 * 1024;

/** Keeps what is read out of order: in memory as long as there is room for it, then where the caller says, else nowhere. */
export class Keeper {
  readonly #spill: KeepOptions['spill'];
  #room: number;

  constructor({ memory = MEMORY, spill }: KeepOptions = {}) {
    this.#room = memory;
    this.#spill = spill;
  }

  /** Keeps a stream of `size` bytes; `undefined` where there is no room for it. */
  async keep(stream: ByteStream, size: number): Promise<Source | undefined> {
    if (size > this.#room) return this.#spill?.(stream);
    this.#room -= size;
    return bytesSource(await collect(stream, size));
  }
}
