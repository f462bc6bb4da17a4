import { closeSync, constants, fstatSync, openSync, read, readSync, writeSync } from 'node:fs';
import { PathError } from '../errors.ts';
import { errnoOf, hostFault } from './fault.ts';
import { type Identity, identityOf } from './identity.ts';

// One call of the host reads at most 2 GiB.
const MOST = 2 ** 30;

/** An open regular file and what it was when it was opened. */
export interface OpenedFile {
  readonly fd: number;
  readonly identity: Identity;
}

/**
 * Opens a regular file to read it; `path` is what messages call it. `O_NONBLOCK` keeps the call from waiting for a FIFO's writer; on a regular file it does nothing.
 * @throws {PathError} `EISDIR`, `INPUT_KIND` for what is no file, `INPUT_UNREADABLE` with the host's error as the cause.
 */
export function openRegular(at: string | Buffer, path: string, follow: boolean): OpenedFile {
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (follow ? 0 : (constants.O_NOFOLLOW ?? 0));
  const fd = attempt(path, 'open', () => openSync(at, flags));
  try {
    const stat = attempt(path, 'open', () => fstatSync(fd, { bigint: true }));
    if (stat.isDirectory()) throw new PathError('EISDIR', 'open', path, 'it is a directory');
    if (!stat.isFile()) throw new PathError('INPUT_KIND', 'open', path, 'it is no regular file, so it can only be read once; give it as a stream');
    return { fd, identity: identityOf(stat) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Fills `buffer` from the place in the file on; returns how many bytes there were. */
export function readFully(fd: number, buffer: Uint8Array, position: number, path: string): number {
  return attempt(path, 'read', () => {
    let filled = 0;
    while (filled < buffer.length) {
      const count = readSync(fd, buffer, filled, Math.min(buffer.length - filled, MOST), position + filled);
      if (count === 0) break;
      filled += count;
    }
    return filled;
  });
}

/** The same without blocking the event loop. */
export async function readFullyLater(fd: number, buffer: Uint8Array, position: number, path: string): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const count = await readOnce(fd, buffer.subarray(filled, filled + MOST), position + filled, path);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

function readOnce(fd: number, buffer: Uint8Array, position: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, buffer, 0, buffer.length, position, (error, count) =>
      error ? reject(hostFault('INPUT_UNREADABLE', 'read', path, error)) : resolve(count),
    );
  });
}

/** Writes all of `bytes` at the place in the file and returns how many they were. @throws {PathError} `OUTPUT_FAILED`. */
export function writeFully(fd: number, bytes: Uint8Array, position: number, path: string): number {
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(fd, bytes, written, Math.min(bytes.length - written, MOST), position + written);
    return written;
  } catch (error) {
    throw hostFault('OUTPUT_FAILED', 'write', path, error);
  }
}

function attempt<T>(path: string, op: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (errnoOf(error) === 'EISDIR') throw new PathError('EISDIR', op, path, 'it is a directory', { cause: error });
    throw hostFault('INPUT_UNREADABLE', op, path, error);
  }
}
