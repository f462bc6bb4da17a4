import { PathError, quote } from '../errors.ts';
import { childrenOf } from './directory.ts';
import type { DirectoryNode, Node } from './node.ts';
import { splitPath } from './path.ts';

/** How many symbolic links one path may lead through, as on Linux (path_resolution(7)). */
export const MAX_LINKS = 40;

/** What a path leads to. */
export interface Place {
  /** The components of the path without links, `.` and `..`: the real path. */
  readonly names: readonly string[];
  /** What is there; `undefined` where nothing is, which happens only under `missing: 'allow'`. */
  readonly node: Node | undefined;
}

export interface ResolveOptions {
  /** Whether a symbolic link in the last component is followed. Default true. */
  readonly followLast?: boolean;
  /** Whether components may be missing, as before something is put there. Default `error`. */
  readonly missing?: 'error' | 'allow';
  /** Whether a file among the parents is an error, or taken for a directory still to be made in its place. Default `error`. */
  readonly files?: 'error' | 'replace';
}

/** Why a path leads to nothing. */
export interface Failure {
  readonly code: 'ENOENT' | 'ENOTDIR' | 'ELOOP';
  readonly reason: string;
}

/**
 * Resolves a path component by component, confined to the root as by chroot(2): an absolute target starts again at the root, `..` at the root stays
 * there, and `..` after a link is the parent of what the link leads to. `op` names the call in errors.
 * @throws {PathError} `ENOENT`, `ENOTDIR`, or `ELOOP` after 40 links.
 */
export function resolvePath(root: DirectoryNode, path: string, op: string, options: ResolveOptions = {}): Place {
  const found = tryResolve(root, path, options);
  if ('code' in found) throw new PathError(found.code, op, path, found.reason);
  return found;
}

/** The same for callers to whom nothing is an answer: an error costs thirty times what a look-up does, for its stack. */
export function tryResolve(root: DirectoryNode, path: string, options: ResolveOptions = {}): Place | Failure {
  const { followLast = true, missing = 'error', files = 'error' } = options;
  const names: string[] = [];
  const nodes: (Node | undefined)[] = [root];
  const pending = splitPath(path).reverse();
  let links = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const parent = nodes.at(-1);
    const here = parent?.type === 'directory' ? parent : undefined;
    if (parent && !here && (files === 'error' || name === '..')) return { code: 'ENOTDIR', reason: `${shown(names)} is a ${parent.type}` };
    if (name === '..') {
      if (!here) return { code: 'ENOENT', reason: `there is no ${shown(names)} for ".." to leave` };
      if (names.pop() !== undefined) nodes.pop();
      continue;
    }
    const child = here && childrenOf(here).get(name);
    if (!child && missing === 'error') return { code: 'ENOENT', reason: 'no such file or directory' };
    if (child?.type === 'symlink' && (followLast || pending.length > 0)) {
      if (++links > MAX_LINKS) return { code: 'ELOOP', reason: `more than ${MAX_LINKS} symbolic links` };
      // POSIX.1-2024, 4.16: an empty target resolves to nothing.
      if (child.target === '') return { code: 'ENOENT', reason: `the link ${shown([...names, name])} has an empty target` };
      if (child.target.startsWith('/')) restart(names, nodes);
      for (const component of splitPath(child.target).reverse()) pending.push(component); // a spread this long may overflow the stack
    } else {
      names.push(name);
      nodes.push(child);
    }
  }
  return { names, node: nodes.at(-1) };
}

function shown(names: readonly string[]): string {
  return quote(`/${names.join('/')}`);
}

function restart(names: string[], nodes: unknown[]): void {
  names.length = 0;
  nodes.length = 1;
}
