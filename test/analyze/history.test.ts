import { describe, expect, it } from 'vitest';
import { history } from '../../src/analyze/index.ts';
import type { EntryInit } from '../../src/tar/index.ts';
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

const image = await imageWith(LAYERS);
const told = async (path: string): Promise<string[]> => (await history(image, path)).map(({ layer, change }) => `${layer.position} ${change}`);

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
    expect(await told(path)).toEqual(expected);
  });

  it('names the step that made each layer', async () => {
    expect((await history(image, 'etc/conf')).map(({ layer }) => layer.history?.created_by)).toEqual([0, 1, 3, 5].map((i) => `RUN step ${i}`));
  });

  it('is refused for a path that leaves the root', async () => {
    expect((await failureOf(() => history(image, '../x'))).code).toBe('PATH_ESCAPES');
  });
});
