import { constants, mkdirSync, renameSync, unlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ByteStream, WritableFolder } from '../stream/index.ts';
import { HeldDirectory } from './directory.ts';
import { errnoOf, hostFault } from './fault.ts';
import { componentsOf, DiskFolder } from './folder.ts';
import { hostPath } from './host-path.ts';
import { withLock } from './lock.ts';
import { forgetScratchName, isAbandoned, isScratchName, newScratchName } from './scratch-name.ts';
import { writeDurably } from './write-durably.ts';

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
    await writeDurably(await open(root.at(part), NEW, 0o666), content, shown);
    place(root, part, componentsOf('write', path()));
    forgetScratchName(part);
  } catch (error) {
    discard(root, part);
    throw hostFault('OUTPUT_FAILED', 'write', shown, error);
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
