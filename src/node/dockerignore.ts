import { posix } from 'node:path';
import { PathError } from '../errors.ts';
import { dirname, type Tree } from '../tree/index.ts';
import { compilePattern } from './dockerignore-pattern.ts';

/** A line that says something. */
interface Rule {
  readonly pattern: RegExp;
  /** It begins with `!`. */
  readonly bringsBack: boolean;
}

/**
 * A tree without what a `.dockerignore` file names, by Docker's rules: the last line that matches decides, `!` brings back, also from inside a directory that is
 * ignored. A directory goes with the last of what is in it. The tree given stays as it is.
 * @throws {PathError} `EINVAL` for a line that is no pattern.
 */
export function applyDockerignore(tree: Tree, text: string): Tree {
  const ignored = ignoredPaths(tree, parseRules(text));
  const left = tree.fork();
  for (const path of ignored.reverse()) {
    const node = left.lookup(path);
    if (node?.type !== 'directory' || left.list(path).length === 0) left.remove(path);
  }
  return left;
}

/** In the order of a walk. */
function ignoredPaths(tree: Tree, rules: readonly Rule[]): string[] {
  const matches = new Map<string, readonly boolean[]>();
  const ignored: string[] = [];
  for (const { path, node } of tree.walk()) {
    const judged = judge(path, rules, matches.get(dirname(path)));
    if (node.type === 'directory') matches.set(path, judged.matches);
    if (judged.isIgnored) ignored.push(path);
  }
  return ignored;
}

/**
 * What matches a directory matches all in it. A rule that would change nothing is not looked at, and so does not match what is below either: after `a/b`, a line
 * `!a` brings nothing back, in Docker too (moby/patternmatcher, MatchesUsingParentResults).
 */
function judge(path: string, rules: readonly Rule[], above: readonly boolean[] = []): { matches: readonly boolean[]; isIgnored: boolean } {
  let isIgnored = false;
  const matches = rules.map(({ pattern, bringsBack }, i) => {
    const isMatch = above[i] || (bringsBack === isIgnored && pattern.test(path));
    if (isMatch) isIgnored = !bringsBack;
    return isMatch;
  });
  return { matches, isIgnored };
}

function parseRules(text: string): Rule[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  return lines.flatMap((line, i) => {
    const isSaid = line.trim() !== '' && !line.startsWith('#'); // a space before the number sign makes it a name
    return isSaid ? [parseRule(line.trim(), i + 1)] : [];
  });
}

function parseRule(line: string, number: number): Rule {
  const cleaned = line.startsWith('!') ? `!${cleanPattern(line.slice(1).trim())}` : cleanPattern(line);
  const bringsBack = cleaned.startsWith('!'); // of `/!a` too: Docker looks when it has cleaned the path
  if (cleaned === '!') throw badLine(line, number, 'brings nothing back: give a pattern behind the "!"');
  try {
    return { pattern: compilePattern(bringsBack ? cleaned.slice(1) : cleaned), bringsBack };
  } catch {
    throw badLine(
      line,
      number,
      'is no pattern: a "[" needs characters and a "]" behind it, a "\\" one character; "\\[" and "\\\\" stand for themselves',
    );
  }
}

/** As path.Clean of Go, without the slash in front. A pattern that leaves the folder, or is the folder, matches nothing. */
function cleanPattern(pattern: string): string {
  return pattern === '' ? '' : posix.normalize(pattern).replace(/^\/|\/$/g, '');
}

function badLine(line: string, number: number, fault: string): PathError {
  return new PathError('EINVAL', 'ignore', line, `line ${number} of the .dockerignore ${fault}`);
}
