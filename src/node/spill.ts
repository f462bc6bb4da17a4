import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ByteStream, releaseOf } from '../stream/index.ts';
import { writeFully } from './descriptor.ts';
import { hostFault } from './fault.ts';
import { type FileSource, fileSource } from './file.ts';
import { identityOf } from './identity.ts';

const NEW = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/**
 * Keeps a stream in a temporary file in `directory` (by default the system's place for them), so that it can be read anywhere. The file loses its
 * name before the first byte is in it: whatever ends the program, nothing stays behind. Closing the Source gives the space back.
 * @throws {PathError} `OUTPUT_FAILED` with the host's error as the cause. What the stream throws is passed on.
 */
export async function spill(stream: ByteStream, directory: string = tmpdir()): Promise<FileSource> {
  const path = join(directory, `lading-${randomUUID()}`);
  const fd = createNameless(path);
  try {
    const release = releaseOf(stream);
    let size = 0;
    for await (const chunk of stream) {
      size += writeFully(fd, chunk, size, path);
      release(chunk);
    }
    return fileSource({ fd, identity: identityOf(fstatSync(fd, { bigint: true })) }, path);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function createNameless(path: string): number {
  try {
    const fd = openSync(path, NEW, 0o600);
    unlinkSync(path);
    return fd;
  } catch (error) {
    throw hostFault('OUTPUT_FAILED', 'write', path, error);
  }
}
