import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byFolders, bySize, splitTree } from '../../src/layer/index.ts';
import { applyChangeset, diffTrees, directory, file, Tree } from '../../src/tree/index.ts';
import { anyTree, pathsOf, rowsOf } from '../tree/arbitrary.ts';

const joined = (parts: readonly Tree[]): Tree => parts.reduce((tree, part) => applyChangeset(tree, diffTrees(new Tree(), part)), new Tree());

describe('splitTree', () => {
  it('the parts over each other, in either order, are the tree', () => {
    fc.assert(
      fc.property(anyTree, fc.integer({ min: 1, max: 4 }), (tree, count) => {
        let next = 0;
        const parts = splitTree(tree, () => next++ % count);
        const rows = rowsOf(tree);
        if (parts.length === 0) expect(rows).toHaveLength(1);
        else expect([rowsOf(joined(parts)), rowsOf(joined([...parts].reverse()))]).toEqual([rows, rows]);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps dependencies apart from the application, with the same directories in both', () => {
    const tree = new Tree();
    tree.set('app', directory({ mode: 0o750 }));
    for (const path of ['app/main.js', 'app/node_modules/x/index.js', 'usr/bin/node', 'usrlocal']) tree.set(path, file(path));
    const parts = splitTree(tree, byFolders(['/usr/', 'app/node_modules']));
    expect(parts.map((part) => pathsOf(part))).toEqual([
      ['usr', 'usr/bin', 'usr/bin/node'],
      ['app', 'app/node_modules', 'app/node_modules/x', 'app/node_modules/x/index.js'],
      ['app', 'app/main.js', 'usrlocal'],
    ]);
    expect(parts.slice(1).map((part) => part.lookup('app')?.mode)).toEqual([0o750, 0o750]);
  });

  it('a change of the application leaves the other parts as they are', () => {
    const build = (main: string): readonly Tree[] => {
      const tree = new Tree();
      tree.set('app/main.js', file(main));
      tree.set('app/node_modules/x.js', file('x'));
      return splitTree(tree, byFolders(['app/node_modules']));
    };
    const [before, after] = [build('1'), build('2')];
    expect(rowsOf(after[0] as Tree)).toEqual(rowsOf(before[0] as Tree));
    expect(rowsOf(after[1] as Tree)).not.toEqual(rowsOf(before[1] as Tree));
  });

  it('fills layers by size, counts a file of several names once and keeps them together', () => {
    const tree = new Tree();
    for (const name of ['a', 'b', 'c', 'd']) tree.set(name, file('1234'));
    tree.link('z', 'a');
    tree.set('large', file('1234567890'));
    expect(splitTree(tree, bySize(8)).map((part) => pathsOf(part))).toEqual([['a', 'b', 'z'], ['c', 'd'], ['large']]);
  });

  it('gives no part for a tree without anything', () => {
    expect(splitTree(new Tree(), bySize(1))).toEqual([]);
  });
});
