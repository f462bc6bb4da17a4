import { describe, expect, it } from 'vitest';
import { history } from '../../src/analyze/index.ts';
import type { Image } from '../../src/image/index.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import type { Semantics } from '../../src/tree/index.ts';
import { failureOf, imageWith } from '../support/open.ts';

const LAYERS: readonly (readonly EntryInit[])[] = [
  [
    { name: 'etc/conf', body: '0' },
    { name: 'var/cache/x', body: '0' },
    { name: 'opt/tool', body: '0' },
    { name: 'link', type: 'symlink', linkname: 'etc' },
  ],
  [{ name: 'etc/conf', body: '1' }],
  [
    { name: 'var/.wh.cache', body: '' },
    { name: 'opt/.wh..wh..opq', body: '' },
  ],
  [
    { name: 'etc/.wh.conf', body: '' },
    { name: 'var/cache/x', body: '3' },
  ],
  [{ name: 'opt/', mode: 0o700 }],
  [
    { name: 'etc/conf', body: '5' },
    { name: 'var', body: 'a file now' },
  ],
];

const told = async (of: Image, path: string): Promise<string[]> =>
  (await history(of, path)).map(({ layer, change }) => `${layer.position} ${change}`);
const image = await imageWith(LAYERS);

describe('the history of a path', () => {
  it.each<[string, string[]]>([
    ['etc/conf', ['0 added', '1 changed', '3 removed', '5 added']],
    ['/etc//./conf', ['0 added', '1 changed', '3 removed', '5 added']],
    ['var/cache/x', ['0 added', '2 hidden', '3 added', '5 hidden']],
    ['var/cache', ['0 added', '2 removed', '3 added', '5 hidden']],
    ['opt/tool', ['0 added', '2 hidden']],
    ['opt', ['0 added', '4 changed']],
    ['var', ['0 added', '5 changed']],
    ['never', []],
  ])('%s: %j', async (path, expected) => {
    expect(await told(image, path)).toEqual(expected);
  });

  it('names the step that made each layer', async () => {
    expect((await history(image, 'etc/conf')).map(({ layer }) => layer.history?.created_by)).toEqual([0, 1, 3, 5].map((i) => `RUN step ${i}`));
  });

  it('is refused for a path that leaves the root', async () => {
    expect((await failureOf(() => history(image, '../x'))).code).toBe('PATH_ESCAPES');
  });
});

const at = (name: string, more: Partial<EntryInit> = {}): EntryInit => ({ name, body: 'x', ...more });
const dir = (name: string): EntryInit => ({ name: `${name}/` });
const link = (name: string, linkname: string): EntryInit => ({ name, type: 'symlink', linkname });

const BASE: readonly EntryInit[] = [dir('etc'), at('etc/app.conf'), at('etc/old'), dir('etc/sub'), at('etc/sub/x'), link('lnk', 'etc'), at('file')];

interface Case {
  readonly upper: readonly (readonly EntryInit[])[];
  readonly told: Readonly<Record<string, readonly string[]>>;
  readonly semantics?: Semantics;
}

const CASES: Readonly<Record<string, Case>> = {
  'a path below a link, by the name that it leads to': {
    upper: [[at('etc/app.conf')], [at('etc/.wh.app.conf')], [at('etc/app.conf')]],
    told: { 'lnk/app.conf': ['0 added', '1 changed', '2 removed', '3 added'], lnk: ['0 added'] },
  },
  'a path below a link that then leads elsewhere, and then nowhere': {
    upper: [[at('other/app.conf'), link('lnk', 'other')], [at('.wh.lnk')]],
    told: { 'lnk/app.conf': ['0 added', '1 changed', '2 hidden'], lnk: ['0 added', '1 changed', '2 removed'], 'lnk/sub': ['0 added', '1 hidden'] },
  },
  'a lower link that an overlay replaces': {
    upper: [[at('lnk/new')]],
    told: { lnk: ['0 added', '1 changed'], 'lnk/new': ['1 added'], 'lnk/app.conf': ['0 added', '1 hidden'], 'etc/app.conf': ['0 added'] },
  },
  'a lower link that a whiteout below it replaces': { upper: [[at('lnk/.wh.old')]], told: { lnk: ['0 added', '1 changed'], 'etc/old': ['0 added'] } },
  'a lower link that an opaque mark below it replaces': {
    upper: [[at('lnk/.wh..wh..opq')]],
    told: { lnk: ['0 added', '1 changed'], 'etc/old': ['0 added'] },
  },
  'what an extracting engine writes and removes through a lower link': {
    semantics: 'sequential',
    upper: [[at('lnk/app.conf'), at('lnk/.wh.old'), at('lnk/sub/.wh.x')]],
    told: { 'etc/app.conf': ['0 added', '1 changed'], 'etc/old': ['0 added', '1 removed'], 'etc/sub/x': ['0 added', '1 removed'], lnk: ['0 added'] },
  },
  'a file that becomes a directory by what is in it': { upper: [[at('file/x')]], told: { file: ['0 added', '1 changed'], 'file/x': ['1 added'] } },
  'a path that a layer writes through a link of its own': {
    upper: [[link('s', 'etc'), at('s/app.conf')]],
    told: { 'etc/app.conf': ['0 added', '1 changed'], 's/app.conf': ['1 added'] },
  },
  'a directory that is removed and made again': {
    upper: [
      [at('.wh.etc'), at('etc/n')],
      [at('.wh.etc'), dir('etc')],
    ],
    told: { etc: ['0 added', '1 removed', '1 added', '2 removed', '2 added'], 'etc/sub': ['0 added', '1 hidden'] },
  },
  'a directory in one that is emptied and filled again': {
    upper: [[at('etc/.wh..wh..opq'), at('etc/sub/y'), at('etc/old')]],
    told: { 'etc/sub': ['0 added', '1 hidden', '1 added'], 'etc/old': ['0 added', '1 changed'], etc: ['0 added'] },
  },
  'a directory that only what is in it changes': { upper: [[at('etc/sub/y')], [dir('etc/sub')]], told: { 'etc/sub': ['0 added', '2 changed'] } },
  'a further name of the same file': {
    upper: [[{ name: 'more', type: 'hardlink', linkname: 'file' }], [{ name: 'more', type: 'hardlink', linkname: 'etc/old' }]],
    told: { more: ['1 added', '2 changed'], file: ['0 added'] },
  },
};

describe('the history of what layers reach by other names', () => {
  it.each(Object.entries(CASES))('%s', async (_, { upper, told: expected, semantics = 'overlay' }) => {
    const layered = await imageWith([BASE, ...upper], { semantics });
    const found = await Promise.all(Object.keys(expected).map(async (path) => [path, await told(layered, path)]));
    expect(Object.fromEntries(found)).toEqual(expected);
  });
});
