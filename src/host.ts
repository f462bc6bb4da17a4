import { PathError } from './errors.ts';
import type { ByteStream, Folder, Source } from './stream/index.ts';
import type { Tree } from './tree/index.ts';

/** Something of a file that could not be carried from a disk to a tree, or from a tree to a disk. */
export interface Loss {
  /** The clean path in the tree. */
  readonly path: string;
  /** What is missing: the whole entry, or a part of its metadata. */
  readonly what: 'entry' | 'owner' | 'mode' | 'time' | 'xattrs';
  /** The host's error (`EPERM`), `ENOTSUP` where the runtime has no call for it, `NOT_PRESERVED` where it was not asked for. */
  readonly code: string;
  readonly message: string;
}

/** A folder on a disk as a tree. */
export interface DiskTree {
  readonly tree: Tree;
  /** What no tree can hold, such as sockets. */
  readonly losses: readonly Loss[];
}

/** What a path of the host leads to. Bytes that can be read only once (a FIFO, a terminal) are a stream. `close` lets go of what is open. */
export type HostInput =
  | { readonly kind: 'file'; readonly source: Source; close(): Promise<void> }
  | { readonly kind: 'stream'; readonly stream: ByteStream; close(): Promise<void> }
  | { readonly kind: 'folder'; readonly folder: Folder; tree(): Promise<DiskTree>; close(): Promise<void> };

/**
 * The portable side of the seam `#host`: here are no paths.
 * @throws {PathError} `HOST_PATH`, always.
 */
export async function openPath(path: string): Promise<HostInput> {
  throw new PathError(
    'HOST_PATH',
    'open',
    path,
    'this runtime gives lading no file system; give a File, Blob, Uint8Array or stream instead of a path',
  );
}
