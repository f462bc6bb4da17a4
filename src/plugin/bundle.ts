import { dirname, extname, relative, resolve, sep } from 'node:path';

/** What a bundler wrote. */
export interface Bundle {
  /** The folder that it wrote into, absolute. */
  readonly directory: string;
  /** The files that it wrote there, relative to the folder. Whatever else lies there is none of the bundle. */
  readonly files: readonly string[];
  /** Those of `files` that a program starts with. */
  readonly entries: readonly string[];
  /** What the files import and the bundle does not hold. */
  readonly externals: readonly string[];
  /** Where it runs, as far as the bundler says. */
  readonly runs?: 'server' | 'browser' | undefined;
}

/** Where warnings and news go: the bundler's own channel. */
export interface Channel {
  warn(message: string): void;
  info(message: string): void;
}

/** Adds what was written to the bundles of a build, by their folders: two in one folder are one. */
export function addBundle(bundles: Map<string, Bundle>, { directory, files, entries, externals, runs }: Bundle): void {
  const before = bundles.get(directory);
  const all = (a: readonly string[] = [], b: readonly string[]): readonly string[] => [...new Set([...a, ...b])];
  bundles.set(directory, {
    directory,
    files: all(before?.files, files),
    entries: all(before?.entries, entries),
    externals: all(before?.externals, externals),
    runs: runs ?? before?.runs,
  });
}

/** The bundles that a runtime starts. The others are for browsers, and handed out by a server: those of a build that has one, and those with pages. */
export function programsOf(bundles: readonly Bundle[]): readonly Bundle[] {
  const said = bundles.filter(({ runs }) => runs === 'server');
  if (said.length > 0) return said;
  return bundles.filter(({ files, runs }) => runs !== 'browser' && !files.some((file) => extname(file) === '.html'));
}

/** The names that speak for themselves where there are several entries. */
const MAIN = /^(index|main|server|app)\.[cm]?js$/;

/**
 * The file that `node` starts with, as it lies below the root of the application; `undefined` where there is nothing for it to start.
 * @throws {Error} where there are several.
 */
export function entryOf(bundles: readonly Bundle[]): string | undefined {
  const found = programsOf(bundles).flatMap((bundle) =>
    bundle.entries.filter(isScript).map((file) => ({ isMain: MAIN.test(file), path: placeOf(file, bundle, bundles) })),
  );
  const main = found.filter(({ isMain }) => isMain);
  const chosen = (found.length > 1 && main.length === 1 ? main : found).map(({ path }) => path).sort();
  if (chosen.length > 1)
    throw new Error(
      `Cannot choose what the container starts with: the bundle has the entries ${chosen.join(', ')}; name one in container.entrypoint`,
    );
  return chosen[0];
}

/** Whether a runtime for JavaScript takes a file. */
export function isScript(file: string): boolean {
  return /\.[cm]?js$/.test(file);
}

/** The same bundle in the nearest folder that holds all of it: what a bundler names may lead out of the folder that it was given. */
export function enclosed(bundle: Bundle): Bundle {
  const { directory, files, entries } = bundle;
  const folder = nearestAbove([directory, ...files.map((file) => dirname(resolve(directory, file)))]);
  const inFolder = (file: string): string => relative(folder, resolve(directory, file));
  return { ...bundle, directory: folder, files: files.map(inFolder), entries: entries.map(inFolder) };
}

/** Where a file of a bundle lies below the root of the application: bundles of one build stand to one another as they do on the disk. */
export function placeOf(file: string, { directory }: Bundle, bundles: readonly Bundle[]): string {
  return slashed(relative(commonFolder(bundles), resolve(directory, file)));
}

/** The nearest folder that all bundles lie in. */
export function commonFolder(bundles: readonly Bundle[]): string {
  return nearestAbove(bundles.map(({ directory }) => directory));
}

function nearestAbove([first = '', ...others]: readonly string[]): string {
  const isAbove = (folder: string): boolean =>
    others.every((other) => other === folder || other.startsWith(folder.endsWith(sep) ? folder : folder + sep));
  let common = first;
  while (!isAbove(common) && dirname(common) !== common) common = dirname(common);
  return common;
}

/** A path of the host as the image has it. */
export function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
