import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/digest/index.ts';
import { createSource } from '../../src/stream/index.ts';
import {
  checkTree,
  device,
  directory,
  type FileNode,
  fifo,
  file,
  findCollisions,
  type HostRules,
  type Node,
  symlink,
  Tree,
  treeDigest,
  withMetadata,
} from '../../src/tree/index.ts';

const sample = (): Tree => {
  const tree = new Tree();
  tree.set(
    'd/file',
    file('content', {
      mtime: { seconds: 5, nanoseconds: 6 },
      xattrs: new Map([
        ['user.b', Uint8Array.of(1)],
        ['user.a', Uint8Array.of(2)],
      ]),
    }),
  );
  tree.link('d/same', 'd/file');
  tree.set('link', symlink('d'));
  tree.set('dev', device('character-device', 1, 3));
  tree.set('pipe', fifo());
  return tree;
};

describe('checkTree', () => {
  it('finds nothing wrong with a tree', async () => {
    expect(await checkTree(sample())).toEqual([]);
    expect(await checkTree(new Tree())).toEqual([]);
  });

  const broken = (name: string, node: Node): Tree => new Tree({ ...directory(), children: new Map([[name, node]]) });

  it.each(['', '.', '..', 'a/b', 'a\0', '\uD800'])('finds the illegal name %j', async (name) => {
    expect(await checkTree(broken(name, file('')))).toMatchObject([{ message: expect.stringMatching(/is no legal name$/) }]);
  });

  it('finds a directory that lies in itself, and ends', async () => {
    const children = new Map<string, Node>();
    const loop: Node = { ...directory(), children };
    children.set('inner', { ...directory(), children: new Map([['back', loop]]) });
    expect(await checkTree(new Tree({ ...directory(), children: new Map([['loop', loop]]) }))).toEqual([
      { path: 'loop/inner/back', message: 'the directory lies in itself' },
    ]);
  });

  it('accepts a directory that is shared without a cycle', async () => {
    const tree = sample();
    tree.set('copy', tree.lookup('d') as Node);
    expect(await checkTree(tree)).toEqual([]);
  });

  it.each([
    ['mode is out of range', file('', { mode: 0o100644 })],
    ['uid is out of range', file('', { uid: -1 })],
    ['gid is out of range', file('', { gid: 1.5 })],
    ['mtime is out of range', file('', { mtime: { seconds: 0, nanoseconds: 1e9 } })],
    ['implied is out of range', file('', { implied: true })],
    ['size is 3, that of the body 2', { ...file('ab'), size: 3 }],
    ['size is 5, but the body streams 2 bytes', file(createSource({ read: async (position) => new Uint8Array(position === 0 ? 2 : 0) }, 5))],
    [
      'the body reads other bytes at 0 than it streams',
      file(
        createSource(
          {
            read: async () => Uint8Array.of(9, 9),
            stream: async function* () {
              yield Uint8Array.of(1, 2);
            },
          },
          2,
        ),
      ),
    ],
  ])('finds that %s', async (message, node) => {
    expect(await checkTree(broken('x', node))).toEqual([{ path: 'x', message }]);
  });

  it('finds a tree whose ways to look at it differ', async () => {
    const tree = sample();
    const lying = new Proxy(tree, {
      get: (target, key) => {
        if (key === 'lookup') return (path: string) => (path === 'dev' ? undefined : target.lookup(path));
        if (key === 'nlink') return () => 1;
        if (key === 'list') return (path = '') => target.list(path).slice(path === '' ? 1 : 0);
        const value = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    expect((await checkTree(lying)).map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'dev: lookup finds another node than walk',
      ': walk meets 6 names, the lists have 5',
      'd/file: nlink is 1, but it has 2 names',
      'd/same: nlink is 1, but it has 2 names',
    ]);
  });
});

describe('treeDigest', () => {
  const changed = (change: (tree: Tree) => void): Promise<string> => {
    const tree = sample();
    change(tree);
    return treeDigest(tree);
  };

  it('is the same for the same tree made in another order and from other sources', async () => {
    const tree = new Tree();
    for (const path of ['pipe', 'link', 'dev']) tree.set(path, sample().lookup(path) as Node);
    const node = sample().lookup('d/file') as FileNode;
    tree.set('d/same', { ...node, xattrs: new Map([...node.xattrs].reverse()) });
    tree.set('d/file', {
      ...node,
      digest: digestOf(new TextEncoder().encode('content')),
      body: createSource({ read: async () => new Uint8Array(7) }, 7),
    });
    expect(await treeDigest(tree)).toBe(await treeDigest(sample()));
  });

  it('stays what it is from one version to the next', async () => {
    expect(await treeDigest(new Tree())).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(await treeDigest(sample())).toMatchInlineSnapshot(`"sha256:ca3b91351a835fc8c8b680a45a0f203cae023fc551c7fbf035c9b8b72c65ea89"`);
  });

  it.each<[string, (tree: Tree) => void]>([
    ['a name', (tree) => tree.rename('d/file', 'd/other')],
    ['a content', (tree) => tree.set('d/file', { ...(tree.lookup('d/file') as FileNode), body: file('CONTENT').body })],
    ['a mode', (tree) => tree.set('d', withMetadata(tree.lookup('d') as Node, { mode: 0o700 }))],
    ['an owner', (tree) => tree.set('d/file', withMetadata(tree.lookup('d/file') as Node, { uid: 1 }))],
    ['a time', (tree) => tree.set('d/file', withMetadata(tree.lookup('d/file') as Node, { mtime: { seconds: 5, nanoseconds: 7 } }))],
    ['an xattr', (tree) => tree.set('d/file', withMetadata(tree.lookup('d/file') as Node, { xattrs: new Map() }))],
    ['a target', (tree) => tree.set('link', symlink('e'))],
    ['a device number', (tree) => tree.set('dev', device('character-device', 1, 4))],
    ['a kind', (tree) => tree.set('pipe', file(''))],
    ['a missing node', (tree) => void tree.remove('pipe')],
    ['an empty directory', (tree) => tree.makeDirectory('e')],
  ])('changes with %s', async (_, change) => {
    expect(await changed(change)).not.toBe(await treeDigest(sample()));
  });

  it('leaves times out where asked to', async () => {
    const tree = sample();
    tree.set('d/file', withMetadata(tree.lookup('d/file') as Node, { mtime: { seconds: 99, nanoseconds: 0 } }));
    expect(await treeDigest(tree, { times: false })).toBe(await treeDigest(sample(), { times: false }));
  });

  it('takes a depth of 20,000 directories', async () => {
    const tree = new Tree();
    tree.set(`${'d/'.repeat(20_000)}f`, file('deep'));
    expect(await treeDigest(tree)).toMatch(/^sha256:/);
  });
});

describe('findCollisions', () => {
  const found = (names: readonly string[], rules: HostRules): (readonly string[])[] => {
    const tree = new Tree();
    for (const name of names) tree.set(name, file(''));
    return findCollisions(tree, rules).map(({ paths }) => paths);
  };

  it('finds names that differ in case only, below the root too', () => {
    expect(found(['README', 'readme', 'd/A', 'd/a', 'd/b'], { case: true })).toEqual([
      ['README', 'readme'],
      ['d/A', 'd/a'],
    ]);
    expect(found(['README', 'readme'], { nfc: true, windows: true })).toEqual([]);
  });

  it('folds case fully, so that ß and ss meet (CVE-2026-23950)', () => {
    expect(found(['straße', 'STRASSE'], { case: true })).toEqual([['STRASSE', 'straße']]);
  });

  it('finds names of one normal form', () => {
    expect(found(['e\u0301', '\u00e9'], { nfc: true })).toHaveLength(1);
    expect(found(['e\u0301', '\u00e9'], { case: true })).toEqual([]);
  });

  it('finds names that Windows takes for others or cannot hold', () => {
    expect(found(['a', 'a.', 'a ', 'b'], { windows: true })).toEqual([['a', 'a ', 'a.']]);
    for (const name of ['NUL', 'con.txt', 'Lpt1', 'COM¹', 'a:b', 'a\\b', 'a?', 'x.', 'y ', '\u0001'])
      expect(found([name], { windows: true })).toEqual([[name]]);
    for (const name of ['console', 'nul1', 'com', 'lpt10', '.a', 'a b', 'é']) expect(found([name], { windows: true })).toEqual([]);
  });
});
