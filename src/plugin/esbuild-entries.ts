import { relative, resolve } from 'node:path';
import picomatch from 'picomatch';
import { slashed } from './bundle.ts';

/** What esbuild says of a file that it wrote. */
export interface Output {
  readonly entryPoint?: string;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
}

/** What esbuild is asked to begin with. */
export type EntryPoints = readonly (string | { readonly in: string })[] | Readonly<Record<string, string>>;

/** The files that a program starts with. To esbuild, modules that are imported later are entry points too; here they are if they were asked for. */
export function entriesOf(outputs: Readonly<Record<string, Output>>, asked: EntryPoints, folder: string): readonly string[] {
  const later = new Set(
    Object.values(outputs).flatMap(({ imports }) => imports.filter(({ kind }) => kind === 'dynamic-import').map(({ path }) => path)),
  );
  const isAsked = matcherOf(asked, folder);
  return Object.entries(outputs).flatMap(([path, { entryPoint }]) =>
    entryPoint !== undefined && (!later.has(path) || isAsked(entryPoint)) ? [path] : [],
  );
}

/** Entry points may be globs, and leave the extension out. */
function matcherOf(asked: EntryPoints, folder: string): (path: string) => boolean {
  const sources = Object.values(asked).map((entry: string | { readonly in: string }) => (typeof entry === 'string' ? entry : entry.in));
  const patterns = sources.map((source) => slashed(relative(folder, resolve(folder, source))));
  const globs = patterns
    .filter((pattern) => pattern.includes('*'))
    .map((pattern) => picomatch(pattern, { dot: true, nobrace: true, noextglob: true }));
  return (path) => patterns.includes(path) || patterns.includes(path.replace(/\.[^./]+$/, '')) || globs.some((test) => test(path));
}
