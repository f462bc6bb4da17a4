import { describe, expect, it } from 'vitest';
import { applyChangeset, type Change, directory, file, type Node, type Semantics, symlink, Tree } from '../../src/tree/index.ts';
import { codeOf, pathsOf, textOf } from './arbitrary.ts';

/** The base of the table: dir/{a,b,sub/c}, file1, lnk -> dir, hl1 = hl2, f2d, d2f/x, target/keep. */
function base(): Tree {
  const tree = new Tree();
  for (const path of ['dir/a', 'dir/b', 'dir/sub/c', 'file1', 'hl1', 'f2d', 'd2f/x', 'target/keep']) tree.set(path, file(`lower ${path}`));
  tree.link('hl2', 'hl1');
  tree.set('lnk', symlink('dir'));
  tree.set('dir', directory({ mode: 0o750 }));
  return tree;
}

const put = (path: string, node: Node = file(`upper ${path}`)): Change => ({ kind: 'node', path, node });
const dir = (path: string, mode = 0o700): Change => put(path, directory({ mode }));
const link = (path: string, target: string): Change => ({ kind: 'link', path, target });
const whiteout = (path: string): Change => ({ kind: 'whiteout', path });
const opaque = (path: string): Change => ({ kind: 'opaque', path });

/** What differs from the base afterwards: `-path` for what is gone, `+path` for what is new, `~path` for what is replaced. */
function effect(changes: readonly Change[], semantics: Semantics): string[] {
  const lower = base();
  const before = new Map([...lower.walk()].map(({ path, node }) => [path, node]));
  const after = new Map([...applyChangeset(lower, { changes }, semantics).walk()].map(({ path, node }) => [path, node]));
  const same = (a: Node | undefined, b: Node): boolean => a === b || (a?.type === 'directory' && b.type === 'directory' && a.mode === b.mode);
  const gone = [...before.keys()].filter((path) => !after.has(path)).map((path) => `-${path}`);
  const changed = [...after].filter(([path, node]) => before.has(path) && !same(before.get(path), node)).map(([path]) => `~${path}`);
  const added = [...after.keys()].filter((path) => !before.has(path)).map((path) => `+${path}`);
  expect(pathsOf(lower)).toEqual([...before.keys()]);
  return [...gone, ...changed, ...added];
}

const EMPTIED = ['-dir/a', '-dir/b', '-dir/sub', '-dir/sub/c'];

// Rows of the table of layers on which engines were tried; `sequential` is left out where it is the same.
const rows: readonly { row: string; changes: readonly Change[]; overlay: readonly string[]; sequential?: readonly string[] }[] = [
  {
    row: 'C1: a whiteout of what comes with it',
    changes: [put('dir/new'), whiteout('dir/new'), put('dir/a'), whiteout('dir/a')],
    overlay: ['~dir/a', '+dir/new'],
    sequential: ['-dir/a'],
  },
  { row: 'C2: an opaque directory told of last', changes: [dir('dir', 0o750), put('dir/new'), opaque('dir')], overlay: [...EMPTIED, '+dir/new'] },
  { row: 'C3: a whiteout, then the directory again', changes: [whiteout('dir'), dir('dir'), put('dir/n')], overlay: [...EMPTIED, '~dir', '+dir/n'] },
  { row: 'C4: a directory, then its whiteout', changes: [dir('dir'), put('dir/n'), whiteout('dir')], overlay: [...EMPTIED, '~dir', '+dir/n'] },
  { row: 'C5: a file over a directory', changes: [put('d2f')], overlay: ['-d2f/x', '~d2f'] },
  { row: 'C6: a directory with children over a file', changes: [dir('f2d'), put('f2d/y')], overlay: ['~f2d', '+f2d/y'] },
  {
    row: 'C7: below a lower link that has no entry',
    changes: [put('lnk/new')],
    overlay: ['~lnk', '+lnk/new'],
    sequential: ['+dir/new'],
  },
  { row: 'C8: a directory over a lower link', changes: [dir('lnk'), put('lnk/new')], overlay: ['~lnk', '+lnk/new'] },
  { row: 'C9: parents without entries', changes: [put('p/q/r')], overlay: ['+p', '+p/q', '+p/q/r'] },
  { row: 'C10: below a lower file', changes: [put('file1/x')], overlay: ['~file1', '+file1/x'] },
  { row: 'C11: the same path twice', changes: [put('dup', symlink('dir')), put('dup')], overlay: ['+dup'] },
  { row: 'C12: a hard link to a file that is only below', changes: [link('hl3', 'hl1')], overlay: ['+hl3'] },
  { row: 'C13: a whiteout of one name of two', changes: [whiteout('hl1')], overlay: ['-hl1'] },
  { row: 'C14: a hard link before its target', changes: [link('first', 'second'), put('second')], overlay: ['+first', '+second'] },
  {
    row: 'C18: an opaque directory by way of a lower link',
    changes: [put('lnk/new'), opaque('lnk')],
    overlay: ['~lnk', '+lnk/new'],
    sequential: ['+dir/new'],
  },
  { row: 'C18: an opaque lower link, with nothing in it', changes: [opaque('lnk')], overlay: ['~lnk'], sequential: [] },
  { row: 'C22: a whiteout of nothing', changes: [whiteout('dir/nope')], overlay: [] },
  { row: 'C22: a whiteout in a missing directory', changes: [whiteout('nope/x')], overlay: [], sequential: ['+nope'] },
  {
    row: 'C23: a whiteout by way of a lower link',
    changes: [whiteout('lnk/a')],
    overlay: ['~lnk'],
    sequential: ['-dir/a'],
  },
  { row: 'C27: an opaque directory that is missing', changes: [opaque('nope/x')], overlay: [], sequential: ['+nope', '+nope/x'] },
  {
    row: 'C28: below a link of its own that leads outside',
    changes: [put('esc', symlink('/outside/x')), put('esc/F')],
    overlay: ['+esc', '+outside', '+outside/x', '+outside/x/F'],
  },
  { row: 'a link of its own is followed', changes: [put('l2', symlink('target')), put('l2/in')], overlay: ['+l2', '+target/in'] },
  {
    row: 'a link of its own over a lower directory',
    changes: [put('target', symlink('dir')), put('target/in')],
    overlay: ['-target/keep', '~target', '+dir/in'],
  },
  { row: 'a whiteout below a lower file', changes: [whiteout('file1/x')], overlay: ['~file1'] },
];

describe.each(['overlay', 'sequential'] as const)('applying a changeset, %s', (semantics) => {
  it.each(rows)('$row', ({ changes, overlay, sequential = overlay }) => {
    expect(effect(changes, semantics).sort()).toEqual([...(semantics === 'overlay' ? overlay : sequential)].sort());
  });

  it('takes everything away by an opaque root', () => {
    expect(pathsOf(applyChangeset(base(), { changes: [put('x'), opaque('')] }, semantics))).toEqual(['x']);
  });

  it('C5, C6: leaves nothing of a longer file below a shorter one', () => {
    const tree = applyChangeset(base(), { changes: [put('file1', file('abc'))] }, semantics);
    expect(textOf(tree.lookup('file1'))).toBe('abc');
  });

  it('C9: makes parents root:root with mode 0755, and of the origin of the changeset', () => {
    const tree = applyChangeset(base(), { changes: [put('p/q/r')], origin: 'layer 1' }, semantics);
    expect(tree.lookup('p')).toMatchObject({ mode: 0o755, uid: 0, gid: 0, implied: true, origin: 'layer 1' });
    tree.set('mine/x', file(''));
    expect(tree.lookup('mine')?.origin).toBeUndefined();
  });

  it('keeps the metadata of a directory that is only passed through', () => {
    expect(applyChangeset(base(), { changes: [put('dir/sub/new')] }, semantics).lookup('dir')).toMatchObject({ mode: 0o750 });
  });

  it('C11: lets the last of two entries win', () => {
    const tree = applyChangeset(base(), { changes: [put('dup', symlink('dir')), put('dup', file('last'))] }, semantics);
    expect(textOf(tree.lookup('dup'))).toBe('last');
  });

  it('C12, C24: joins a hard link to the lower file, with one inode for all names', () => {
    const tree = applyChangeset(base(), { changes: [link('hl3', 'hl1')] }, semantics);
    expect(tree.hardLinks().get(tree.lookup('hl3') as Node)).toEqual(['hl1', 'hl2', 'hl3']);
  });

  it('C13: keeps the content under the names that are left', () => {
    expect(textOf(applyChangeset(base(), { changes: [whiteout('hl1')] }, semantics).lookup('hl2'))).toBe('lower hl1');
  });

  it('C14: joins chains of hard links in whatever order they come', () => {
    const changes = [link('a', 'b'), link('b', 'c'), link('c', 'd'), put('d', file('end')), link('e', 'a')];
    const tree = applyChangeset(base(), { changes }, semantics);
    expect(tree.hardLinks().get(tree.lookup('a') as Node)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('joins a hard link again that was replaced and linked anew', () => {
    const tree = applyChangeset(base(), { changes: [link('a', 'late'), put('a', file('kept')), put('late')] }, semantics);
    expect(textOf(tree.lookup('a'))).toBe('kept');
    expect(tree.nlink(tree.lookup('late') as Node)).toBe(1);
  });

  it('finds a hard link that waited, though the link it came through is gone', () => {
    const changes = [put('way', symlink('dir')), link('way/h', 'late'), put('way', file('no link')), put('late', file('late'))];
    const tree = applyChangeset(base(), { changes }, semantics);
    expect(textOf(tree.lookup('dir/h'))).toBe('late');
  });

  it('names both ends of a hard link to nothing, and of one to a directory', () => {
    const toNothing = (): unknown => applyChangeset(base(), { changes: [link('x', 'nope/y')] }, semantics);
    expect(toNothing).toThrow(/Cannot link "x": its target "nope\/y" is nowhere/);
    expect(codeOf(toNothing)).toBe('ENOENT');
    expect(codeOf(() => applyChangeset(base(), { changes: [link('x', 'dir')] }, semantics))).toBe('EISDIR');
    expect(codeOf(() => applyChangeset(base(), { changes: [link('x', 'y'), link('y', 'x')] }, semantics))).toBe('ENOENT');
    expect(codeOf(() => applyChangeset(base(), { changes: [link('x', 'x')] }, semantics))).toBe('ENOENT');
    expect(codeOf(() => applyChangeset(base(), { changes: [link('x', 'late'), dir('late')] }, semantics))).toBe('EISDIR');
  });

  it('does not let an entry make the root something else (CVE-2021-29136)', () => {
    expect(codeOf(() => applyChangeset(base(), { changes: [put('', symlink('/etc'))] }, semantics))).toBe('EINVAL');
    expect(applyChangeset(base(), { changes: [dir('', 0o711)] }, semantics).root.mode).toBe(0o711);
  });

  it('C26: changes nothing by an empty changeset', () => {
    expect(effect([], semantics)).toEqual([]);
  });

  it('stops at paths deeper than any host has them, links followed', () => {
    const changes = [put('l0', symlink('d/'.repeat(3000))), put('l0/l1', symlink('d/'.repeat(3000)))];
    expect(pathsOf(applyChangeset(base(), { changes }, semantics))).toHaveLength(14 + 3002);
    const tooDeep = (): unknown => applyChangeset(base(), { changes: [...changes, put('l0/l1/x')] }, semantics);
    expect(tooDeep).toThrow(expect.objectContaining({ code: 'LIMIT_DEPTH', limit: 4096 }));
  });

  it('shares with the lower tree every directory that nothing changes in', () => {
    const lower = base();
    const tree = applyChangeset(lower, { changes: [put('dir/sub/new'), whiteout('file1')] }, semantics);
    expect(tree.lookup('target')).toBe(lower.lookup('target'));
    expect(tree.lookup('d2f')).toBe(lower.lookup('d2f'));
  });
});

describe('overlay', () => {
  it('takes the hard link target of the same layer where there is one, even if it comes later', () => {
    const tree = applyChangeset(base(), { changes: [link('x', 'file1'), put('file1', file('ours'))] });
    expect(textOf(tree.lookup('x'))).toBe('ours');
    expect(textOf(applyChangeset(base(), { changes: [link('x', 'file1'), put('file1', file('ours'))] }, 'sequential').lookup('x'))).toBe(
      'lower file1',
    );
  });
});
