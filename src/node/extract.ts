import { randomUUID } from 'node:crypto';
import { lstatSync, readdirSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { PathError } from '../errors.ts';
import type { Tree } from '../tree/index.ts';
import { HeldDirectory } from './directory.ts';
import type { Extraction, ExtractReport } from './extraction.ts';
import { errnoOf, hostFault } from './fault.ts';
import { hostPath } from './host-path.ts';
import { applyMetadata, directoryHandle } from './metadata.ts';
import { createPause } from './pause.ts';
import { type Placing, placeChildren } from './place.ts';
import { removeAll } from './remove.ts';
import { finishDirectories, writeTree } from './write-tree.ts';

export interface ExtractOptions {
  /** Sets owners, setuid, setgid and sticky bits, and makes devices; what the host refuses is a loss. Default false. */
  readonly preserve?: boolean;
  /** Lets the destination be a folder that is not empty: directories are merged, everything else gives way. Default false. */
  readonly force?: boolean;
  /** Ends the extraction; what was written is removed, and its reason is thrown. */
  readonly signal?: AbortSignal;
}

/**
 * Writes a tree to a folder of the disk, all of it or nothing. It is written into a temporary folder beside the destination (inside it, where there
 * is one), which nobody else may enter, and comes into place by renaming: at once where the destination is new, name by name where it is merged
 * into. Nothing is written through a link, whether the link is in the tree, was there before, or is swapped in meanwhile (on Linux; elsewhere that
 * last leaves an attacker with the same user an instant).
 *
 * What a host cannot hold ends the extraction; metadata that it does not take is in `losses`, as are setuid, setgid and sticky bits and devices
 * that were not asked for. Extended attributes cannot be set by Node, times lose what is below a microsecond. Owners are the tree's numbers: no
 * user database is asked. On Windows there are no owners, and of modes only the bit that forbids writing.
 *
 * Bodies are read in the order in which they came into the tree. The folder's own mode, owner and times are set where it is new, or with `preserve`.
 *
 * ```ts
 * const { entries, losses } = await extractTree(tree, 'rootfs', { preserve: true });
 * ```
 *
 * @throws {PathError} `OUTPUT_EXISTS`, `OUTPUT_FAILED` with the host's error as the cause, `EEXIST` for two names that are one here, `EINVAL` and
 * `PATH_ESCAPES` for a name that is none here, `ESTALE` for a body that changed. @throws {LimitError} `LIMIT_DEPTH`.
 */
export async function extractTree(tree: Tree, destination: string, options: ExtractOptions = {}): Promise<ExtractReport> {
  const { preserve = false, force = false, signal } = options;
  const extraction: Extraction = { preserve, pause: createPause(signal), losses: [], entries: 0, bytes: 0, rounded: 0 };
  const path = resolve(destination);
  try {
    const isNew = assertFree(path, force);
    using home = HeldDirectory.open(isNew ? dirname(path) : path);
    await extractBeside(extraction, tree, home, isNew ? basename(path) : undefined, force);
    if (!isNew && preserve && !tree.root.implied) applyMetadata(extraction, directoryHandle(home), tree.root, '');
  } catch (error) {
    throw hostFault('OUTPUT_FAILED', 'write', path, error);
  }
  const { entries, bytes, rounded, losses } = extraction;
  return { entries, bytes, rounded, losses };
}

/** Whether nothing is at the destination. The way there, the last step included, is the caller's and may lead through links. */
function assertFree(path: string, force: boolean): boolean {
  const stat = statSync(hostPath(path), { throwIfNoEntry: false });
  if (stat?.isDirectory()) {
    if (force || readdirSync(hostPath(path)).length === 0) return false;
    throw new PathError('OUTPUT_EXISTS', 'write', path, 'the folder is not empty; choose another, or extract into it by force');
  }
  if (!stat && !lstatSync(hostPath(path), { throwIfNoEntry: false })) return true;
  throw new PathError('OUTPUT_EXISTS', 'write', path, 'something other than a folder is there');
}

/** Writes into a temporary folder in `home` and brings it into place there: as `name`, or into `home` itself. Leaves nothing else behind. */
async function extractBeside(extraction: Extraction, tree: Tree, home: HeldDirectory, name: string | undefined, force: boolean): Promise<void> {
  const temporary = `.lading-${randomUUID()}`;
  const besides = `${temporary}-aside`;
  try {
    using written = home.make(temporary);
    using aside = home.make(besides);
    await writeTree(extraction, tree, written, aside);
    if (name === undefined) mergeInto(extraction, tree, home, written, { trash: aside, force, kept: new Set(), replaced: 0 });
    else {
      finishDirectories(extraction, written, tree.root, '', new Set());
      applyMetadata(extraction, directoryHandle(written), tree.root, '');
      rename(home, temporary, name);
    }
  } finally {
    removeAll(home, temporary);
    removeAll(home, besides);
  }
}

/** From here on nothing is interrupted. */
function mergeInto(extraction: Extraction, tree: Tree, home: HeldDirectory, written: HeldDirectory, placing: Placing): void {
  placeChildren(placing, written, home, tree.root, '');
  finishDirectories(extraction, home, tree.root, '', placing.kept);
}

const TAKEN: readonly (string | undefined)[] = ['EEXIST', 'ENOTEMPTY', 'ENOTDIR'];

function rename(home: HeldDirectory, from: string, to: string): void {
  try {
    renameSync(home.at(from), home.at(to));
  } catch (error) {
    if (!TAKEN.includes(errnoOf(error))) throw error;
    throw new PathError('OUTPUT_EXISTS', 'write', to, 'something came into its place meanwhile', { cause: error });
  }
}
