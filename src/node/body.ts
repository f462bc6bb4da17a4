import { closeSync } from 'node:fs';
import { type ByteStream, createSource, lending, type Source } from '../stream/index.ts';
import { type OpenedFile, openRegular, readFully } from './descriptor.ts';
import { errnoOf } from './fault.ts';
import { fileSource } from './file.ts';
import { hostPath } from './host-path.ts';
import { assertUnchanged, type Identity, stale } from './identity.ts';

/**
 * The body of a file that is opened for each read and closed after it, so that a tree of a hundred thousand files holds none open.
 * The file must still be the one that `identity` tells: one that was replaced, moved away or written to is `ESTALE`, a link in its place is never followed.
 */
export function fileBody(path: string, identity: Identity): Source {
  const read = async (position: number, length: number): Promise<Uint8Array> => {
    const source = fileSource(openSame(path, identity), path);
    return source.read(position, length).finally(source.close);
  };
  const readSync = (position: number, length: number): Uint8Array => {
    const file = openSame(path, identity);
    try {
      const buffer = new Uint8Array(length);
      if (readFully(file.fd, buffer, position, path) < length) throw stale(path);
      return buffer;
    } finally {
      closeSync(file.fd);
    }
  };
  async function* chunks(start: number, end: number): ByteStream {
    const source = fileSource(openSame(path, identity), path);
    try {
      yield* source.stream(start, end);
    } finally {
      await source.close();
    }
  }
  const stream = (start: number, end: number): ByteStream => lending(chunks(start, end));
  return createSource({ read, readSync, stream }, Number(identity.size));
}

function openSame(path: string, identity: Identity): OpenedFile {
  const file = openExisting(path);
  try {
    assertUnchanged(file.fd, identity, path);
    return file;
  } catch (error) {
    closeSync(file.fd);
    throw error;
  }
}

// Gone, a link, a directory on the way that is none any more, or another kind of thing.
const REPLACED: readonly (string | undefined)[] = ['ENOENT', 'ELOOP', 'ENOTDIR', 'EISDIR', 'ENXIO'];

function openExisting(path: string): OpenedFile {
  try {
    return openRegular(hostPath(path), path, false);
  } catch (error) {
    const { code, cause } = error as { code?: string; cause?: unknown };
    if (code === 'INPUT_KIND' || code === 'EISDIR' || REPLACED.includes(errnoOf(cause))) throw stale(path, error);
    throw error;
  }
}
