/** A character of a class: no bare `]` or `-`. */
const MEMBER = String.raw`(?:\\.|[^\]\\-])`;

// filepath.Match of Go, and `**`. A `^` behind the bracket negates, whatever follows.
const TOKEN = new RegExp(
  String.raw`(?<deep>\*\*\/?)|(?<star>\*)|(?<one>\?)|\[(?:(?<not>\^)|(?!\^))(?<members>(?:${MEMBER}(?:-${MEMBER})?)+)\]|\\(?<escaped>.)|(?<plain>[^[\\])`,
  'gsuy',
);

const SPECIAL = /[*?[\]\\]/;

/**
 * The paths that a line of a `.dockerignore` names, as a regular expression.
 * @throws {SyntaxError} for a class without members or end, a range that runs backwards, or a backslash with nothing behind it.
 */
export function compilePattern(pattern: string): RegExp {
  const tokens = [...pattern.matchAll(TOKEN)];
  if (tokens.map(([token]) => token).join('') !== pattern) throw new SyntaxError(`${pattern} is no pattern`);
  return new RegExp(`^${tokens.map(sourceOf).join('')}$`, 'su');
}

function sourceOf(token: RegExpExecArray): string {
  const { deep, star, one, not = '', members, escaped, plain } = token.groups ?? {};
  if (deep !== undefined) return anyDepth(token.input, token.index, deep);
  if (star !== undefined) return '[^/]*';
  if (one !== undefined) return '[^/]';
  if (members !== undefined) return `[${not}${classSource(members)}]`;
  return literal(escaped ?? plain ?? '');
}

// Directories, none of them or many; but Docker compares ends where nothing else in the pattern is special, so `**.md` is any name that ends so.
function anyDepth(pattern: string, start: number, deep: string): string {
  const rest = pattern.slice(start + deep.length);
  const isEnding = start === 0 && deep === '**' && !SPECIAL.test(rest);
  return rest === '' || isEnding ? '.*' : '(?:.*/)?';
}

/** A bare hyphen is that of a range. */
function classSource(members: string): string {
  return members.replace(/\\(.)|([^-])/gsu, (_, escaped?: string, plain?: string) => literal(escaped ?? plain ?? ''));
}

function literal(character: string): string {
  return /^\w$/.test(character) ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
