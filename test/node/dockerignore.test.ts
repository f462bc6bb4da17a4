import { describe, expect, it } from 'vitest';
import { applyDockerignore } from '../../src/node/index.ts';
import { directory, file, Tree } from '../../src/tree/index.ts';
import { failureOf } from '../support/open.ts';
import { LEAVES, STATED } from './dockerignore.ts';

function treeOf(paths: readonly string[]): Tree {
  const tree = new Tree();
  for (const path of paths) tree.set(path, path.endsWith('/') ? directory() : file(path));
  return tree;
}

function left(paths: readonly string[], text: string): string[] {
  return [...applyDockerignore(treeOf(paths), text).walk()].map(({ path }) => path);
}

describe('what a .dockerignore leaves', () => {
  it.each([...LEAVES, ...STATED])('%s', (_, text, paths, expected) => expect(left(paths, text)).toEqual(expected));

  it('stays as it is, and so does the tree that was given', () => {
    const tree = treeOf(['a']);
    applyDockerignore(tree, 'a');
    expect(tree.lookup('a')).toBeDefined();
  });
});

describe('a line that is no pattern', () => {
  it.each(['[', 'a[', '[]', '[]a]', '[^]', '[-a]', '[a-]', '[a-', 'a/[b', '[b-a]', 'a\\', '!a[', '!', '! ', '!/'])('%s is refused', async (line) => {
    const failure = await failureOf(async () => left(['a'], `# ours\n\n${line}\r\n`));
    expect(failure).toMatchObject({ code: 'EINVAL', path: line.trim(), message: expect.stringContaining('line 3 of the .dockerignore') });
  });
});
