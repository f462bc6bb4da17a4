import { describe, expect, it } from 'vitest';
import { applyDockerignore } from '../../src/node/index.ts';
import { directory, file, Tree } from '../../src/tree/index.ts';

function left(paths: readonly string[], text: string): string[] {
  const tree = new Tree();
  for (const path of paths) tree.set(path, path.endsWith('/') ? directory() : file(path));
  return [...applyDockerignore(tree, text).walk()].map(({ path }) => path);
}

// https://docs.docker.com/build/concepts/context/#dockerignore-files
describe('what a .dockerignore leaves', () => {
  it.each<[string, string[], string, string[]]>([
    ['all but what is named, comments and blanks aside', ['a', 'b'], '# none\n\na\n', ['b']],
    ['nothing of a directory that is named', ['d/x', 'd/e/y', 'z'], 'd', ['z']],
    ['what is brought back, with the directories to it', ['d/x', 'd/e/y', 'd/e/w'], 'd\n!d/e/y', ['d', 'd/e', 'd/e/y']],
    ['by the last line that matches', ['a.md', 'b.md'], '*.md\n!a.md\na.md', []],
    ['one level for one asterisk', ['x.tmp', 'd/x.tmp', 'd/e/x.tmp'], '*/x.tmp', ['d', 'd/e', 'd/e/x.tmp', 'x.tmp']],
    ['any level for two', ['x.tmp', 'd/x.tmp', 'd/e/x.tmp'], '**/*.tmp', ['d', 'd/e']],
    ['what only a part of a name matches', ['node_modules/a', 'node_modules2/a'], 'node_modules', ['node_modules2', 'node_modules2/a']],
    ['an empty directory that no line names', ['e/', 'f/'], 'f', ['e']],
  ])('%s', (_, paths, text, expected) => expect(left(paths, text)).toEqual(expected));

  it('stays as it is, and so does the tree that was given', () => {
    const tree = new Tree();
    tree.set('a', file('1'));
    applyDockerignore(tree, 'a');
    expect(tree.lookup('a')).toBeDefined();
  });
});
