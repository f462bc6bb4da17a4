import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../../', import.meta.url));

/** A fenced block of a page. */
export interface Example {
  /** The page and line, such as `README.md:12`. */
  readonly place: string;
  readonly language: string;
  readonly code: string;
}

/** The pages whose examples run. */
export const pages: readonly string[] = ['README.md', ...markdownBelow('docs')];

function markdownBelow(folder: string): string[] {
  const paths = readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' });
  return paths
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md'))
    .sort();
}

export const textOf = (page: string): string => readFileSync(`${root}${page}`, 'utf8');

/** Every fenced block of a page, in order. */
export function examplesOf(page: string): Example[] {
  const text = textOf(page);
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((match) => ({
    place: `${page}:${text.slice(0, match.index).split('\n').length}`,
    language: match[1] as string,
    code: match[2] as string,
  }));
}

/** What a program says it prints: its comments `// → …`, one a line. */
export function promisedBy(code: string): string[] {
  return [...code.matchAll(/\/\/ → (.*)$/gm)].map((match) => match[1] as string);
}

/** The commands of a `console` block, each with the output shown below it. */
export function commandsOf(code: string): { command: string; output: string }[] {
  return code
    .split(/^\$ /m)
    .slice(1)
    .map((part) => ({ command: part.split('\n', 1)[0] as string, output: part.slice(part.indexOf('\n') + 1).trimEnd() }));
}

/** Whether output is as shown. A line `…` stands for any lines, and ` …` at the end of a line for the rest of it. */
export function isAsShown(output: string, shown: string): boolean {
  const pattern = shown
    .split('\n')
    .map((line) => (line === '…' ? '[^]*?' : line.split('…').map(quoted).join('.*')))
    .join('\n');
  return new RegExp(`^${pattern}$`).test(output.trimEnd());
}

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The links of a page to files of the project. */
export function linksOf(page: string): string[] {
  const prose = textOf(page).replace(/^```.*?^```$/gms, '');
  return [...prose.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map((match) => match[1] as string).filter((target) => !/^\w+:/.test(target));
}
