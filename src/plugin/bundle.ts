import { extname } from 'node:path';

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

/** The bundles that a runtime starts. The others are for browsers, and handed out by a server: those of a build that has one, and those with pages. */
export function programsOf(bundles: readonly Bundle[]): readonly Bundle[] {
  const said = bundles.filter(({ runs }) => runs === 'server');
  if (said.length > 0) return said;
  return bundles.filter(({ files, runs }) => runs !== 'browser' && !files.some((file) => extname(file) === '.html'));
}

/** The names that speak for themselves where there are several entries. */
const MAIN = /^(index|main|server|app)\.[cm]?js$/;

/**
 * The file that `node` starts with; `undefined` where there is nothing for it to start.
 * @throws {Error} where there are several.
 */
export function entryOf(bundles: readonly Bundle[]): { readonly bundle: Bundle; readonly file: string } | undefined {
  const found = programsOf(bundles).flatMap((bundle) => bundle.entries.filter(isScript).map((file) => ({ bundle, file })));
  const main = found.filter(({ file }) => MAIN.test(file));
  const chosen = found.length > 1 && main.length === 1 ? main : found;
  if (chosen.length > 1) {
    const names = chosen.map(({ file }) => file).join(', ');
    throw new Error(`Cannot choose what the container starts with: the bundle has the entries ${names}; name one in container.entrypoint`);
  }
  return chosen[0];
}

function isScript(file: string): boolean {
  return /\.[cm]?js$/.test(file);
}
