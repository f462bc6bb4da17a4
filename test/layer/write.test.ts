import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestStream } from '../../src/digest/index.ts';
import { type LayerWriteOptions, layerChangeset, layerEntries, writeLayer } from '../../src/layer/index.ts';
import { bytesSource, collect } from '../../src/stream/index.ts';
import { scanTar, type TarIndex } from '../../src/tar/index.ts';
import {
  applyChangeset,
  type Change,
  type Changeset,
  diffTrees,
  directory,
  file,
  metadataOf,
  type Node,
  type Semantics,
  symlink,
  Tree,
  withMetadata,
} from '../../src/tree/index.ts';
import { anyTree, codeOf, edited, edits, rowsOf } from '../tree/arbitrary.ts';

async function layerOf(changes: Changeset, options?: LayerWriteOptions): Promise<TarIndex> {
  return scanTar(bytesSource(await collect(writeLayer(changes, options))));
}

const namesOf = (changes: readonly Change[], options?: LayerWriteOptions): string[] =>
  [...layerEntries({ changes }, options)].map(({ name }) => name);

function treeOf(nodes: Readonly<Record<string, Node>>): Tree {
  const tree = new Tree();
  for (const [path, node] of Object.entries(nodes)) tree.set(path, node);
  return tree;
}

/** Overlay engines keep their root as it is, so it is not part of what a layer can say to them. */
function withRootOf(tree: Tree, other: Tree): Tree {
  const copy = tree.fork();
  copy.set('', withMetadata(directory(metadataOf(other.root)), {}));
  return copy;
}

const RUNS = { numRuns: 150 };

describe('for all trees', () => {
  it.each<Semantics>(['overlay', 'sequential'])('the layer between two of them makes one of the other (%s)', async (semantics) => {
    await fc.assert(
      fc.asyncProperty(anyTree, edits, anyTree, async (lower, list, other) => {
        for (const made of [edited(lower.fork(), list), other]) {
          const upper = withRootOf(made, lower);
          const index = await layerOf(diffTrees(lower, upper), { lower });
          expect(rowsOf(applyChangeset(lower, layerChangeset(index, undefined, semantics), semantics))).toEqual(rowsOf(upper));
        }
      }),
      RUNS,
    );
  });

  it('a layer says each path once, its parents before it, whiteouts before siblings, links after what they lead to', async () => {
    await fc.assert(
      fc.asyncProperty(anyTree, edits, async (lower, list) => {
        const index = await layerOf(diffTrees(lower, edited(lower.fork(), list)), { lower });
        const seen = new Set(['']);
        for (const header of index) {
          const path = header.name.replace(/^\.\/|\/$/g, '');
          const parent = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
          expect(seen.has(path) && path !== '').toBe(false);
          expect(seen.has(parent)).toBe(true);
          if (header.type === 'hardlink') expect(seen.has(header.linkname)).toBe(true);
          if (/(^|\/)\.wh\./.test(path))
            expect([...seen].filter((other) => other !== parent && isIn(parent, other)).filter((other) => !/\.wh\./.test(other))).toEqual([]);
          expect([header.atime, header.ctime, header.sparse]).toEqual([undefined, undefined, undefined]);
          seen.add(path);
        }
      }),
      RUNS,
    );
  });

  it('the order of changes does not change the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(anyTree, edits, fc.nat(), async (lower, list, seed) => {
        const changes = [...diffTrees(lower, edited(lower.fork(), list)).changes];
        const other = shuffled(changes, seed);
        const digest = (all: readonly Change[]): Promise<string> => digestStream(writeLayer({ changes: all }, { lower }));
        expect(await digest(other)).toBe(await digest(changes));
      }),
      RUNS,
    );
  });
});

const isIn = (directory: string, path: string): boolean => directory === '' || path.startsWith(`${directory}/`);

/** Whiteouts anywhere; the rest keeps its order, for a link to what replaces a link means another thing. */
function shuffled(changes: readonly Change[], seed: number): Change[] {
  const isMark = ({ kind }: Change): boolean => kind === 'whiteout' || kind === 'opaque';
  const rest = changes.filter((change) => !isMark(change));
  changes.filter(isMark).forEach((mark, i) => void rest.splice((seed + i * 7) % (rest.length + 1), 0, mark));
  return rest;
}

describe('writeLayer', () => {
  const lower = treeOf({
    dir: directory({ mode: 0o750, uid: 3 }),
    'dir/a': file('a'),
    'dir/b': file('b'),
    'dir/sub/c': file('c'),
    lnk: symlink('dir'),
    one: file('one'),
  });

  it('gives a directory on the way the metadata of the one below, and 0755 where none is', () => {
    const entries = [...layerEntries({ changes: [{ kind: 'node', path: 'dir/x/new', node: file('n') }] }, { lower })];
    expect(entries.map(({ name, mode, uid }) => [name, mode, uid])).toEqual([
      ['dir', 0o750, 3],
      ['dir/x', 0o755, 0],
      ['dir/x/new', 0o644, 0],
    ]);
  });

  it('replaces a link below in the way of an entry by a directory that says so, for all engines', () => {
    expect(namesOf([{ kind: 'node', path: 'lnk/new', node: file('n') }], { lower })).toEqual(['lnk', 'lnk/new']);
  });

  it('makes a directory opaque that is removed and made again', () => {
    const again: Change[] = [
      { kind: 'node', path: 'dir/n', node: file('n') },
      { kind: 'whiteout', path: 'dir' },
      { kind: 'node', path: 'dir', node: directory() },
    ];
    expect(namesOf(again, { lower })).toEqual(['dir', 'dir/.wh..wh..opq', 'dir/n']);
    expect(namesOf([...again, { kind: 'whiteout', path: 'dir/a' }], { lower })).toEqual(['dir', 'dir/.wh..wh..opq', 'dir/n']);
  });

  it('does not remove what is replaced, what is not there, or what goes with its directory', () => {
    expect(
      namesOf(
        [
          { kind: 'whiteout', path: 'one' },
          { kind: 'node', path: 'one', node: file('1') },
          { kind: 'whiteout', path: 'never' },
          { kind: 'whiteout', path: 'none/such' },
          { kind: 'opaque', path: 'lnk' },
          { kind: 'whiteout', path: 'dir/sub' },
          { kind: 'whiteout', path: 'dir/sub/c' },
        ],
        { lower },
      ),
    ).toEqual(['dir', 'dir/.wh.sub', 'one']);
  });

  it('removes nothing below what takes the place of a directory', () => {
    const changes: Change[] = [
      { kind: 'node', path: 'dir', node: file('d') },
      { kind: 'whiteout', path: 'dir/a' },
      { kind: 'opaque', path: 'dir' },
    ];
    expect(namesOf(changes, { lower })).toEqual(['dir']);
  });

  it('a whiteout of a directory counts more than its being opaque', () => {
    const changes: Change[] = [
      { kind: 'opaque', path: 'dir' },
      { kind: 'whiteout', path: 'dir' },
    ];
    expect(namesOf(changes, { lower })).toEqual(['.wh.dir']);
  });

  it('writes every whiteout where it is not told what lies below', () => {
    expect(
      namesOf([
        { kind: 'whiteout', path: 'x/y' },
        { kind: 'opaque', path: 'z' },
      ]),
    ).toEqual(['x', 'x/.wh.y', 'z', 'z/.wh..wh..opq']);
  });

  it('carries the body with the first name of a file, and copies a file below that is linked to (image-spec issue 1204)', async () => {
    const node = file('shared');
    const index = await layerOf(
      {
        changes: [
          { kind: 'node', path: 'z', node },
          { kind: 'link', path: 'b', target: 'z' },
          { kind: 'link', path: 'copy', target: 'one' },
        ],
      },
      { lower },
    );
    expect([...index].map(({ name, type, linkname, size }) => [name, type, linkname, size])).toEqual([
      ['b', 'file', '', 6],
      ['copy', 'file', '', 3],
      ['z', 'hardlink', 'b', 0],
    ]);
  });

  it('clamps times, and keeps those that are earlier', async () => {
    const at = (seconds: number, nanoseconds = 0): Node => file('', { mtime: { seconds, nanoseconds }, atime: { seconds: 1, nanoseconds: 0 } });
    const changes = Object.entries({ a: at(99, 5), b: at(100), c: at(100, 1), d: at(101) }).map(
      ([path, node]): Change => ({ kind: 'node', path, node }),
    );
    const index = await layerOf({ changes }, { clampMtime: { seconds: 100, nanoseconds: 0 } });
    expect([...index].map(({ mtime }) => [mtime.seconds, mtime.nanoseconds])).toEqual([
      [99, 5],
      [100, 0],
      [100, 0],
      [100, 0],
    ]);
    expect([...index].map(({ atime }) => atime)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('keeps names that are no UTF-8, long ones and extended attributes', async () => {
    const long = `${'d'.repeat(120)}/${'f'.repeat(200)}`;
    const xattrs = new Map([['security.capability', Uint8Array.of(1, 0, 0xff, 10)]]);
    const upper = treeOf({ 'b\uDCFFd': file('x', { xattrs }), [long]: file('y') });
    const index = await layerOf(diffTrees(new Tree(), upper));
    expect(rowsOf(applyChangeset(new Tree(), layerChangeset(index)))).toEqual(rowsOf(upper));
  });

  it('refuses names that a layer would take for whiteouts', () => {
    expect(codeOf(() => namesOf([{ kind: 'node', path: 'dir/.wh.x', node: file('') }]))).toBe('EINVAL');
    expect(codeOf(() => namesOf([{ kind: 'whiteout', path: 'dir/.wh.x' }]))).toBe('EINVAL');
    expect(codeOf(() => namesOf([{ kind: 'node', path: '.wh..wh.plnk/1', node: file('') }]))).toBe('EINVAL');
  });

  it('refuses a hard link to nothing', () => {
    expect(codeOf(() => namesOf([{ kind: 'link', path: 'x', target: 'nowhere' }], { lower }))).toBe('ENOENT');
  });

  it('writes an entry for the root only if it was said', () => {
    expect(namesOf([{ kind: 'node', path: '', node: directory({ mode: 0o700 }) }])).toEqual(['./']);
    expect(namesOf([{ kind: 'node', path: 'a', node: file('') }])).toEqual(['a']);
  });
});
