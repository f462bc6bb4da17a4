import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { violations } from './architecture/rules.ts';

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const manifest = JSON.parse(read('package.json'));
const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
const sources = new Map(
  readdirSync(new URL('src', root), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => path.replaceAll('\\', '/'))
    .map((path) => [path, read(`src/${path}`)]),
);

describe('the sources', () => {
  it('import downwards only, by doors, without cycles, and Node only at the edges', () => {
    expect(violations(sources, dependencies)).toEqual([]);
  });

  it('hold one idea a file: none is longer than 400 lines', () => {
    expect([...sources].filter(([, text]) => text.split('\n').length > 401).map(([path]) => path)).toEqual([]);
  });

  it('have each error code explained in docs/errors.md, and no other', () => {
    const union = read('src/errors.ts').match(/export type ErrorCode =([^;]*);/s)?.[1] ?? '';
    const codes = [...union.matchAll(/^ +\| '(\w+)'/gm)].map((match) => match[1]);
    const explained = [...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1]);
    expect(codes.length).toBeGreaterThan(30);
    expect(explained.toSorted()).toEqual(codes.toSorted());
  });
});

describe('the checker of the sources', () => {
  const check = (files: Record<string, string>): string[] => violations(new Map(Object.entries(files)), ['fflate', '@noble/hashes']);
  const door = { 'bytes/index.ts': '', 'stream/index.ts': '', 'tar/index.ts': '', 'tree/index.ts': '', 'errors.ts': '' };

  it('accepts lower ranks by their door, its own folder, dependencies and its own seam', () => {
    const parser = `import '../errors.ts'; import { a } from '../bytes/index.ts'; export * from './format.ts'; import { gzip } from 'fflate';
      import { sha256 } from '@noble/hashes/sha2.js'; this.process(1); const b = { process: 1, Buffer() {} }; // process, Buffer, import 'node:fs'`;
    expect(check({ ...door, 'tar/parser.ts': parser, 'tar/format.ts': '', 'digest/hash.ts': "import { create } from '#hash';" })).toEqual([]);
  });

  it('accepts Node in node, cli and plugin', () => {
    expect(
      check({ 'node/file.ts': "import 'node:fs'; Buffer.from('');", 'cli/main.ts': 'process.exit(1)', 'plugin/vite.ts': "import 'node:fs'" }),
    ).toEqual([]);
  });

  const faults: readonly [string, Record<string, string>, string][] = [
    ['a higher rank', { 'tar/a.ts': "import '../tree/index.ts'" }, 'tar/a.ts: tar may not import tree'],
    ['a sibling of the same rank', { 'tar/a.ts': "import '../digest/index.ts'", 'digest/index.ts': '' }, 'tar/a.ts: tar may not import digest'],
    ['a sibling file of the same rank', { 'bytes/a.ts': "import '../errors.ts'" }, 'bytes/a.ts: bytes may not import errors'],
    ['a type of a higher rank', { 'tar/a.ts': "import type { Tree } from '../tree/index.ts'" }, 'tar/a.ts: tar may not import tree'],
    ['a type query of a higher rank', { 'tar/a.ts': "type A = import('../tree/index.ts').Tree" }, 'tar/a.ts: tar may not import tree'],
    ['a re-export of a higher rank', { 'tar/a.ts': "export type { Tree } from '../tree/index.ts'" }, 'tar/a.ts: tar may not import tree'],
    ['a late import of a higher rank', { 'tar/a.ts': "await import('../tree/index.ts')" }, 'tar/a.ts: tar may not import tree'],
    ['the edge from the core', { 'open.ts': "import './node/index.ts'", 'node/index.ts': '' }, 'open.ts: open may not import node'],
    [
      'an inner file of another folder',
      { 'tree/a.ts': "import '../tar/b.ts'", 'tar/b.ts': '' },
      'tree/a.ts: tar/b.ts is reached past its door tar/index.ts',
    ],
    ['a Node module in portable code', { 'tar/a.ts': "import { readFile } from 'node:fs'" }, 'tar/a.ts: portable code imports node:fs'],
    ['a Node module, by type, in portable code', { 'index.ts': "import type { Stats } from 'node:fs'" }, 'index.ts: portable code imports node:fs'],
    ['a Node global in portable code', { 'tar/a.ts': 'export const a = Buffer.alloc(1)' }, 'tar/a.ts: portable code names Buffer'],
    ['a Node global by way of globalThis', { 'tar/a.ts': 'export const a = globalThis.process' }, 'tar/a.ts: portable code names process'],
    ["another folder's seam", { 'tar/a.ts': "import '#hash'" }, 'tar/a.ts: #hash is not a seam of tar'],
    ['an unknown seam', { 'digest/a.ts': "import '#clock'" }, 'digest/a.ts: #clock is not a seam of digest'],
    ['an undeclared package', { 'tar/a.ts': "import 'left-pad/x.js'" }, 'tar/a.ts: left-pad/x.js is no dependency'],
    ['a file that is not there', { 'tar/a.ts': "import './gone.ts'" }, 'tar/a.ts: ./gone.ts is no source file'],
    ['an unknown folder', { 'utils/a.ts': '' }, 'utils/a.ts: the folder is in no rank'],
    ['an unknown lone file', { 'misc.ts': '' }, 'misc.ts: the folder is in no rank'],
    ['a cycle', { 'tar/a.ts': "import './b.ts'", 'tar/b.ts': "import './a.ts'" }, 'cycle: tar/a.ts → tar/b.ts → tar/a.ts'],
    [
      'a cycle by types',
      { 'tar/a.ts': "import './b.ts'", 'tar/b.ts': "import './c.ts'", 'tar/c.ts': "export type { B } from './b.ts'" },
      'cycle: tar/b.ts → tar/c.ts → tar/b.ts',
    ],
    ['a file that imports itself', { 'tar/a.ts': "import './a.ts'" }, 'cycle: tar/a.ts → tar/a.ts'],
  ];
  it.each(faults)('finds %s', (_, files, sentence) => {
    expect(check({ ...door, ...files })).toEqual([sentence]);
  });
});
