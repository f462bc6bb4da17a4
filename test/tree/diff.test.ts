import { describe, expect, it } from 'vitest';
import { createSource } from '../../src/stream/index.ts';
import {
  applyChangeset,
  type Change,
  diffTrees,
  digestContents,
  directory,
  type FileNode,
  fifo,
  file,
  knownSame,
  type Node,
  symlink,
  Tree,
  withMetadata,
} from '../../src/tree/index.ts';

function base(): Tree {
  const tree = new Tree();
  for (const path of ['d/a', 'd/b', 'e/f/g', 'h']) tree.set(path, file(path));
  tree.link('i', 'h');
  return tree;
}

const shown = ({ kind, path, ...rest }: Change): string => `${kind} ${path}${'target' in rest ? ` -> ${rest.target}` : ''}`;
const diff = (lower: Tree, upper: Tree): string[] => [...diffTrees(lower, upper).changes].map(shown);
const changesAfter = (change: (tree: Tree) => void): string[] => {
  const lower = base();
  const upper = lower.fork();
  change(upper);
  return diff(lower, upper);
};

describe('a diff', () => {
  it('of a tree and its fork is empty', () => {
    expect(changesAfter(() => {})).toEqual([]);
  });

  it('has one whiteout for a removed subtree, before what else is new in its directory', () => {
    expect(
      changesAfter((tree) => {
        tree.remove('e');
        tree.set('a', file('new'));
      }),
    ).toEqual(['whiteout e', 'node a']);
  });

  it('has a directory before its children, and none that only passes through', () => {
    expect(changesAfter((tree) => tree.set('e/f/new/x', file('')))).toEqual(['node e/f/new', 'node e/f/new/x']);
  });

  it('has a change of kind as the new node alone, and the children of a new directory', () => {
    expect(changesAfter((tree) => tree.set('d', symlink('e')))).toEqual(['node d']);
    expect(
      changesAfter((tree) => {
        tree.remove('d/a');
        tree.set('d/a/deep', file(''));
      }),
    ).toEqual(['node d/a', 'node d/a/deep']);
  });

  it('has the metadata of a directory without its children', () => {
    const changes = (() => {
      const lower = base();
      const upper = lower.fork();
      upper.set('d', withMetadata(upper.lookup('d') as Node, { mode: 0o700 }));
      return [...diffTrees(lower, upper).changes];
    })();
    expect(changes).toMatchObject([{ kind: 'node', path: 'd', node: { type: 'directory', mode: 0o700, children: new Map() } }]);
  });

  it('passes over times of access, origins and whether a directory was implied', () => {
    const patch = { atime: { seconds: 9, nanoseconds: 9 }, ctime: { seconds: 9, nanoseconds: 9 }, origin: 'elsewhere' };
    expect(
      changesAfter((tree) => {
        for (const path of ['d', 'd/a']) tree.set(path, withMetadata(tree.lookup(path) as Node, patch));
      }),
    ).toEqual([]);
  });

  it.each([
    { mode: 0o400 },
    { uid: 1 },
    { gid: 1 },
    { uname: 'u' },
    { gname: 'g' },
    { mtime: { seconds: 0, nanoseconds: 1 } },
    { xattrs: new Map([['user.a', Uint8Array.of(1)]]) },
  ])('sees a change of %o', (patch) => {
    expect(changesAfter((tree) => tree.set('d/a', withMetadata(tree.lookup('d/a') as Node, patch)))).toEqual(['node d/a']);
  });

  it('has all names of a hard-linked file when one comes anew, for a layer cannot count on links to lower ones', () => {
    expect(changesAfter((tree) => tree.link('d/new', 'h'))).toEqual(['node d/new', 'link h -> d/new', 'link i -> d/new']);
  });

  it('has no name of a hard-linked file that merely loses another', () => {
    expect(changesAfter((tree) => tree.remove('h'))).toEqual(['whiteout h']);
  });

  it('sees files that were one and are two, and the other way round', () => {
    expect(changesAfter((tree) => tree.set('i', withMetadata(tree.lookup('i') as FileNode, {})))).toEqual(['node h', 'node i']);
    expect(changesAfter((tree) => tree.link('d/a', 'd/b'))).toEqual(['node d/a', 'link d/b -> d/a']);
  });

  it('of a directory with 200,000 names needs no deep stack', () => {
    const tree = new Tree();
    const children = new Map(Array.from({ length: 200_000 }, (_, i) => [`f${i}`, fifo()]));
    tree.set('wide', { ...directory(), children });
    expect(diff(new Tree(), tree)).toHaveLength(200_001);
  });
});

describe('a file that moved, with an equal one in its old place', () => {
  it('is no hard link of it afterwards', () => {
    const lower = base();
    const upper = lower.fork();
    upper.rename('d/a', 'moved');
    upper.set('d/a', withMetadata(lower.lookup('d/a') as Node, {}));
    expect(diff(lower, upper)).toEqual(['node moved']);
    const tree = applyChangeset(lower, diffTrees(lower, upper));
    expect(tree.nlink(tree.lookup('moved') as Node)).toBe(1);
  });
});

describe('contents', () => {
  const counted = (bytes: Uint8Array, reads: number[]): FileNode =>
    file(
      createSource(
        {
          read: async (position, length) => {
            reads.push(length);
            return bytes.subarray(position, position + length);
          },
        },
        bytes.length,
      ),
    );

  it('that are copies differ until they were read', async () => {
    const [lower, upper] = [new Tree(), new Tree()];
    lower.set('x', file('same'));
    upper.set('x', file('same'));
    expect(diff(lower, upper)).toEqual(['node x']);
    expect([...diffTrees(lower, upper, { sameContent: await digestContents(lower, upper) }).changes]).toEqual([]);
  });

  it('are read only where two files of one size are at one path, and once', async () => {
    const reads: number[] = [];
    const [one, two] = [new Tree(), new Tree()];
    const shared = counted(Uint8Array.of(1, 2, 3), reads);
    one.set('shared', shared);
    two.set('shared', shared);
    one.set('size', counted(new Uint8Array(4), reads));
    two.set('size', counted(new Uint8Array(5), reads));
    one.set('only', counted(new Uint8Array(6), reads));
    one.set('pair', counted(Uint8Array.of(1), reads));
    two.set('pair', counted(Uint8Array.of(2), reads));
    const sameContent = await digestContents(one, two, two.fork());
    expect(reads).toEqual([1, 1]);
    expect([...diffTrees(one, two, { sameContent }).changes].map(shown)).toEqual(['whiteout only', 'node pair', 'node size']);
  });

  it('are known by the digests that files carry, without a look at the bodies', () => {
    const unreadable = (digest: string): FileNode => ({
      ...file('x'),
      digest,
      get body(): never {
        throw new Error('read');
      },
    });
    const digest = (letter: string, algorithm = 'sha256', length = 64): string => `${algorithm}:${letter.repeat(length)}`;
    expect(knownSame(unreadable(digest('a')), unreadable(digest('a')))).toBe(true);
    expect(knownSame(unreadable(digest('a')), unreadable(digest('b')))).toBe(false);
    expect(() => knownSame(unreadable(digest('a')), unreadable(digest('a', 'sha512', 128)))).toThrow('read');
  });
});
