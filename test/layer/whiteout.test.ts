import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyName, type LayerName, opaqueName, whiteoutName } from '../../src/layer/whiteout.ts';

const ordinary: LayerName = { kind: 'ordinary' };
const whiteout = (path: string): LayerName => ({ kind: 'whiteout', path });
const opaque = (path: string): LayerName => ({ kind: 'opaque', path });

describe('classifyName', () => {
  const names: readonly [string, LayerName][] = [
    ['', ordinary],
    ['usr/bin/which', ordinary],
    ['a.wh.b', ordinary],
    ['dir/x.wh.', ordinary],
    ['.wh', ordinary],
    ['.wha', ordinary],
    ['wh.a', ordinary],
    ['..wh.a', ordinary],
    ['.WH.a', ordinary],
    ['.wh.dir/file', ordinary],
    ['.wh.a', whiteout('a')],
    ['dir/.wh.a', whiteout('dir/a')],
    ['a/b/.wh..hidden', whiteout('a/b/.hidden')],
    ['.wh. ', whiteout(' ')],
    ['.wh....', whiteout('...')],
    ['.wh.a.wh.b', whiteout('a.wh.b')],
    ['.wh.\udcff', whiteout('\udcff')],
    ['.wh..wh..opq', opaque('')],
    ['dir/.wh..wh..opq', opaque('dir')],
    ['a/b/.wh..wh..opq', opaque('a/b')],
    // Table C, row 21: another name that only begins like the marker takes away what it names, and not the whole directory.
    ['dir/.wh..wh..opqX', whiteout('dir/.wh..opqX')],
    ['dir/.wh..wh..op', whiteout('dir/.wh..op')],
    ['dir/.wh..opq', whiteout('dir/.opq')],
    ['dir/.wh..wh.foo', whiteout('dir/.wh.foo')],
    ['.wh..wh.foo', whiteout('.wh.foo')],
    ['.wh..wh.plnkX', whiteout('.wh.plnkX')],
    ['dir/.wh..wh.plnk', whiteout('dir/.wh.plnk')],
    ['.wh..wh.aufs', { kind: 'aufs' }],
    ['.wh..wh.orph', { kind: 'aufs' }],
    ['.wh..wh.plnk', { kind: 'aufs' }],
    ['.wh..wh.plnk/123.456', { kind: 'aufs' }],
    ['.wh..wh.plnk/.wh.a', { kind: 'aufs' }],
    // Table C, row 15, and two whiteouts by which `..` would take away the directory itself, or the one above it.
    ['.wh.', { kind: 'invalid' }],
    ['dir/.wh.', { kind: 'invalid' }],
    ['dir/.wh..', { kind: 'invalid' }],
    ['dir/.wh...', { kind: 'invalid' }],
    ['.wh...', { kind: 'invalid' }],
  ];
  it.each(names)('of %j is %j', (path, meaning) => {
    expect(classifyName(path)).toEqual(meaning);
  });

  it('takes every path without such a component for itself', () => {
    const component = fc.string({ minLength: 1, unit: 'binary' }).filter((name) => !name.startsWith('.wh.') && !name.includes('/'));
    fc.assert(
      fc.property(fc.array(component, { maxLength: 4 }), (components) => {
        expect(classifyName(components.join('/')).kind).toBe('ordinary');
      }),
    );
  });
});

describe('whiteoutName and opaqueName', () => {
  it('are understood again, for every path', () => {
    const component = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('.opq', '...', 'which', '.w', 'wh.')).filter(isName);
    fc.assert(
      fc.property(fc.array(component, { minLength: 1, maxLength: 4 }), (components) => {
        const path = components.join('/');
        expect(classifyName(whiteoutName(path))).toEqual(whiteout(path));
        expect(classifyName(opaqueName(path))).toEqual(opaque(path));
      }),
    );
    expect(opaqueName('')).toBe('.wh..wh..opq');
  });

  it.each(['', '.wh.a', 'dir/.wh.a', 'dir/.wh..opq'])('cannot take away %j, for another meaning would come of it', (path) => {
    expect(() => whiteoutName(path)).toThrow(expect.objectContaining({ code: 'EINVAL', path }));
  });
});

function isName(component: string): boolean {
  return component !== '.' && component !== '..' && !component.includes('/') && !component.startsWith('.wh.');
}
