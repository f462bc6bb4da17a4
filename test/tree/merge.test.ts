import { describe, expect, it } from 'vitest';
import {
  type Conflict,
  digestContents,
  directory,
  type FileNode,
  file,
  type Merged,
  mergeTrees,
  type Node,
  symlink,
  Tree,
  withMetadata,
} from '../../src/tree/index.ts';
import { pathsOf, textOf } from './arbitrary.ts';

function base(): Tree {
  const tree = new Tree();
  for (const path of ['a', 'b', 'd/x', 'd/y', 'e/z']) tree.set(path, file(`base ${path}`));
  tree.set('l', symlink('a'));
  return tree;
}

type Act = (tree: Tree) => void;
const merged = (ours: Act, theirs: Act): Merged => {
  const common = base();
  const [left, right] = [common.fork(), common.fork()];
  ours(left);
  theirs(right);
  return mergeTrees(common, left, right);
};
const write =
  (path: string, content: string): Act =>
  (tree) =>
    tree.set(path, { ...(tree.lookup(path) as FileNode), ...pick(file(content)) });
const pick = ({ size, body }: FileNode): Pick<FileNode, 'size' | 'body'> => ({ size, body });
const patch =
  (path: string, metadata: Partial<Node>): Act =>
  (tree) =>
    tree.set(path, withMetadata(tree.lookup(path) as Node, metadata));
const remove =
  (path: string): Act =>
  (tree) =>
    void tree.remove(path);
const kinds = ({ conflicts }: Merged): string[] => conflicts.map(({ path, kind, field }: Conflict) => [path, kind, field].filter(Boolean).join(' '));

describe('a merge', () => {
  it('takes what one side changed: content, new names, removed ones, new kinds', () => {
    const result = merged(
      (tree) => {
        write('a', 'ours')(tree);
        tree.set('new/ours', file(''));
        tree.remove('d');
      },
      (tree) => {
        write('b', 'theirs')(tree);
        tree.set('new/theirs', file(''));
        tree.set('e', symlink('b'));
      },
    );
    expect(result.conflicts).toEqual([]);
    expect(pathsOf(result.tree)).toEqual(['a', 'b', 'e', 'l', 'new', 'new/ours', 'new/theirs']);
    expect([textOf(result.tree.lookup('a')), textOf(result.tree.lookup('b'))]).toEqual(['ours', 'theirs']);
  });

  it('joins new content of one side and new metadata of the other', () => {
    for (const [ours, theirs] of [
      [write('a', 'new'), patch('a', { mode: 0o600 })],
      [patch('a', { mode: 0o600 }), write('a', 'new')],
    ] as const) {
      const { tree, conflicts } = merged(ours, theirs);
      expect(conflicts).toEqual([]);
      expect(tree.lookup('a')).toMatchObject({ mode: 0o600 });
      expect(textOf(tree.lookup('a'))).toBe('new');
    }
  });

  it('joins different fields of one directory, and keeps its children', () => {
    const { tree, conflicts } = merged(patch('d', { mode: 0o700 }), patch('d', { uid: 7 }));
    expect(conflicts).toEqual([]);
    expect(tree.lookup('d')).toMatchObject({ mode: 0o700, uid: 7 });
    expect(pathsOf(tree, 'd')).toEqual(['d/x', 'd/y']);
  });

  it('reports two contents, two targets and two new files of one name, and keeps ours', () => {
    const result = merged(
      (tree) => {
        write('a', 'ours')(tree);
        tree.set('l', symlink('ours'));
        tree.set('new', file('ours'));
      },
      (tree) => {
        write('a', 'theirs')(tree);
        tree.set('l', symlink('theirs'));
        tree.set('new', file('theirs'));
      },
    );
    expect(kinds(result)).toEqual(['a modify/modify', 'l modify/modify', 'new modify/modify']);
    expect(result.conflicts[0]).toMatchObject({ base: { size: 6 }, ours: { size: 4 }, theirs: { size: 6 } });
    expect([textOf(result.tree.lookup('a')), textOf(result.tree.lookup('new'))]).toEqual(['ours', 'ours']);
  });

  it('reports each field of metadata for itself', () => {
    const result = merged(patch('a', { mode: 0o600, uid: 1, gid: 5 }), patch('a', { mode: 0o640, uid: 2, gid: 5 }));
    expect(kinds(result)).toEqual(['a meta/meta mode', 'a meta/meta uid']);
    expect(result.tree.lookup('a')).toMatchObject({ mode: 0o600, uid: 1, gid: 5 });
  });

  it('reports what one side removed and the other changed, below a directory too', () => {
    expect(kinds(merged(remove('a'), write('a', 'new')))).toEqual(['a delete/modify']);
    expect(kinds(merged(write('a', 'new'), remove('a')))).toEqual(['a delete/modify']);
    const deep = merged(remove('d'), write('d/x', 'new'));
    expect(kinds(deep)).toEqual(['d delete/modify']);
    expect(deep.tree.lookup('d')).toBeUndefined();
  });

  it('sees no conflict where the removed directory was only written the same again', () => {
    const common = base();
    const [ours, theirs] = [common.fork(), common.fork()];
    ours.remove('d');
    theirs.set('d/tmp', file(''));
    theirs.remove('d/tmp');
    expect(theirs.lookup('d')).not.toBe(common.lookup('d'));
    expect(mergeTrees(common, ours, theirs)).toMatchObject({ conflicts: [] });
  });

  it('reports two kinds', () => {
    const result = merged(
      (tree) => tree.set('a', symlink('b')),
      (tree) => tree.set('a', directory()),
    );
    expect(kinds(result)).toEqual(['a type/type']);
    expect(result.tree.lookup('a')?.type).toBe('symlink');
  });

  it('merges directories that both sides made', () => {
    const result = merged(
      (tree) => tree.set('n/ours', file('')),
      (tree) => tree.set('n/theirs', file('')),
    );
    expect(result.conflicts).toEqual([]);
    expect(pathsOf(result.tree, 'n')).toEqual(['n/ours', 'n/theirs']);
  });

  it('takes the same change of both sides once its content was read', async () => {
    const common = base();
    const [ours, theirs] = [common.fork(), common.fork()];
    ours.set('a', file('the same'));
    theirs.set('a', file('the same'));
    expect(kinds(mergeTrees(common, ours, theirs))).toEqual(['a modify/modify']);
    const sameContent = await digestContents(common, ours, theirs);
    expect(mergeTrees(common, ours, theirs, { sameContent }).conflicts).toEqual([]);
  });

  it('keeps the names of a hard-linked file together that both sides changed', () => {
    const common = base();
    common.link('a2', 'a');
    const [ours, theirs] = [common.fork(), common.fork()];
    const node = common.lookup('a') as FileNode;
    const changed = withMetadata(node, { mode: 0o600 });
    const other = withMetadata(node, { uid: 9 });
    for (const path of ['a', 'a2']) {
      ours.set(path, changed);
      theirs.set(path, other);
    }
    const { tree, conflicts } = mergeTrees(common, ours, theirs);
    expect(conflicts).toEqual([]);
    expect(tree.lookup('a')).toMatchObject({ mode: 0o600, uid: 9 });
    expect(tree.lookup('a2')).toBe(tree.lookup('a'));
  });

  it('leaves all three trees as they were', () => {
    const common = base();
    const [ours, theirs] = [common.fork(), common.fork()];
    ours.set('d/ours', file(''));
    theirs.set('d/theirs', file(''));
    mergeTrees(common, ours, theirs).tree.remove('d');
    expect([pathsOf(common, 'd'), pathsOf(ours, 'd'), pathsOf(theirs, 'd')]).toEqual([
      ['d/x', 'd/y'],
      ['d/ours', 'd/x', 'd/y'],
      ['d/theirs', 'd/x', 'd/y'],
    ]);
  });
});
