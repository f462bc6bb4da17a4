import type { FileHandle } from 'node:fs/promises';
import { type ByteStream, releaseOf } from '../stream/index.ts';
import { writeFullyLater } from './descriptor.ts';

/** So much is written before the disk is asked to begin with it. */
const SYNC = 16 * 1024 * 1024;

/** Writes a stream to the disk behind its reading, and closes the file. */
export async function writeBehind(file: FileHandle, content: ByteStream): Promise<void> {
  const writer = new FileWriter(file, releaseOf(content));
  try {
    for await (const chunk of content) await writer.write(chunk);
    await writer.finish();
  } finally {
    await writer.close();
  }
}

/** One piece is written while the next one is read, and what is written goes to the disk meanwhile, so that little is left to wait for at the end. */
class FileWriter {
  readonly #file: FileHandle;
  readonly #release: (chunk: Uint8Array) => void;
  #writing: Promise<void> = Promise.resolve();
  #syncing: Promise<void> | undefined;
  /** Linux tells of a failed write once: what an earlier call was told, the last one is not. */
  #fault: unknown;
  #unsynced = 0;

  constructor(file: FileHandle, release: (chunk: Uint8Array) => void) {
    this.#file = file;
    this.#release = release;
  }

  /** Waits for the piece before and begins with this one. */
  async write(chunk: Uint8Array): Promise<void> {
    await this.#writing;
    this.#unsynced += chunk.length; // it has none once it is given back
    this.#writing = writeFullyLater(this.#file.fd, chunk).then(() => this.#release(chunk));
    this.#writing.catch(() => {}); // it is waited for in its turn
    if (this.#unsynced >= SYNC && !this.#syncing) this.#sync();
  }

  #sync(): void {
    this.#unsynced = 0;
    this.#syncing = this.#file
      .datasync()
      .catch((error) => {
        this.#fault = error;
      })
      .finally(() => {
        this.#syncing = undefined;
      });
  }

  async finish(): Promise<void> {
    await this.#writing;
    await this.#syncing;
    await this.#file.datasync();
    if (this.#fault) throw this.#fault;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#writing, this.#syncing]);
    await this.#file.close();
  }
}
