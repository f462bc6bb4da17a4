import { closeSync, constants, ftruncateSync, openSync } from 'node:fs';
import { PathError } from '../errors.ts';
import { type ByteStream, bytesSource, releaseOf, type Source } from '../stream/index.ts';
import type { FileNode } from '../tree/index.ts';
import { writeFully } from './descriptor.ts';
import type { Extraction } from './extraction.ts';
import { applyMetadata, fileHandle } from './metadata.ts';

const SMALL = 256 * 1024;
// The name must be new, and it is never a link's target that is written.
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/** Writes a file under a new name: body, then metadata. Holes of a sparse file are left out, as far as the tree tells of them. */
export async function writeFile(extraction: Extraction, at: string | Buffer, node: FileNode, path: string): Promise<void> {
  const fd = openSync(at, CREATE, 0o600);
  try {
    for (const { offset, length } of node.sparse ?? [{ offset: 0, length: node.size }])
      await writeRun(extraction, fd, node.body, offset, offset + length, path);
    if (node.sparse) ftruncateSync(fd, node.size);
    applyMetadata(extraction, fileHandle(fd), node, path);
  } finally {
    closeSync(fd);
  }
}

async function writeRun(extraction: Extraction, fd: number, body: Source, start: number, end: number, path: string): Promise<void> {
  let at = start;
  const chunks = chunksOf(body, start, end);
  const release = releaseOf(chunks);
  for await (const chunk of chunks) {
    at += writeFully(fd, chunk, at, path);
    release(chunk);
    await extraction.pause();
  }
  if (at !== end) throw new PathError('ESTALE', 'write', path, `its body has ${end - at} bytes less than its size says`);
  extraction.bytes += end - start;
}

/** What is small and can be read without waiting is: that is most of the work. */
function chunksOf(body: Source, start: number, end: number): ByteStream {
  return body.readSync && end - start <= SMALL ? bytesSource(body.readSync(start, end - start)).stream() : body.stream(start, end);
}
