import type { Transform } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { LadingError } from '../errors.ts';
import { type ByteReader, giveBack } from '../stream/index.ts';
import { ZlibLender } from './memory.ts';

export type ZlibStream = Transform & { readonly bytesWritten: number };

/**
 * What one turn through the thread pool gives at most. 471 MB by 64 KiB, 256 KiB, 1 MiB take 1120, 900 and 810 ms on Node 20. Where the main thread has work
 * too, zlib waits for it at each turn: to merge an image of 266 MB of gzip takes a tenth more by 512 KiB, and as long by 2 MiB, for several of which there is to be room.
 */
export const TURN: number = 1024 * 1024;

/** So many chunks may wait to be taken before zlib stops. Until then it works on while the first of them is being looked at. */
const AHEAD = 2;

/** What a stream of zlib gives of what a reader gives, lent. The reader ends up right behind the last byte that zlib wanted, which no pipe would tell. */
export async function* pump(stream: ZlibStream, reader: ByteReader, format: string): AsyncGenerator<Uint8Array> {
  const pumped = new Pump(stream, reader, format);
  const lender = new ZlibLender();
  try {
    for (let chunk = await pumped.next(); chunk; chunk = await pumped.next()) yield lender.lend(chunk);
    lender.end(); // not where it is stopped: zlib may be writing still
  } finally {
    for (const chunk of await pumped.stop()) giveBack(lender.lend(chunk));
  }
}

type State = 'hungry' | 'busy' | 'ended' | Error;

/** Drives a stream of zlib by hand. It is two pieces of input and a few chunks ahead of its consumer and no further, so a consumer that stalls stalls the input. */
class Pump {
  readonly #stream: ZlibStream;
  readonly #reader: ByteReader;
  readonly #waiting: Buffer[] = [];
  #state: State = 'hungry';
  #wake = (): void => {};
  #used = 0;
  /** What comes behind the piece that zlib has is read meanwhile: of a pipe that saves a tenth of the time. */
  #ahead: Promise<unknown> = Promise.resolve();

  constructor(stream: ZlibStream, reader: ByteReader, format: string) {
    this.#stream = stream;
    this.#reader = reader;
    reader.giveBack(); // zlib is done with input when it has answered
    stream.on('end', () => this.#become('ended'));
    stream.on('error', (error) => this.#become(fault(error, format)));
    stream.on('data', (chunk: Buffer) => {
      if (this.#waiting.push(chunk) >= AHEAD) stream.pause();
      this.#wake();
    });
  }

  async next(): Promise<Buffer | undefined> {
    for (;;) {
      this.#feed();
      const chunk = this.#waiting.shift();
      if (this.#stream.isPaused()) this.#stream.resume();
      if (chunk) return chunk;
      if (this.#state instanceof Error) throw this.#state;
      if (this.#state === 'ended') break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#settle();
    await this.#ahead;
    return undefined;
  }

  /** Gives what was not taken. The input can be closed only when it has answered: one that does so at once is waited for, one that stalls is not. */
  async stop(): Promise<readonly Buffer[]> {
    this.#become('ended'); // what zlib still answers is of no use: the reader may be closed by then
    this.#stream.destroy();
    await Promise.race([this.#ahead.catch(() => {}), turn()]);
    return this.#waiting;
  }

  #become(next: State): void {
    if (this.#state === 'hungry' || this.#state === 'busy') this.#state = next;
    this.#feed();
    this.#wake();
  }

  #feed(): void {
    if (this.#state !== 'hungry' || this.#waiting.length >= AHEAD) return;
    this.#state = 'busy';
    this.#write().catch((error) => this.#become(error));
  }

  async #write(): Promise<void> {
    this.#settle();
    const reader = this.#reader;
    if (reader.available === 0) await this.#ahead;
    if (reader.available === 0 && !(await reader.fill(1))) {
      this.#stream.end();
      return;
    }
    const piece = reader.peek(1).subarray(0, TURN);
    this.#stream.write(piece, (error) => !error && this.#become('hungry'));
    this.#ahead = reader.fill(piece.length + 1);
    this.#ahead.catch(() => {}); // it is waited for in its turn
  }

  #settle(): void {
    this.#reader.advance(this.#stream.bytesWritten - this.#used);
    this.#used = this.#stream.bytesWritten;
  }
}

function fault(error: NodeJS.ErrnoException, format: string): LadingError {
  const verb = `Cannot decompress ${format} data`;
  if (error.code === 'Z_BUF_ERROR') return new LadingError('COMPRESS_TRUNCATED', `${verb}: the input ends early; get it again`, { cause: error });
  return new LadingError('COMPRESS_CORRUPT', `${verb}: ${error.message}`, { cause: error });
}
