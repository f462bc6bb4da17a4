import { describe, expect, it } from 'vitest';
import { waste } from '../../../src/analyze/index.ts';
import type { EntryInit } from '../../../src/tar/index.ts';
import { imageWith } from '../../support/open.ts';
import { file, folder, gone } from './images.ts';

/** What dive calls wasted bytes and efficiency (its `dive/filetree/efficiency.go`): sizes by path over all layers, for the comparison in the guide. */
function diveFigures(layers: readonly (readonly EntryInit[])[]): { wasted: number; efficiency: number } {
  const paths = new Map<string, number[]>();
  const below = new Map<string, number>();
  for (const entries of layers) {
    const own = new Map<string, number>();
    for (const { name, body } of entries) {
      const size = typeof body === 'string' ? body.length : 0;
      if (!name.endsWith('/'))
        own.set(name.replace('.wh..wh..opq', '/.wh..wh..opq').replace(/\.wh\.(?!\.wh)/, ''), name.includes('.wh.') ? -1 : size);
    }
    for (const [path, size] of own) {
      const removed = [...below].filter(([at]) => at.startsWith(`${path}/`)).reduce((sum, [, bytes]) => sum + bytes, 0);
      paths.set(path, [...(paths.get(path) ?? []), size < 0 ? removed : size]);
    }
    for (const [path, size] of own) if (size >= 0) below.set(path, size);
  }
  const sizes = [...paths.values()];
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  const all = sum(sizes.flat());
  return {
    wasted: sum(sizes.filter(({ length }) => length > 1).map(sum)),
    efficiency: all === 0 ? 1 : sum(sizes.map((of) => Math.min(...of))) / all,
  };
}

describe('where dive and lading differ', () => {
  const kept = file('kept', 1000);
  it.each<[string, readonly (readonly EntryInit[])[], number, number]>([
    ['an overwritten file: dive counts both copies', [[kept, file('a', 100)], [file('a', 100, 'y')]], 200, 100],
    ['a changed mode: dive counts both copies', [[kept, file('a', 100)], [file('a', 100, 'x', { mode: 0o700 })]], 200, 100],
    ['a deleted file: both count it', [[kept, file('a', 100)], [gone('.wh.a')]], 100, 100],
    ['a deleted folder: dive misses it', [[kept, file('d/a', 100), file('d/b', 50)], [gone('.wh.d')]], 0, 150],
    [
      'an emptied folder: dive misses it',
      [
        [kept, file('d/a', 100)],
        [folder('d'), gone('d/.wh..wh..opq')],
      ],
      0,
      100,
    ],
  ])('%s', async (_, layers, dive, ours) => {
    expect(diveFigures(layers).wasted).toBe(dive);
    expect((await waste(await imageWith(layers))).wasted).toBe(ours);
  });

  it('a deleted folder leaves dive’s efficiency at 1', async () => {
    const layers = [[kept, file('d/a', 1000)], [gone('.wh.d')]];
    expect(diveFigures(layers).efficiency).toBe(1);
    expect((await waste(await imageWith(layers))).efficiency).toBe(0.5);
  });
});
