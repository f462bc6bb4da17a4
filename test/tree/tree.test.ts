import { describe, expect, it } from 'vitest';
import { PathError } from '../../src/errors.ts';
import { type DirectoryNode, device, directory, type FileNode, fifo, file, type Node, symlink, Tree, withMetadata } from '../../src/tree/index.ts';

const text = (node: Node | undefined): string => new TextDecoder().decode((node as FileNode).body.readSync?.(0, 1000));
const paths = (tree: Tree, path?: string): string[] => [...tree.walk(path)].map((entry) => entry.path);
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof PathError) return error.code;
    throw error;
  }
  return 'none';
};

describe('Tree.set', () => {
  it('makes missing parents, with fixed metadata and flagged as implied', () => {
    const tree = new Tree();
    tree.set('usr/share/doc', directory({ mode: 0o700 }));
    expect(tree.lookup('usr/share')).toMatchObject({
      type: 'directory',
      mode: 0o755,
      uid: 0,
      gid: 0,
      mtime: { seconds: 0, nanoseconds: 0 },
      implied: true,
    });
    expect(tree.lookup('usr/share/doc')).toMatchObject({ mode: 0o700, implied: undefined });
  });

  it('replaces the metadata of a directory by that of another and keeps the children of both', () => {
    const tree = new Tree();
    tree.set('d/kept', file('1'));
    tree.set('e/deep/new', file('2'));
    tree.set('e/kept/over', file('3'));
    tree.set('d', withMetadata(tree.lookup('e') as DirectoryNode, { mode: 0o711 }));
    expect(tree.lookup('d')).toMatchObject({ mode: 0o711 });
    expect(paths(tree, 'd')).toEqual(['d/deep', 'd/deep/new', 'd/kept', 'd/kept/over']);
    expect(paths(tree, 'e')).toEqual(['e/deep', 'e/deep/new', 'e/kept', 'e/kept/over']);
  });

  it('does not let an implied directory change what is known of the one that is there', () => {
    const tree = new Tree();
    tree.set('d', directory({ mode: 0o700 }));
    tree.set('d', directory({ implied: true }));
    expect(tree.lookup('d')).toMatchObject({ mode: 0o700 });
  });

  it.each([
    ['a file', file('x')],
    ['a link', symlink('/')],
    ['a FIFO', fifo()],
    ['a device', device('character-device', 1, 3)],
  ])('replaces a directory with all below it by %s, and that by a directory', (_, node) => {
    const tree = new Tree();
    tree.set('d/sub/deep', file(''));
    tree.set('d', node);
    expect(paths(tree)).toEqual(['d']);
    tree.set('d', directory());
    expect([...tree.walk()]).toMatchObject([{ path: 'd', node: { type: 'directory' } }]);
  });

  it('writes through links among the parents, inside the root', () => {
    const tree = new Tree();
    tree.set('real/dir', directory());
    tree.set('link', symlink('../../../real/dir'));
    tree.set('link/x', file('1'));
    tree.set('link/../y', file('2'));
    tree.set('esc', symlink('/outside/made'));
    tree.set('esc/F', file('3'));
    expect(paths(tree)).toEqual(['esc', 'link', 'outside', 'outside/made', 'outside/made/F', 'real', 'real/dir', 'real/dir/x', 'real/y']);
  });

  it('refuses a file among the parents, a NUL byte, and a root that is no directory', () => {
    const tree = new Tree();
    tree.set('f', file(''));
    expect(codeOf(() => tree.set('f/x', file('')))).toBe('ENOTDIR');
    expect(codeOf(() => tree.set('a\0b', file('')))).toBe('EINVAL');
    expect(codeOf(() => tree.set('f/../f/../.', file('')))).toBe('ENOTDIR');
    expect(codeOf(() => tree.set('/', file('')))).toBe('EINVAL');
    expect(paths(tree)).toEqual(['f']);
  });

  it('sets the metadata of the root and keeps its children', () => {
    const tree = new Tree();
    tree.set('a', file(''));
    tree.set('', directory({ mode: 0o700 }));
    expect(tree.root.mode).toBe(0o700);
    expect(paths(tree)).toEqual(['a']);
  });

  it('forgets where a path led once a link on it is replaced (CVE-2021-32803)', () => {
    const tree = new Tree();
    tree.set('d/x', file('1'));
    tree.set('other', directory());
    tree.set('d', symlink('other'));
    tree.set('d/y', file('2'));
    tree.set('d', symlink('third'));
    tree.set('d/z', file('3'));
    tree.remove('d');
    tree.set('d/w', file('4'));
    expect(paths(tree)).toEqual(['d', 'd/w', 'other', 'other/y', 'third', 'third/z']);
  });

  it('puts a directory into itself as it was, without a cycle', () => {
    const tree = new Tree();
    tree.set('a/b', file(''));
    tree.set('a/self', tree.lookup('a') as Node);
    expect(paths(tree)).toEqual(['a', 'a/b', 'a/self', 'a/self/b']);
    tree.set('a/b2', file(''));
    expect(paths(tree, 'a/self')).toEqual(['a/self/b']);
  });

  it('shares a copied subtree until one side is written to', () => {
    const tree = new Tree();
    tree.set('a/b/c', file('1'));
    tree.set('copy', tree.lookup('a') as Node);
    tree.set('a/b/c', file('2'));
    tree.set('copy/b/d', file('3'));
    expect(paths(tree)).toEqual(['a', 'a/b', 'a/b/c', 'copy', 'copy/b', 'copy/b/c', 'copy/b/d']);
    expect(text(tree.lookup('copy/b/c'))).toBe('1');
  });

  it('never writes into directories that another tree, or a literal node, holds too', () => {
    const one = new Tree();
    one.set('a/b', file('1'));
    const two = new Tree();
    two.set('x', { ...directory(), children: new Map([['inner', one.lookup('a') as Node]]) });
    one.set('a/c', file('2'));
    two.set('x/inner/d', file('3'));
    expect(paths(one)).toEqual(['a', 'a/b', 'a/c']);
    expect(paths(two)).toEqual(['x', 'x/inner', 'x/inner/b', 'x/inner/d']);
  });

  it('leaves a map of children that has been seen as it is', () => {
    const tree = new Tree();
    tree.set('a/b', file(''));
    const { children } = tree.lookup('a') as DirectoryNode;
    tree.set('a/c', file(''));
    expect([...children.keys()]).toEqual(['b']);
    expect(paths(tree, 'a')).toEqual(['a/b', 'a/c']);
  });
});

describe('hard links', () => {
  it('are names of one node, and count', () => {
    const tree = new Tree();
    tree.set('a', file('1'));
    tree.link('d/b', 'a');
    tree.link('c', 'd/b');
    const node = tree.lookup('a') as Node;
    expect(tree.lookup('c')).toBe(node);
    expect(tree.hardLinks().get(node)).toEqual(['a', 'c', 'd/b']);
    expect(tree.nlink(node)).toBe(3);
    tree.remove('d/b');
    expect(tree.nlink(node)).toBe(2);
    expect(tree.nlink(tree.lookup('d') as Node)).toBe(1);
  });

  it('keep the content of a name that another name loses (crane #977)', () => {
    const tree = new Tree();
    tree.set('a', file('old'));
    tree.link('b', 'a');
    tree.set('a', file('new'));
    expect([text(tree.lookup('a')), text(tree.lookup('b'))]).toEqual(['new', 'old']);
    expect(tree.nlink(tree.lookup('b') as Node)).toBe(1);
  });

  it('can name a symbolic link itself', () => {
    const tree = new Tree();
    tree.set('l', symlink('nowhere'));
    tree.link('m', 'l');
    expect(tree.lookup('m')).toMatchObject({ type: 'symlink', target: 'nowhere' });
  });

  it('are refused to a directory and to nothing', () => {
    const tree = new Tree();
    tree.set('d/f', file(''));
    expect(codeOf(() => tree.link('e', 'd'))).toBe('EISDIR');
    expect(codeOf(() => tree.link('e', 'd/g'))).toBe('ENOENT');
    expect(codeOf(() => tree.link('e', 'd/f/g'))).toBe('ENOTDIR');
  });

  it('to itself change nothing', () => {
    const tree = new Tree();
    tree.set('a', file('1'));
    tree.link('a', 'a');
    expect(text(tree.lookup('a'))).toBe('1');
  });
});

describe('Tree.remove', () => {
  it('takes a subtree, a link instead of its target, and says whether there was anything', () => {
    const tree = new Tree();
    tree.set('d/x', file(''));
    tree.set('l', symlink('d'));
    expect([tree.remove('l'), tree.remove('l'), tree.remove('d/x/y'), tree.remove('nope/x')]).toEqual([true, false, false, false]);
    expect(paths(tree)).toEqual(['d', 'd/x']);
    expect(tree.remove('d')).toBe(true);
    expect(paths(tree)).toEqual([]);
  });

  it('refuses the root', () => {
    expect(codeOf(() => new Tree().remove('/'))).toBe('EINVAL');
  });
});

describe('Tree.makeDirectory', () => {
  it('makes what is missing and changes nothing that is there', () => {
    const tree = new Tree();
    tree.set('a', directory({ mode: 0o700 }));
    tree.makeDirectory('a/b/c');
    tree.makeDirectory('a');
    expect(tree.lookup('a')).toMatchObject({ mode: 0o700 });
    expect(tree.lookup('a/b/c')).toMatchObject({ implied: true });
  });

  it('refuses where something else is', () => {
    const tree = new Tree();
    tree.set('f', file(''));
    expect(codeOf(() => tree.makeDirectory('f'))).toBe('EEXIST');
    expect(codeOf(() => tree.makeDirectory('f/g'))).toBe('ENOTDIR');
  });
});

describe('Tree.rename', () => {
  const sample = (): Tree => {
    const tree = new Tree();
    tree.set('d/x', file('1'));
    tree.set('e/y', file('2'));
    tree.set('empty', directory());
    tree.set('f', file('3'));
    return tree;
  };

  it('moves files and directories with all below them, over what POSIX lets them replace', () => {
    const tree = sample();
    tree.rename('d', 'e/moved');
    tree.rename('f', 'e/y');
    tree.rename('e', 'empty');
    expect(paths(tree)).toEqual(['empty', 'empty/moved', 'empty/moved/x', 'empty/y']);
    expect(text(tree.lookup('empty/y'))).toBe('3');
  });

  it('moves to itself without loss', () => {
    const tree = sample();
    tree.rename('f', './f');
    expect(text(tree.lookup('f'))).toBe('3');
  });

  it.each([
    ['nope', 'x', 'ENOENT'],
    ['d', 'd/x/y', 'ENOTDIR'],
    ['d', 'd/inside', 'EINVAL'],
    ['', 'x', 'EINVAL'],
    ['d', 'f', 'ENOTDIR'],
    ['f', 'd', 'EISDIR'],
    ['f', '', 'EISDIR'],
    ['d', 'e', 'ENOTEMPTY'],
  ])('of "%s" to "%s" fails with %s', (from, to, code) => {
    const tree = sample();
    expect(codeOf(() => tree.rename(from, to))).toBe(code);
    expect(paths(tree)).toEqual(paths(sample()));
  });
});

describe('Tree.fork', () => {
  it('gives two trees that do not see what the other writes', () => {
    const parent = new Tree();
    parent.set('a/b/c', file('1'));
    const child = parent.fork();
    child.set('a/b/d', file('2'));
    parent.set('a/e', file('3'));
    child.remove('a/b/c');
    expect(paths(parent)).toEqual(['a', 'a/b', 'a/b/c', 'a/e']);
    expect(paths(child)).toEqual(['a', 'a/b', 'a/b/d']);
  });

  it('shares every directory that neither side wrote to', () => {
    const parent = new Tree();
    parent.set('a/x', file(''));
    parent.set('b/y', file(''));
    const child = parent.fork();
    child.set('a/z', file(''));
    expect(child.lookup('b')).toBe(parent.lookup('b'));
    expect(child.lookup('a')).not.toBe(parent.lookup('a'));
  });

  it('keeps apart forks of forks, and those of a tree that goes on being written to', () => {
    const trees = [new Tree()];
    for (let i = 0; i < 20; i++) {
      const last = trees.at(-1) as Tree;
      last.set(`d/${i}`, file(''));
      trees.push(last.fork());
      last.set(`after/${i}`, file(''));
    }
    trees.forEach((tree, i) => {
      expect(tree.list('d')).toHaveLength(Math.min(i + 1, 20));
      expect(tree.lookup('after')?.type).toBe(i < 20 ? 'directory' : undefined);
    });
  });

  it('is made 10,000 times of 50,000 nodes in well under a second', () => {
    const tree = new Tree();
    for (let i = 0; i < 50_000; i++) tree.set(`d${i % 100}/f${i}`, file(''));
    const start = performance.now();
    const forks = Array.from({ length: 10_000 }, () => tree.fork());
    expect(performance.now() - start).toBeLessThan(500);
    (forks[5000] as Tree).remove('d1');
    expect(tree.list()).toHaveLength(100);
    expect(forks[4999]?.list()).toHaveLength(100);
  });
});

describe('Tree.walk and list', () => {
  it('go in byte order of the names, parents first', () => {
    const tree = new Tree();
    for (const path of ['b', 'a/z', 'a.b', 'a-b', 'é', '\u{1F600}', '\uFFFD', 'Z']) tree.set(path, file(''));
    expect(paths(tree)).toEqual(['Z', 'a', 'a/z', 'a-b', 'a.b', 'b', 'é', '\uFFFD', '\u{1F600}']);
    expect(tree.list('/a/')).toMatchObject([{ name: 'z' }]);
  });

  it('start at a directory, through links, and go down through none', () => {
    const tree = new Tree();
    tree.set('d/e/f', file(''));
    tree.set('d/loop', symlink('.'));
    tree.set('l', symlink('d'));
    expect(paths(tree, '/l/')).toEqual(['l/e', 'l/e/f', 'l/loop']);
    expect(codeOf(() => tree.list('d/e/f'))).toBe('ENOTDIR');
    expect(codeOf(() => tree.walk('nope'))).toBe('ENOENT');
  });

  it('take a depth of 100,000 directories', () => {
    const tree = new Tree();
    tree.set(`${'d/'.repeat(100_000)}f`, file('deep'));
    let count = 0;
    for (const _ of tree.walk()) count++;
    expect(count).toBe(100_001);
    expect(tree.nlink(tree.root)).toBe(1);
  });
});
