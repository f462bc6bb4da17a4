import { encodeText, equalBytes } from '../bytes/index.ts';
import { quote } from '../errors.ts';
import { childrenOf } from './directory.ts';
import type { DirectoryNode, FileNode, Node } from './node.ts';
import { joinPath } from './path.ts';
import type { Tree } from './tree.ts';

/** Something that a tree must not be. */
export interface TreeFault {
  readonly path: string;
  readonly message: string;
}

/**
 * Checks that a tree keeps its promises, and reads every body for it: names are legal, no directory lies in itself, numbers are in range, `walk`, `list`,
 * `lookup` and `nlink` agree, bodies have their size and give the same bytes by `read` and `stream`. For tests of what makes trees or nodes. Returns
 * what is wrong; nothing, if all is well.
 */
export async function checkTree(tree: Tree): Promise<TreeFault[]> {
  const faults = structureFaults(tree.root);
  // Nothing else can be trusted to end, or to find its way.
  if (faults.length > 0) return faults;
  faults.push(...agreementFaults(tree));
  for (const { path, node } of tree.walk()) {
    for (const message of [...nodeFaults(node), ...(node.type === 'file' ? await bodyFaults(node) : [])]) faults.push({ path, message });
  }
  return faults;
}

/** Illegal names, and directories that lie in themselves. */
function structureFaults(root: DirectoryNode): TreeFault[] {
  const faults: TreeFault[] = [];
  const above = new Set<Node>();
  const pending: { path: string; node: DirectoryNode; leave?: boolean }[] = [{ path: '', node: root }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { path, node } = next;
    if (next.leave) above.delete(node);
    else if (above.has(node)) faults.push({ path, message: 'the directory lies in itself' });
    else {
      above.add(node);
      pending.push({ path, node, leave: true });
      for (const [name, child] of childrenOf(node)) {
        const at = joinPath(path, name);
        if (!isLegal(name)) faults.push({ path: at, message: `${quote(name)} is no legal name` });
        if (child.type === 'directory') pending.push({ path: at, node: child });
      }
    }
  }
  return faults;
}

function isLegal(name: string): boolean {
  try {
    return encodeText(name).length > 0 && name !== '.' && name !== '..' && !/[/\0]/.test(name);
  } catch {
    return false;
  }
}

/** Where the ways to look at a tree differ. */
function agreementFaults(tree: Tree): TreeFault[] {
  const faults: TreeFault[] = [];
  const names = new Map<Node, number>();
  let walked = 0;
  let listed = tree.list().length;
  for (const { path, node } of tree.walk()) {
    walked++;
    names.set(node, (names.get(node) ?? 0) + 1);
    if (tree.lookup(path) !== node) faults.push({ path, message: 'lookup finds another node than walk' });
    if (node.type === 'directory') listed += tree.list(path).length;
  }
  if (walked !== listed) faults.push({ path: '', message: `walk meets ${walked} names, the lists have ${listed}` });
  for (const { path, node } of tree.walk()) {
    const count = node.type === 'directory' ? 1 : names.get(node);
    if (tree.nlink(node) !== count) faults.push({ path, message: `nlink is ${tree.nlink(node)}, but it has ${count} names` });
  }
  return faults;
}

function nodeFaults(node: Node): string[] {
  const isWhole = (value: number, most: number): boolean => Number.isSafeInteger(value) && value >= 0 && value <= most;
  const checks: readonly (readonly [string, boolean])[] = [
    ['mode', isWhole(node.mode, 0o7777)],
    ['uid', isWhole(node.uid, Number.MAX_SAFE_INTEGER)],
    ['gid', isWhole(node.gid, Number.MAX_SAFE_INTEGER)],
    ['mtime', Number.isSafeInteger(node.mtime.seconds) && isWhole(node.mtime.nanoseconds, 999_999_999)],
    ['size', node.type !== 'file' || isWhole(node.size, Number.MAX_SAFE_INTEGER)],
    ['implied', !node.implied || node.type === 'directory'],
  ];
  return checks.filter(([, isGood]) => !isGood).map(([field]) => `${field} is out of range`);
}

/** Holds the body's chunks against reads at the same places; nothing of it is kept. */
async function bodyFaults({ size, body }: FileNode): Promise<string[]> {
  if (body.size !== size) return [`size is ${size}, that of the body ${body.size}`];
  let at = 0;
  for await (const chunk of body.stream()) {
    const reads = [await body.read(at, chunk.length), await body.slice(at).read(0, chunk.length), body.readSync?.(at, chunk.length) ?? chunk];
    if (!reads.every((bytes) => equalBytes(bytes, chunk))) return [`the body reads other bytes at ${at} than it streams`];
    at += chunk.length;
  }
  return at === size ? [] : [`size is ${size}, but the body streams ${at} bytes`];
}
