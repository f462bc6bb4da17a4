import { compareText } from '../bytes/index.ts';
import { childrenOf } from './directory.ts';
import type { DirectoryNode, Node } from './node.ts';
import { joinPath, splitPath } from './path.ts';

/** A node and the clean path it was met at. */
export interface WalkEntry {
  readonly path: string;
  readonly node: Node;
}

/** The names in a directory, in byte order. */
export function namesOf(directory: DirectoryNode): string[] {
  const names = [...childrenOf(directory).keys()];
  return isSorted(names) ? names : names.sort(compareText);
}

// Most archives were written from sorted listings, or their order is of no use at all; the look costs little.
function isSorted(names: readonly string[]): boolean {
  for (let i = 1; i < names.length; i++) {
    if (compareText(names[i - 1] as string, names[i] as string) > 0) return false;
  }
  return true;
}

/**
 * Everything below `directory`, parents first, the names of each directory in byte order. Links are not followed. `path` is where the directory is.
 * The stack is an array: depth costs memory only. A directory changed meanwhile is walked as it was when it was entered.
 */
export function* walkDirectory(directory: DirectoryNode, path = ''): Generator<WalkEntry, void, undefined> {
  const stack = [{ directory, path, names: namesOf(directory), next: 0 }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const name = top.names[top.next++];
    if (name === undefined) {
      stack.pop();
      continue;
    }
    const node = childrenOf(top.directory).get(name);
    if (!node) continue;
    const at = joinPath(top.path, name);
    yield { path: at, node };
    if (node.type === 'directory') stack.push({ directory: node, path: at, names: namesOf(node), next: 0 });
  }
}

/** Every node below `directory` in no particular order, once for each name: what counting wants, without paths and sorting. */
export function* nodesBelow(directory: DirectoryNode): Generator<Node, void, undefined> {
  const pending: DirectoryNode[] = [directory];
  for (let next = pending.pop(); next; next = pending.pop()) {
    for (const node of childrenOf(next).values()) {
      yield node;
      if (node.type === 'directory') pending.push(node);
    }
  }
}

/** What is at a path on which no component is a link: the names as they stand in the directories, and nothing else. */
export function childAt(root: DirectoryNode, path: string): Node | undefined {
  let here: Node | undefined = root;
  for (const name of splitPath(path)) here = here?.type === 'directory' ? childrenOf(here).get(name) : undefined;
  return here;
}
