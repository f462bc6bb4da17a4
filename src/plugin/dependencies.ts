import { readFileSync, realpathSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { treeFromDisk } from '../node/index.ts';
import { directory, joinPath, metadataOf, Tree } from '../tree/index.ts';
import { findAbove } from './find-above.ts';

/** An installed package, and where in the image it lies. */
interface Placed {
  readonly name: string;
  /** Its folder on the disk, all links resolved: in pnpm's store, in a workspace. */
  readonly folder: string;
  /** The packages in its own `node_modules` in the image. */
  readonly nested: Map<string, Placed>;
  readonly parent: Placed | undefined;
}

export interface Dependencies {
  /** A `node_modules` folder's contents. */
  readonly tree: Tree;
  /** Names of packages that are nowhere. */
  readonly missing: readonly string[];
}

/** The packages that module specifiers name: neither paths nor what a runtime has built in. */
export function packageNames(specifiers: readonly string[]): readonly string[] {
  const bare = specifiers.filter((specifier) => !isBuiltin(specifier) && !/^(\.|\/|[a-z][a-z+.-]*:|#)/i.test(specifier));
  return [...new Set(bare.map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')))].sort();
}

/**
 * Packages with all that they depend on, laid out so that Node finds each where it looks for it (nodejs.org, "Loading from node_modules folders"). Every package
 * is in it once where that is possible: at the top, or below the one that needs another version.
 */
export async function dependencyTree(names: readonly string[], from: string): Promise<Dependencies> {
  const top: Placed = { name: '', folder: from, nested: new Map(), parent: undefined };
  const missing: string[] = [];
  const queue: Placed[] = [];
  for (const name of names) if (!place(name, top, queue)) missing.push(name);
  for (let placed = queue.shift(); placed; placed = queue.shift()) {
    const { required, optional } = needsOf(placed.folder);
    for (const name of required) if (!place(name, placed, queue)) missing.push(name);
    for (const name of optional) place(name, placed, queue);
  }
  const tree = new Tree();
  await layOut(tree, '', top);
  return { tree, missing: [...new Set(missing)].sort() };
}

/** Gives a package that another one needs its place, unless it is found already. All that one package needs is placed before what those need. */
function place(name: string, by: Placed, queue: Placed[]): boolean {
  const folder = resolvePackage(name, by.folder);
  if (folder === undefined) return false;
  const found = lookUp(name, by);
  if (found?.folder === folder) return true;
  const parent = found ? by : topOf(by);
  const placed: Placed = { name, folder, nested: new Map(), parent };
  parent.nested.set(name, placed);
  queue.push(placed);
  return true;
}

function lookUp(name: string, from: Placed): Placed | undefined {
  for (let at: Placed | undefined = from; at; at = at.parent) {
    const found = at.nested.get(name);
    if (found) return found;
  }
  return undefined;
}

function topOf(placed: Placed): Placed {
  return placed.parent ? topOf(placed.parent) : placed;
}

/** The folder of an installed package, as Node finds it from another folder. */
function resolvePackage(name: string, from: string): string | undefined {
  const found = findAbove(from, join('node_modules', name, 'package.json'));
  return found && realpathSync(dirname(found));
}

interface PackageJson {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** What a package needs to run. Peers that may be missing are not brought along for its sake; what is optional comes if it was installed. */
function needsOf(folder: string): { readonly required: readonly string[]; readonly optional: readonly string[] } {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = packageJson(folder);
  const optional = Object.keys(optionalDependencies).sort();
  const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
  const required = [...Object.keys(dependencies), ...peers].filter((name) => !optional.includes(name));
  return { required: [...new Set(required)].sort(), optional };
}

function packageJson(folder: string): PackageJson {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;
}

/** What lies in a package's folder and is none of it: what it depends on has places of its own. */
const NOT_OF_IT: readonly string[] = ['node_modules', '.git'];

async function layOut(tree: Tree, at: string, { nested }: Placed): Promise<void> {
  for (const [name, placed] of [...nested].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const path = joinPath(at, name);
    const { tree: own } = await treeFromDisk(placed.folder);
    for (const other of NOT_OF_IT) own.remove(other);
    tree.set(path, own.root);
    if (placed.nested.size === 0) continue;
    tree.set(`${path}/node_modules`, directory(metadataOf(own.root)));
    await layOut(tree, `${path}/node_modules`, placed);
  }
}
