import { posix } from 'node:path';
import { usesOf } from './imports.ts';

/** The folders and lone files of `src`, lowest first. A file imports lower ranks and its own folder; those of one rank do not import each other. */
export const RANKS: readonly (readonly string[])[] = [
  ['errors', 'bytes'],
  ['stream'],
  ['digest', 'compress', 'tar'],
  ['oci', 'tree'],
  ['store', 'layer'],
  ['layout', 'registry', 'image'],
  ['docker', 'host', 'address'],
  ['open', 'analyze', 'build'],
  ['open-nested', 'convert'],
  ['index'],
  ['node'],
  ['cli', 'plugin', 'explorer'],
];

/** The names that package.json's `imports` resolves by runtime, and the part that owns each. They are no edges: their Node side lies in `node`. */
export const SEAMS: Readonly<Record<string, string>> = { '#hash': 'digest', '#zlib': 'compress', '#host': 'open' };

const NODE_PARTS: ReadonlySet<string> = new Set(['node', 'cli', 'plugin']);
const NODE_GLOBALS = ['Buffer', 'process', 'global', 'require', 'setImmediate', '__dirname', '__filename', 'NodeJS'];

/** Source texts by their path under `src`, such as `tar/parser.ts`. */
export type Sources = ReadonlyMap<string, string>;

/** Every breach of the rules, one sentence each; empty when the tree is sound. `dependencies` are the packages that may be imported. */
export function violations(sources: Sources, dependencies: readonly string[] = []): string[] {
  const found: string[] = [];
  for (const [file, code] of sources) {
    const { imports, names } = usesOf(code);
    if (rankOf(file) < 0) found.push(`${file}: the folder is in no rank`);
    for (const specifier of imports) found.push(...judge(file, specifier, sources, dependencies));
    if (isPortable(file)) found.push(...NODE_GLOBALS.filter((name) => names.has(name)).map((name) => `${file}: portable code names ${name}`));
  }
  return [...found, ...cycles(sources)];
}

function judge(file: string, specifier: string, sources: Sources, dependencies: readonly string[]): string[] {
  if (specifier.startsWith('node:')) return isPortable(file) ? [`${file}: portable code imports ${specifier}`] : [];
  if (specifier.startsWith('#')) return SEAMS[specifier] === partOf(file) ? [] : [`${file}: ${specifier} is not a seam of ${partOf(file)}`];
  if (!specifier.startsWith('.')) return dependencies.includes(packageOf(specifier)) ? [] : [`${file}: ${specifier} is no dependency`];
  const target = resolve(file, specifier);
  if (!sources.has(target)) return [`${file}: ${specifier} is no source file`];
  if (partOf(target) === partOf(file)) return [];
  const door = partOf(target).concat(target.includes('/') ? '/index.ts' : '.ts');
  return [
    ...(rankOf(target) < rankOf(file) ? [] : [`${file}: ${partOf(file)} may not import ${partOf(target)}`]),
    ...(target === door ? [] : [`${file}: ${target} is reached past its door ${door}`]),
  ];
}

/** Each cycle once, as the chain of its files. */
function cycles(sources: Sources): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) found.push(`cycle: ${[...trail.slice(trail.indexOf(file)), file].join(' → ')}`);
    if (done.has(file) || trail.includes(file)) return;
    for (const specifier of usesOf(sources.get(file) ?? '').imports) if (specifier.startsWith('.')) visit(resolve(file, specifier), [...trail, file]);
    done.add(file);
  };
  for (const file of sources.keys()) visit(file, []);
  return found;
}

const resolve = (file: string, specifier: string): string => posix.join(posix.dirname(file), specifier);
const partOf = (file: string): string => (file.split('/')[0] as string).replace(/\.ts$/, '');
const rankOf = (file: string): number => RANKS.findIndex((parts) => parts.includes(partOf(file)));
const isPortable = (file: string): boolean => !NODE_PARTS.has(partOf(file));
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
