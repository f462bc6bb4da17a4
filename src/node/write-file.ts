import { closeSync, constants, ftruncateSync, openSync } from 'node:fs';
import { PathError } from '../errors.ts';
import type { Source } from '../stream/index.ts';
import type { FileNode } from '../tree/index.ts';
import { writeFully } from './descriptor.ts';
import type { Extraction } from './extraction.ts';
import { applyMetadata, fileHandle } from './metadata.ts';

const CHUNK = 1024 * 1024;
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
  for await (const chunk of chunksOf(body, start, end)) {
    at += writeFully(fd, chunk, at, path);
    await extraction.pause();
  }
  if (at !== end) throw new PathError('ESTALE', 'write', path, `its body has ${end - at} bytes less than its size says`);
  extraction.bytes += end - start;
}

/** What can be read without waiting is: of a small file that is most of the work. */
async function* chunksOf(body: Source, start: number, end: number): AsyncGenerator<Uint8Array> {
  if (!body.readSync) return yield* body.stream(start, end);
  for (let at = start; at < end; at += CHUNK) yield body.readSync(at, Math.min(CHUNK, end - at));
}
