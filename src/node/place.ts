import { renameSync } from 'node:fs';
import { PathError } from '../errors.ts';
import { type DirectoryNode, joinPath } from '../tree/index.ts';
import type { HeldDirectory } from './directory.ts';

/** A merge of a written tree into a folder that was there before. */
export interface Placing {
  /** Where what must give way is moved to; it is removed when all is done. */
  readonly trash: HeldDirectory;
  /** Whether anything may give way. */
  readonly force: boolean;
  /** The paths of the directories that were there before. */
  readonly kept: Set<string>;
  replaced: number;
}

/**
 * Moves what was written into place, name by name. Each name is either the old thing or the new one at any moment; a link that is there is replaced
 * and never followed, and two directories are merged.
 * @throws {PathError} `OUTPUT_EXISTS` where something is in the way and nothing may give way.
 */
export function placeChildren(placing: Placing, from: HeldDirectory, to: HeldDirectory, node: DirectoryNode, path: string): void {
  for (const [name, child] of node.children) {
    const childPath = joinPath(path, name);
    const written = from.lstat(name);
    const present = to.lstat(name);
    if (!written) continue; // it could not be made, and is in the losses
    if (present && !placing.force) throw new PathError('OUTPUT_EXISTS', 'write', childPath, 'something came into its place meanwhile');
    if (present?.isDirectory() && child.type === 'directory') mergeDirectories(placing, from, to, child, name, childPath);
    else {
      if (present && (present.isDirectory() || child.type === 'directory'))
        renameSync(to.at(name), placing.trash.at(`replaced-${placing.replaced++}`));
      renameSync(from.at(name), to.at(name));
    }
  }
}

function mergeDirectories(placing: Placing, from: HeldDirectory, to: HeldDirectory, node: DirectoryNode, name: string, path: string): void {
  placing.kept.add(path);
  using inner = from.open(name);
  using target = to.open(name);
  placeChildren(placing, inner, target, node, path);
}
