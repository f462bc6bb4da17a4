import type { ByteStream, Source } from './source.ts';

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

/** A folder that takes files. At any moment a name holds its old content or the whole of its new one, whatever ends the program. */
export interface WritableFolder extends Folder {
  /** What errors call it. */
  readonly shown: string;
  /**
   * Puts a file in place when its content has ended, which is when its `path` is asked for. Directories on the way are made; a file that has the name gives
   * way. What fails before leaves nothing.
   * @throws {PathError} `OUTPUT_FAILED`, `ENOTDIR`. What the content throws is passed on.
   */
  write(content: ByteStream, path: () => string): Promise<void>;
  /** Does something that nobody else does meanwhile, in this process or another: a change to a file that depends on what is in it. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}
