import type { Source } from './source.ts';

/** A name in a folder and what it is. A symbolic link is `other`, as are sockets, FIFOs and devices. */
export interface FolderEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'other';
}

/**
 * Files below one root, such as those of an OCI layout: on a disk, in memory, behind a browser's directory handle. Paths are relative to the root,
 * their components joined by slashes. No symbolic link below the root is ever followed, so that a folder cannot show files from outside it.
 */
export interface Folder {
  /** What lies in the directory at `path` (by default the root), in byte order. @throws {PathError} `ENOENT`, `ENOTDIR`. */
  list(path?: string): Promise<readonly FolderEntry[]>;
  /**
   * The regular file at `path`, readable until the folder is closed.
   * @throws {PathError} `ENOENT`, `ENOTDIR`, `EISDIR`, `ELOOP` for a link, `INPUT_KIND` for what is neither file nor directory.
   */
  open(path: string): Promise<Source>;
  /** Lets go of what `open` opened. */
  close(): Promise<void>;
}
