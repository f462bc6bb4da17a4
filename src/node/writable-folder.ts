import { constants, mkdirSync, renameSync, unlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type ByteStream, releaseOf, type WritableFolder } from '../stream/index.ts';
import { writeFullyLater } from './descriptor.ts';
import { HeldDirectory } from './directory.ts';
import { errnoOf, hostFault } from './fault.ts';
import { componentsOf, DiskFolder } from './folder.ts';
import { hostPath } from './host-path.ts';
import { withLock } from './lock.ts';
import { forgetScratchName, isAbandoned, isScratchName, newScratchName } from './scratch-name.ts';

const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/**
 * A folder on the disk that takes files; it is made if it is not there. Below its path no link is followed. What a program that was killed left of its files is
 * removed by the next one that opens the folder.
 * @throws {PathError} `OUTPUT_FAILED` with the host's error as the cause.
 */
export async function openWritableFolder(path: string): Promise<WritableFolder> {
  const root = guarded(path, () => {
    mkdirSync(hostPath(path), { recursive: true });
    return HeldDirectory.open(path);
  });
  removeAbandoned(root);
  const folder = new DiskFolder(path, root);
  const writing = new Set<Promise<void>>();
  const write = (content: ByteStream, file: () => string): Promise<void> => {
    const whole = writeWhole(root, path, content, file).finally(() => writing.delete(whole));
    writing.add(whole);
    return whole;
  };
  // What is being written needs the directory to the end, also where whoever asked for it waits no longer.
  const close = async (): Promise<void> => {
    await Promise.allSettled(writing);
    await folder.close();
  };
  return {
    shown: path,
    open: (file) => folder.open(file),
    list: async (directory = '') => (await folder.list(directory)).filter(({ name }) => directory !== '' || !isScratchName(name)),
    close,
    write,
    exclusively: (work) => withLock(root, work).catch((error) => Promise.reject(hostFault('OUTPUT_FAILED', 'write', path, error))),
  };
}

function removeAbandoned(root: HeldDirectory): void {
  for (const name of root.names()) if (isScratchName(name) && isAbandoned(name)) discard(root, name);
}

/** Beside the folder's files first; under its name once it is whole and on the disk. */
async function writeWhole(root: HeldDirectory, shown: string, content: ByteStream, path: () => string): Promise<void> {
  const part = newScratchName('part');
  try {
    await fill(await open(root.at(part), NEW, 0o666), content);
    place(root, part, componentsOf('write', path()));
    forgetScratchName(part);
  } catch (error) {
    discard(root, part);
    throw hostFault('OUTPUT_FAILED', 'write', shown, error);
  }
}

/** So much is written before the disk is asked to begin with it. */
const SYNC = 16 * 1024 * 1024;

/** One piece is written while the next one is read, and what is written goes to the disk meanwhile, so that little is left to wait for at the end. */
async function fill(file: FileHandle, content: ByteStream): Promise<void> {
  const release = releaseOf(content);
  let writing: Promise<void> = Promise.resolve();
  let syncing: Promise<void> | undefined;
  let fault: unknown; // Linux tells of a failed write once: what an earlier call was told, the last one is not
  let unsynced = 0;
  try {
    for await (const chunk of content) {
      await writing;
      unsynced += chunk.length; // it has none once it is given back
      writing = writeFullyLater(file.fd, chunk).then(() => release(chunk));
      writing.catch(() => {}); // it is waited for above or below
      if (unsynced < SYNC || syncing) continue;
      unsynced = 0;
      syncing = file
        .datasync()
        .catch((error) => {
          fault = error;
        })
        .finally(() => {
          syncing = undefined;
        });
    }
    await writing;
    await syncing;
    await file.datasync();
    if (fault) throw fault;
  } finally {
    await Promise.allSettled([writing, syncing]);
    await file.close();
  }
}

function place(root: HeldDirectory, part: string, components: string[]): void {
  const name = components.pop() as string;
  const opened: HeldDirectory[] = [];
  try {
    let here = root;
    for (const component of components) {
      here = enter(here, component);
      opened.push(here);
    }
    renameSync(root.at(part), here.at(name));
  } finally {
    for (const directory of opened) directory.close();
  }
}

function enter(parent: HeldDirectory, name: string): HeldDirectory {
  try {
    mkdirSync(parent.at(name));
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
  return parent.open(name);
}

function discard(root: HeldDirectory, name: string): void {
  try {
    unlinkSync(root.at(name));
  } catch {
    // it was not made, or is gone already
  }
  forgetScratchName(name);
}

function guarded<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw hostFault('OUTPUT_FAILED', 'write', path, error);
  }
}
