import { describe, expect, it } from 'vitest';
import { layerChangeset, layerTree } from '../../src/layer/index.ts';
import { bytesSource } from '../../src/stream/index.ts';
import { type EntryInit, scanTar } from '../../src/tar/index.ts';
import { applyChangeset, file, Tree } from '../../src/tree/index.ts';
import { pathsOf } from '../support/open.ts';
import { tarOf } from '../support/pack.ts';

const applied = async (entries: readonly EntryInit[]): Promise<string[]> =>
  pathsOf(applyChangeset(new Tree(), layerChangeset(await scanTar(bytesSource(await tarOf(entries))))));
const landmark: EntryInit = { name: '.prefetch.landmark', body: Uint8Array.of(0xf) };
const none: EntryInit = { name: '.no.prefetch.landmark', body: Uint8Array.of(0xf) };
const table: EntryInit = { name: 'stargz.index.json', body: '{}' };
const app: EntryInit = { name: 'app', body: 'app' };

describe('B20: an eStargz layer', () => {
  it('shows neither its landmarks nor its table of contents', async () => {
    expect(await applied([landmark, app, none, table])).toEqual(['app']);
  });

  it('is none where the table is not its last entry', async () => {
    expect(await applied([landmark, app])).toEqual(['.prefetch.landmark', 'app']);
    expect(await applied([table, app])).toEqual(['app', 'stargz.index.json']);
  });

  it('hides names at its root only', async () => {
    expect(await applied([{ ...table, name: 'srv/stargz.index.json' }, table])).toEqual(['srv', 'srv/stargz.index.json']);
  });
});

describe('a layer alone', () => {
  const alone = async (entries: readonly EntryInit[], lower: Tree = new Tree()): Promise<Tree> =>
    layerTree(await scanTar(bytesSource(await tarOf(entries))), lower, 3);

  it('shows its whiteouts as the files they are in it', async () => {
    const tree = await alone([{ name: 'etc/.wh.conf', body: '' }, { name: 'etc/.wh..wh..opq', body: '' }, app]);
    expect(pathsOf(tree)).toEqual(['app', 'etc', 'etc/.wh..wh..opq', 'etc/.wh.conf']);
    expect(tree.lookup('app')?.origin).toBe(3);
  });

  it('has the file of a lower layer where it names that by a hard link, and its own file where it has one', async () => {
    const lower = new Tree();
    lower.set('low', file('low'));
    lower.set('app', file('old'));
    const tree = await alone([app, { name: 'x', type: 'hardlink', linkname: 'low' }, { name: 'y', type: 'hardlink', linkname: 'app' }], lower);
    expect(tree.lookup('x')).toBe(lower.lookup('low'));
    expect(tree.lookup('y')).toBe(tree.lookup('app'));
  });
});
