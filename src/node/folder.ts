import { closeSync } from 'node:fs';
import { PathError } from '../errors.ts';
import type { Folder, FolderEntry, Source } from '../stream/index.ts';
import { type OpenedFile, openRegular } from './descriptor.ts';
import { HeldDirectory } from './directory.ts';
import { errnoOf, hostFault } from './fault.ts';
import { type FileSource, fileSource } from './file.ts';
import { assertName } from './names.ts';

/**
 * A folder on the disk. The path given here may lead through links, nothing below it does: every directory on the way is opened without following.
 * Files stay open until `close`, each once. @throws {PathError} `ENOENT`, `ENOTDIR`, `INPUT_UNREADABLE`.
 */
export async function openFolder(path: string): Promise<Folder> {
  return new DiskFolder(
    path,
    named('open', path, () => HeldDirectory.open(path)),
  );
}

/** The files of a folder that is held open; it takes the directory over. */
export class DiskFolder implements Folder {
  readonly #path: string;
  readonly #root: HeldDirectory;
  readonly #files: Map<string, { readonly file: OpenedFile; readonly source: FileSource }> = new Map();
  readonly #opened: FileSource[] = [];

  constructor(path: string, root: HeldDirectory) {
    this.#path = path;
    this.#root = root;
  }

  async list(path = ''): Promise<readonly FolderEntry[]> {
    return this.#inside('list', path, path === '' ? [] : componentsOf('list', path), (directory) =>
      directory.names().map((name) => ({ name, type: typeOf(directory, name) })),
    );
  }

  /** The Source that there is already, unless another file came into its place since. */
  async open(path: string): Promise<Source> {
    const components = componentsOf('open', path);
    const name = components.pop() as string;
    const shown = `${this.#path}/${path}`;
    const file = this.#inside('open', path, components, (directory) => openRegular(directory.at(name), shown, false));
    const known = this.#files.get(path);
    if (known && isUnchanged(known.file, file)) {
      closeSync(file.fd);
      return known.source;
    }
    const source = fileSource(file, shown);
    this.#files.set(path, { file, source });
    this.#opened.push(source);
    return source;
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map((file) => file.close()));
    this.#root.close();
  }

  /** Does something in a directory below the root. */
  #inside<T>(op: string, path: string, components: readonly string[], use: (directory: HeldDirectory) => T): T {
    const opened: HeldDirectory[] = [];
    return named(op, `${this.#path}/${path}`, () => {
      try {
        let here = this.#root;
        for (const component of components) {
          here = here.open(component);
          opened.push(here);
        }
        return use(here);
      } finally {
        for (const directory of opened) directory.close();
      }
    });
  }
}

function isUnchanged({ identity: before }: OpenedFile, { identity: now }: OpenedFile): boolean {
  return before.ino === now.ino && before.dev === now.dev;
}

/** The names on a path in a folder. @throws {PathError} `EINVAL` for what is none. */
export function componentsOf(op: string, path: string): string[] {
  const components = path.split('/');
  for (const component of components) assertName(component, op, path);
  return components;
}

function typeOf(directory: HeldDirectory, name: string): FolderEntry['type'] {
  const stat = directory.lstat(name);
  return stat?.isFile() ? 'file' : stat?.isDirectory() ? 'directory' : 'other';
}

const REASONS = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'a component of it is no directory; links in a folder are not followed',
  ELOOP: 'it is a link, and links in a folder are not followed',
} as const;

/** What keeps a path from being opened has the name POSIX gives it; the rest is `INPUT_UNREADABLE`. */
function named<T>(op: string, path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const errno = errnoOf(error instanceof PathError ? error.cause : error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'ELOOP') throw new PathError(errno, op, path, REASONS[errno], { cause: error });
    throw hostFault('INPUT_UNREADABLE', op, path, error);
  }
}
