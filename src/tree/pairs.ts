import { childrenOf } from './directory.ts';
import type { DirectoryNode, Node } from './node.ts';
import { joinPath } from './path.ts';
import { namesOf } from './walk.ts';

/** What two trees have at one path; at least one of them has something. */
export interface Pair {
  readonly path: string;
  readonly below: Node | undefined;
  readonly above: Node | undefined;
}

/**
 * Two trees side by side, from the root on: a directory before what is in it, and there first the names that only `lower` has, then those of `upper` in
 * byte order. What only `lower` has is not gone into, and neither is a directory that both share, unless `isWanted` says so.
 */
export function* pairsOf(
  lower: DirectoryNode,
  upper: DirectoryNode,
  isWanted: (path: string) => boolean = () => false,
): Generator<Pair, void, undefined> {
  const pending: Pair[] = [{ path: '', below: lower, above: upper }];
  for (let pair = pending.pop(); pair; pair = pending.pop()) {
    yield pair;
    const { path, below, above } = pair;
    if (above?.type !== 'directory' || (below === above && !isWanted(path))) continue;
    // The last of a stack comes first.
    for (const child of childPairs(path, below?.type === 'directory' ? below : undefined, above).reverse()) pending.push(child);
  }
}

function childPairs(path: string, lower: DirectoryNode | undefined, upper: DirectoryNode): Pair[] {
  const inLower = lower && childrenOf(lower);
  const inUpper = childrenOf(upper);
  const gone = lower ? namesOf(lower).filter((name) => !inUpper.has(name)) : [];
  return [...gone, ...namesOf(upper)].map((name) => ({ path: joinPath(path, name), below: inLower?.get(name), above: inUpper.get(name) }));
}
