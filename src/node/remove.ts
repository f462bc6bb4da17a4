import { chmodSync, rmdirSync, unlinkSync } from 'node:fs';
import type { HeldDirectory } from './directory.ts';
import { errnoOf } from './fault.ts';

/** Removes a name with all below it, following nothing: `fs.rm` walks by path, so that a directory swapped for a link would lead it outside. */
export function removeAll(parent: HeldDirectory, name: string): void {
  const stat = parent.lstat(name);
  if (stat?.isDirectory()) {
    emptyDirectory(parent, name);
    rmdirSync(parent.at(name));
  } else if (stat) unlinkSync(parent.at(name));
}

function emptyDirectory(parent: HeldDirectory, name: string): void {
  using held = enter(parent, name);
  for (const child of held.names()) removeAll(held, child);
}

// Directories that their owner may not read or change. Root never needs the first chmod, so a link swapped in leads only to what its owner may change anyway.
function enter(parent: HeldDirectory, name: string): HeldDirectory {
  const held = openAnyhow(parent, name);
  if ((held.stat().mode & 0o700n) !== 0o700n) chmodSync(held.self(), 0o700);
  return held;
}

function openAnyhow(parent: HeldDirectory, name: string): HeldDirectory {
  try {
    return parent.open(name);
  } catch (error) {
    if (errnoOf(error) !== 'EACCES') throw error;
    chmodSync(parent.at(name), 0o700);
    return parent.open(name);
  }
}
