import { describe, expect, it } from 'vitest';
import { compareBytes, decodeText, encodeText } from '../../src/bytes/index.ts';
import { directory, file, MAX_LINKS, symlink, Tree } from '../../src/tree/index.ts';
import { codeOf, textOf } from './arbitrary.ts';

const chain = (links: number): Tree => {
  const tree = new Tree();
  tree.set('l0', file('end'));
  for (let i = 1; i <= links; i++) tree.set(`l${i}`, symlink(`l${i - 1}`));
  return tree;
};

describe('resolving a path', () => {
  it('follows relative and absolute links inside the root', () => {
    const tree = new Tree();
    tree.set('usr/lib/x', file('x'));
    tree.set('lib', symlink('usr/lib'));
    tree.set('usr/abs', symlink('/lib/./x'));
    tree.set('usr/up', symlink('../../../../lib//'));
    expect(textOf(tree.resolve('usr/abs'))).toBe('x');
    expect(tree.realpath('/usr/up/x')).toBe('usr/lib/x');
    expect(tree.realpath('usr/up')).toBe('usr/lib');
  });

  it('takes ".." for the parent of what a link leads to, not of the link', () => {
    const tree = new Tree();
    tree.set('a/x', file('beside the link'));
    tree.set('far/away/dir', directory());
    tree.set('far/away/x', file('beside the target'));
    tree.set('a/link', symlink('/far/away/dir'));
    expect(textOf(tree.lookup('a/link/../x'))).toBe('beside the target');
    expect(tree.realpath('a/link/..')).toBe('far/away');
  });

  it('stays at the root by ".."', () => {
    const tree = new Tree();
    tree.set('etc/passwd', file('ours'));
    tree.set('out', symlink('../../../../etc/passwd'));
    expect(textOf(tree.resolve('out'))).toBe('ours');
    expect(tree.lookup('../..')).toBe(tree.root);
  });

  it('gives a link itself to lookup and its end to resolve', () => {
    const tree = chain(2);
    expect(tree.lookup('l2')?.type).toBe('symlink');
    expect(tree.resolve('l2').type).toBe('file');
  });

  it(`goes through ${MAX_LINKS} links and refuses one more`, () => {
    const tree = chain(MAX_LINKS + 1);
    expect(textOf(tree.resolve(`l${MAX_LINKS}`))).toBe('end');
    expect(codeOf(() => tree.resolve(`l${MAX_LINKS + 1}`))).toBe('ELOOP');
  });

  it('counts links in all components of a path together', () => {
    const tree = new Tree();
    tree.set('d/f', file(''));
    tree.set('d/s', symlink('.'));
    expect(tree.resolve(`${'d/s/../'.repeat(MAX_LINKS)}d/f`).type).toBe('file');
    expect(codeOf(() => tree.resolve(`d/${'s/'.repeat(MAX_LINKS + 1)}f`))).toBe('ELOOP');
    expect(codeOf(() => tree.lookup(`d/${'s/'.repeat(MAX_LINKS + 1)}f`))).toBe('ELOOP');
  });

  it('ends links that lead to themselves', () => {
    const tree = new Tree();
    tree.set('a', symlink('b'));
    tree.set('b', symlink('a'));
    expect(codeOf(() => tree.resolve('a'))).toBe('ELOOP');
    expect(codeOf(() => tree.set('a/x', file('')))).toBe('ELOOP');
    expect(tree.lookup('a')?.type).toBe('symlink');
  });

  it('says what is missing and what is no directory', () => {
    const tree = new Tree();
    tree.set('f', file(''));
    tree.set('gone', symlink('nowhere'));
    tree.set('empty', symlink(''));
    expect([tree.lookup('nope'), tree.lookup('nope/x'), tree.lookup('f/x'), tree.lookup('gone/x'), tree.lookup('f/..')]).toEqual(
      Array(5).fill(undefined),
    );
    expect(codeOf(() => tree.resolve('nope'))).toBe('ENOENT');
    expect(codeOf(() => tree.resolve('gone'))).toBe('ENOENT');
    expect(codeOf(() => tree.resolve('empty'))).toBe('ENOENT');
    expect(() => tree.resolve('f/x/y')).toThrow('Cannot resolve "f/x/y": "/f" is a file');
    expect(codeOf(() => tree.resolve('f/x'))).toBe('ENOTDIR');
  });

  it('leaves nothing that is not there by "..", so that what comes there later changes no path', () => {
    const tree = new Tree();
    tree.set('l', symlink('m/../d'));
    expect(codeOf(() => tree.set('n/../x', file('')))).toBe('ENOENT');
    expect(codeOf(() => tree.set('l/x', file('')))).toBe('ENOENT');
    tree.set('far/away', directory());
    tree.set('m', symlink('far/away'));
    tree.set('l/x', file(''));
    expect(tree.realpath('l/x')).toBe('far/d/x');
  });

  it('takes a link target of half a million components', () => {
    const tree = new Tree();
    tree.set('f', file('x'));
    tree.set('l', symlink(`${'./'.repeat(250_000)}${'../'.repeat(250_000)}f`));
    expect(textOf(tree.resolve('l'))).toBe('x');
  });

  it('knows all 65,536 names of two bytes apart, as memfs does not', () => {
    const tree = new Tree();
    const pairs = Array.from({ length: 65_536 }, (_, i) => Uint8Array.of(Math.floor(i / 256), i % 256));
    const names = pairs
      .filter((pair) => !pair.includes(0) && !pair.includes(0x2f))
      .map((pair) => decodeText(pair))
      .filter((name) => name !== '..');
    for (const [i, name] of names.entries()) tree.set(`d/${name}`, file('', { uid: i }));
    const listed = tree.list('d').map(({ name }) => encodeText(name));
    expect(listed).toHaveLength(names.length);
    expect(listed.every((bytes, i) => i === 0 || compareBytes(listed[i - 1] as Uint8Array, bytes) < 0)).toBe(true);
    const wrong = names.filter((name, i) => tree.lookup(`d/${name}`)?.uid !== i);
    expect(wrong).toEqual([]);
  });
});
