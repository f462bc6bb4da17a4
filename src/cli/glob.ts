import { quote } from '../errors.ts';
import { basename } from '../tree/index.ts';
import { UsageError } from './outcome.ts';

/** Whether a path matches. */
export type PathTest = (path: string) => boolean;

// No path is longer (PATH_MAX), and picomatch refuses 65,536.
const LONGEST = 4096;

/**
 * Compiles a pattern: `*` and `?` stop at slashes, `**` does not, `[…]` and `{a,b}` choose; a dot at the start is nothing special. A pattern without a
 * slash is matched against the last component of a path, one with a slash against all of it. @throws {UsageError} where no path could match.
 */
export async function compileGlob(pattern: string): Promise<PathTest> {
  const { default: picomatch } = await import('picomatch');
  const relative = pattern.replace(/^\/+/, '');
  if (relative === '')
    throw new UsageError(`Cannot use the pattern ${quote(pattern)}: no path is like that; give a name or a path, such as *.log or etc/*`);
  if (pattern.length > LONGEST) throw new UsageError(`Cannot use the pattern ${quote(pattern)}: it has more than ${LONGEST} characters`);
  const matches = picomatch(relative, { dot: true, nonegate: true, strictSlashes: true, windows: false });
  return pattern.includes('/') ? (path) => matches(path) : (path) => matches(basename(path));
}

/** For an option that may be repeated. */
export function append(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}

/** Whether a path matches one of the patterns; `undefined` where there are none. */
export async function anyGlob(patterns: readonly string[] = []): Promise<PathTest | undefined> {
  if (patterns.length === 0) return undefined;
  const tests = await Promise.all(patterns.map(compileGlob));
  return (path) => tests.some((test) => test(path));
}
