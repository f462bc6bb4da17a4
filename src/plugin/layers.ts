import { readFileSync } from 'node:fs';
import { extname, join, posix } from 'node:path';
import picomatch from 'picomatch';
import { type LayerPlan, uniformTree } from '../build/index.ts';
import { fileFromDisk } from '../node/index.ts';
import { file as fileNode, Tree } from '../tree/index.ts';
import { type Bundle, type Channel, commonFolder, placeOf, programsOf, slashed } from './bundle.ts';
import { dependencyTree, packageNames } from './dependencies.ts';
import { findAbove } from './find-above.ts';
import { LAYERS } from './layer-rule.ts';
import type { LadingOptions } from './options.ts';

/** A layer with the name that people know it by. */
export interface NamedLayer extends LayerPlan {
  readonly name: string;
}

/** The project that is built. */
export interface Project {
  /** Its folder, absolute. */
  readonly folder: string;
  /** The time of all files, in seconds. */
  readonly time: number;
}

// What changes with the code: a page names scripts by their hashes.
const CODE: ReadonlySet<string> = new Set(['.js', '.mjs', '.cjs', '.json', '.html', '.css', '.wasm', '.map', '.node']);

/**
 * The layers of a build, what seldom changes first: what the bundle leaves external, what the user has rules for, assets, code. Layers that would be empty are
 * left out.
 */
export async function layersOf(
  bundles: readonly Bundle[],
  options: LadingOptions,
  project: Project,
  channel: Channel,
): Promise<readonly NamedLayer[]> {
  const { root = '/app', layers: rules = [] } = options;
  const tests = rules.map(({ name, include }) => ({ name, test: picomatch(include as string | string[], { dot: true }) }));
  const parts = new Map<string, Tree>([...rules.map(({ name }) => name), LAYERS.assets, LAYERS.code].map((name) => [name, new Tree()]));
  for (const bundle of bundles) {
    for (const name of bundle.files) {
      if (!options.sourcemaps && extname(name) === '.map') continue;
      const part = tests.find(({ test }) => test(slashed(name)))?.name ?? (CODE.has(extname(name)) ? LAYERS.code : LAYERS.assets);
      parts.get(part)?.set(placeOf(name, bundle, bundles), await fileFromDisk(join(bundle.directory, name)));
    }
  }
  addModuleType(parts.get(LAYERS.code) as Tree, bundles);
  const own = [...parts].map(([name, tree]) => named(name, tree, root, project));
  const dependencies = options.dependencies === false ? undefined : await dependenciesOf(bundles, project, channel);
  return [...(dependencies ? [named(LAYERS.dependencies, dependencies, posix.join(root, 'node_modules'), project)] : []), ...own].filter(
    ({ tree }) => tree.list().length > 0,
  );
}

function named(name: string, tree: Tree, at: string, { time }: Project): NamedLayer {
  return { name, tree: uniformTree(tree, { mtime: { seconds: time, nanoseconds: 0 } }), at, createdBy: `lading: ${name}` };
}

async function dependenciesOf(bundles: readonly Bundle[], { folder }: Project, channel: Channel): Promise<Tree | undefined> {
  const names = packageNames(programsOf(bundles).flatMap(({ externals }) => externals));
  if (names.length === 0) return undefined;
  const { tree, missing } = await dependencyTree(names, folder);
  if (missing.length > 0)
    channel.warn(`the bundle needs ${missing.join(', ')}, and ${missing.length === 1 ? 'it is' : 'they are'} not installed: the image is without`);
  return tree;
}

/** Node reads a `.js` file as its nearest `package.json` says, and in the image there would be none. */
function addModuleType(code: Tree, bundles: readonly Bundle[]): void {
  const hasScripts = programsOf(bundles).some(({ files }) => files.some((name) => extname(name) === '.js'));
  if (!hasScripts || code.lookup('package.json')) return; // the bundle has one of its own
  const type = moduleType(commonFolder(bundles));
  if (type !== undefined) code.set('package.json', fileNode(`${JSON.stringify({ type })}\n`));
}

function moduleType(folder: string): string | undefined {
  const path = findAbove(folder, 'package.json');
  return path && (JSON.parse(readFileSync(path, 'utf8')) as { readonly type?: string }).type;
}
