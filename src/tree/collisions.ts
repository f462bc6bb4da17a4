import type { DirectoryNode } from './node.ts';
import { joinPath } from './path.ts';
import type { Tree } from './tree.ts';
import { namesOf, walkDirectory } from './walk.ts';

/** What a host's file system takes for the same. */
export interface HostRules {
  /** Names that differ in case only: macOS, Windows. */
  readonly case?: boolean;
  /** Names that differ in their Unicode normal form only: macOS. */
  readonly nfc?: boolean;
  /** Trailing dots and spaces, characters that no name may hold, names of devices: Windows. */
  readonly windows?: boolean;
}

/** Names of one directory that a host cannot keep apart. One path alone is a name that it cannot hold. */
export interface Collision {
  readonly paths: readonly string[];
}

// https://learn.microsoft.com/windows/win32/fileio/naming-a-file
const WINDOWS_ILLEGAL = /[<>:"|?*\\]|[. ]$|^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?: *\.|$)/i;

/** The names that would overwrite each other, or could not be made, on a host with these rules. What lies below them is looked at as well. */
export function findCollisions(tree: Tree, rules: HostRules): Collision[] {
  const found = collisionsIn(tree.root, '', rules);
  for (const { path, node } of walkDirectory(tree.root)) {
    if (node.type === 'directory') found.push(...collisionsIn(node, path, rules));
  }
  return found;
}

function collisionsIn(directory: DirectoryNode, path: string, rules: HostRules): Collision[] {
  const groups = new Map<string, string[]>();
  for (const name of namesOf(directory)) {
    const key = folded(name, rules);
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups.values()]
    .filter((names) => names.length > 1 || (rules.windows && !isWindowsName(names[0] as string)))
    .map((names) => ({ paths: names.map((name) => joinPath(path, name)) }));
}

function folded(name: string, { case: ignoresCase, nfc, windows }: HostRules): string {
  const trimmed = windows ? name.replace(/[. ]+$/, '') : name;
  const cased = ignoresCase ? trimmed.toUpperCase().toLowerCase() : trimmed; // both ways: only so do ß and ss meet (CVE-2026-23950)
  return nfc ? cased.normalize('NFC') : cased;
}

/** Whether Windows can hold a name. */
export function isWindowsName(name: string): boolean {
  return !WINDOWS_ILLEGAL.test(name) && ![...name].some((character) => character < ' ');
}
