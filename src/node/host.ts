import { createReadStream, type Stats, statSync } from 'node:fs';
import type { HostInput } from '../host.ts';
import { type ByteStream, lending } from '../stream/index.ts';
import { hostFault } from './fault.ts';
import { openFile } from './file.ts';
import { openFolder } from './folder.ts';
import { hostPath } from './host-path.ts';
import { lentChunks } from './memory.ts';
import { treeFromDisk } from './tree-from-disk.ts';

/**
 * Node's side of the seam `#host`: what is at a path of the host, opened.
 * @throws {PathError} `INPUT_UNREADABLE` with the host's error as the cause.
 */
export async function openPath(path: string): Promise<HostInput> {
  const stat = statOf(path);
  if (stat.isDirectory()) {
    const folder = await openFolder(path);
    return { kind: 'folder', folder, tree: () => treeFromDisk(path), close: () => folder.close() };
  }
  if (!stat.isFile()) return openStream(path);
  const source = await openFile(path);
  return { kind: 'file', source, close: source.close };
}

function statOf(path: string): Stats {
  try {
    return statSync(hostPath(path));
  } catch (error) {
    throw hostFault('INPUT_UNREADABLE', 'open', path, error);
  }
}

/** A FIFO, a terminal, a device: it is opened when it is first read, since opening a FIFO waits for its writer. */
function openStream(path: string): HostInput {
  const stream = createReadStream(hostPath(path), { highWaterMark: 256 * 1024 });
  return { kind: 'stream', stream: lending(readable(lentChunks(stream), path)), close: async () => void stream.destroy() };
}

async function* readable(chunks: ByteStream, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw hostFault('INPUT_UNREADABLE', 'read', path, error);
  }
}
