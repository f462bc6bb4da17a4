import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesSource, collect } from '../../src/stream/index.ts';
import { scanTar, writeTar } from '../../src/tar/index.ts';
import {
  applyChangeset,
  diffTrees,
  digestContents,
  directory,
  file,
  mergeTrees,
  metadataOf,
  type Node,
  symlink,
  Tree,
  tarEntries,
  treeFromTar,
} from '../../src/tree/index.ts';
import { anyTree, codeOf, edited, edits, rowsOf } from './arbitrary.ts';

const RUNS = { numRuns: 300 };

describe('for all trees', () => {
  it('apply(a, diff(a, b)) = b, where b came from a and where it did not', () => {
    fc.assert(
      fc.property(anyTree, edits, anyTree, (a, list, other) => {
        const b = edited(a.fork(), list);
        const before = rowsOf(a);
        expect(rowsOf(applyChangeset(a, diffTrees(a, b)))).toEqual(rowsOf(b));
        expect(rowsOf(applyChangeset(a, diffTrees(a, other)))).toEqual(rowsOf(other));
        expect(rowsOf(a)).toEqual(before);
      }),
      RUNS,
    );
  });

  it('apply(a, diff(a, b)) = b by content, and the diff of equal trees is empty', async () => {
    await fc.assert(
      fc.asyncProperty(anyTree, anyTree, async (a, b) => {
        const options = { sameContent: await digestContents(a, b) };
        expect(rowsOf(applyChangeset(a, diffTrees(a, b, options)))).toEqual(rowsOf(b));
        expect([...diffTrees(b, b.fork()).changes]).toEqual([]);
        const copy = applyChangeset(new Tree(), diffTrees(new Tree(), b));
        expect([...diffTrees(copy, b, { sameContent: await digestContents(copy, b) }).changes]).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('a diff applied one change after the other gives the same as all at once', () => {
    fc.assert(
      fc.property(anyTree, edits, (a, list) => {
        const b = edited(a.fork(), list);
        const changes = [...diffTrees(a, b).changes].filter(({ kind }) => kind !== 'link');
        const whole = applyChangeset(a, { changes });
        const steps = changes.reduce((tree, change) => applyChangeset(tree, { changes: [change] }), a);
        expect(rowsOf(steps)).toEqual(rowsOf(whole));
      }),
      RUNS,
    );
  });

  it('a fork and its parent never see what the other writes', () => {
    fc.assert(
      fc.property(anyTree, edits, edits, (parent, ours, theirs) => {
        const before = rowsOf(parent);
        const fork = parent.fork();
        edited(fork, ours);
        expect(rowsOf(parent)).toEqual(before);
        const after = rowsOf(fork);
        edited(parent, theirs);
        expect(rowsOf(fork)).toEqual(after);
      }),
      RUNS,
    );
  });

  it('what a tree remembers of the paths it wrote to changes nothing', () => {
    const plain = fc.constantFrom('a', 'b', 'a/b', 'b/a', 'a/a', '../a', '/b/a', 'a/../b');
    const step = fc.oneof(
      fc
        .tuple(fc.array(fc.constantFrom('a', 'b', '..', '.'), { minLength: 1, maxLength: 4 }), plain)
        .map(([names, target]): [string, Node] => [names.join('/'), symlink(target)]),
      fc
        .array(fc.constantFrom('a', 'b', '..', '.'), { minLength: 1, maxLength: 4 })
        .map((names): [string, Node | undefined] => [names.join('/'), undefined]),
      fc
        .array(fc.constantFrom('a', 'b', 'c', '..', '.', ''), { minLength: 1, maxLength: 5 })
        .map((names): [string, Node] => [names.join('/'), file('')]),
      fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 5 }).map((names): [string, Node] => [names.join('/'), directory()]),
    );
    const apply = (tree: Tree, [path, node]: [string, Node | undefined]): string =>
      codeOf(() => (node ? tree.set(path, node, { files: 'replace' }) : tree.remove(path)));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        const remembering = new Tree();
        let forgetting = new Tree();
        for (const next of steps) {
          forgetting = forgetting.fork();
          expect(apply(remembering, next)).toBe(apply(forgetting, next));
        }
        expect(rowsOf(remembering)).toEqual(rowsOf(forgetting));
      }),
      { numRuns: 1000 },
    );
  });

  it('merge(b, x, b) = x, merge(b, b, x) = x and merge(b, x, x) = x, without conflicts', () => {
    fc.assert(
      fc.property(anyTree, edits, (base, list) => {
        const x = edited(base.fork(), list);
        for (const [ours, theirs] of [
          [x, base],
          [base, x],
          [x, x.fork()],
        ] as const) {
          const { tree, conflicts } = mergeTrees(base, ours, theirs);
          expect(rowsOf(tree)).toEqual(rowsOf(x));
          expect(conflicts).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  it('a merge finds the same conflicts whichever side is ours, and keeps ours at them', () => {
    fc.assert(
      fc.property(anyTree, edits, edits, (base, left, right) => {
        const [ours, theirs] = [edited(base.fork(), left), edited(base.fork(), right)];
        const there = mergeTrees(base, ours, theirs);
        const back = mergeTrees(base, theirs, ours);
        const keys = (merged: typeof there): string[] => merged.conflicts.map(({ path, kind, field }) => `${path} ${kind} ${field}`).sort();
        expect(keys(there)).toEqual(keys(back));
        for (const { path, kind, ours: node } of there.conflicts) {
          if (kind === 'delete/modify' || kind === 'type/type') expect(there.tree.lookup(path)?.type).toBe(node?.type);
        }
      }),
      RUNS,
    );
  });

  it('tree → tar → tree is the identity, and the order of insertion does not change the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(anyTree, async (tree) => {
        const bytes = await collect(writeTar(tarEntries(tree)));
        const again = treeFromTar(await scanTar(bytesSource(bytes)));
        expect(rowsOf(again)).toEqual(rowsOf(tree));
        const rebuilt = new Tree();
        const nodes = [{ path: '', node: again.root as Node }, ...again.walk()].reverse();
        for (const { path, node } of nodes) rebuilt.set(path, node.type === 'directory' ? directory(metadataOf(node)) : node);
        expect(await collect(writeTar(tarEntries(rebuilt)))).toEqual(bytes);
      }),
      { numRuns: 150 },
    );
  });

  it('the walk, the lists and the lookups agree', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        const walked = [...tree.walk()];
        for (const { path, node } of walked) expect(tree.lookup(path)).toBe(node);
        const listed = ['', ...walked.filter(({ node }) => node.type === 'directory').map(({ path }) => path)].flatMap((path) => tree.list(path));
        expect(listed).toHaveLength(walked.length);
      }),
      RUNS,
    );
  });
});
