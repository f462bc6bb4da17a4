import { lstatSync, realpathSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { PathError } from '../errors.ts';
import { type ByteStream, releaseOf, tap } from '../stream/index.ts';
import { interruptible } from './interrupt.ts';
import { writeStream } from './output.ts';

/** Where `-o` leads: standard output, a file that will be put in place whole, or a device or FIFO that takes what comes. */
export type Destination = { readonly kind: 'output' } | { readonly kind: 'file' | 'device'; readonly path: string };

/**
 * Looks at where `-o` leads, before there is anything to write. A link leads to its file, which is what will be replaced.
 * @throws {PathError} `OUTPUT_EXISTS` for a file that is not to be replaced, `EISDIR`, `OUTPUT_FAILED` where it cannot be looked at.
 */
export function destinationOf(path: string, force: boolean): Destination {
  if (path === '-') return { kind: 'output' };
  try {
    return placeOf(path, force);
  } catch (error) {
    throw faultOf(path, error);
  }
}

function placeOf(path: string, force: boolean): Destination {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) throw new PathError('EISDIR', 'write', path, 'it is a directory; give the name of a file');
  if (stat && !stat.isFile()) return { kind: 'device', path };
  if (!force && lstatSync(path, { throwIfNoEntry: false })) throw new PathError('OUTPUT_EXISTS', 'write', path, 'it is there; --force replaces it');
  return { kind: 'file', path: stat ? realpathSync(path) : path };
}

/** Writes a stream. A file is there whole or not at all, whatever ends the command. @throws {PathError} `OUTPUT_FAILED`. */
export async function writeTo(destination: Destination, stream: ByteStream): Promise<void> {
  if (destination.kind === 'output') await writeStream(stream);
  else await named(destination.path, () => (destination.kind === 'file' ? replaceFile : writeInto)(destination.path, stream));
}

/** Beside the file first, and then in its place. What a command that was killed left there of its own goes. */
function replaceFile(path: string, stream: ByteStream): Promise<void> {
  return interruptible(async (signal) => {
    statSync(dirname(path)); // a directory that is missing is a mistake, and not made
    const { openWritableFolder } = await import('../node/index.ts');
    const folder = await openWritableFolder(dirname(path));
    try {
      await folder.write(
        tap(stream, () => signal.throwIfAborted()),
        () => basename(path),
      );
    } finally {
      await folder.close();
    }
  });
}

async function writeInto(path: string, stream: ByteStream): Promise<void> {
  const file = await open(path, 'w');
  try {
    const release = releaseOf(stream);
    for await (const chunk of stream) {
      await file.writeFile(chunk); // all of it, from where the last one ended
      release(chunk);
    }
  } finally {
    await file.close();
  }
}

async function named(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw faultOf(path, error);
  }
}

/** What the host says, as an error of ours. */
function faultOf(path: string, error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  return new PathError('OUTPUT_FAILED', 'write', path, error.message.split(',')[0] as string, { cause: error });
}
