import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../src/bytes/index.ts';
import { basename, cleanPath, dirname, joinPath, splitPath } from '../../src/tree/index.ts';
import { codeOf } from './arbitrary.ts';

describe('cleanPath', () => {
  it.each([
    ['a/b', 'a/b'],
    ['', ''],
    ['.', ''],
    ['/', ''],
    ['./', ''],
    ['././.', ''],
    ['./a', 'a'],
    ['a/', 'a'],
    ['a//b///', 'a/b'],
    ['/a', 'a'],
    ['////a (CVE-2021-32804)', 'a (CVE-2021-32804)'],
    ['.//./a', 'a'],
    ['a/./b/.', 'a/b'],
    ['a/../b', 'b'],
    ['a/b/../../c', 'c'],
    ['a/..', ''],
    ['...', '...'],
    ['..a/b..', '..a/b..'],
    ['.a', '.a'],
    [' a ', ' a '],
    ['a\\..\\b', 'a\\..\\b'],
    ['C:a', 'C:a'],
    ['-', '-'],
    ['\uDCFF/\uDC80', '\uDCFF/\uDC80'],
  ])('of %j is %j', (name, path) => {
    expect(cleanPath(name)).toBe(path);
  });

  it.each(['..', '../a', '/..', './../a', 'a/../..', 'a/../../b', 'a/b/../../../c', '//../x'])('refuses %j, which leaves the root', (name) => {
    expect(codeOf(() => cleanPath(name))).toBe('PATH_ESCAPES');
  });

  it.each(['\0', 'a\0', 'a/\0/b', '../\0'])('refuses %j, which holds a NUL byte', (name) => {
    expect(codeOf(() => cleanPath(name))).toBe('EINVAL');
  });

  it('names the call and the path where it fails', () => {
    expect(() => cleanPath('../x', 'extract')).toThrow('Cannot extract "../x": it leaves the root by ".."');
  });

  it('never leaves the root, and leaves alone what is clean', () => {
    const component = fc.constantFrom('', '.', '..', '...', 'a', 'b', ' ', '\\', '..a', '\u{1F600}');
    fc.assert(
      fc.property(fc.array(component, { maxLength: 8 }), (components) => {
        const name = components.join('/');
        let clean: string;
        try {
          clean = cleanPath(name);
        } catch {
          return;
        }
        expect(cleanPath(clean)).toBe(clean);
        expect(clean.startsWith('/') || clean.endsWith('/')).toBe(false);
        if (clean !== '') expect(clean.split('/').every((part) => part !== '' && part !== '.' && part !== '..')).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with the resolution of paths in URLs, where nothing leaves the root', () => {
    const component = fc.constantFrom('', '.', '..', 'a', 'b');
    fc.assert(
      fc.property(fc.array(component, { maxLength: 8 }), (components) => {
        const name = `x/y/z/w/v/u/t/s/${components.filter((part) => part !== '').join('/')}`;
        expect(cleanPath(name)).toBe(new URL(name, 'file:///').pathname.replace(/^\/|\/$/g, ''));
      }),
    );
  });

  it('keeps all 65,536 names of two bytes apart that can be names', () => {
    const seen = new Set<string>();
    for (let bytes = 0; bytes < 65_536; bytes++) {
      const pair = Uint8Array.of(Math.floor(bytes / 256), bytes % 256);
      if (pair.includes(0) || pair.includes(0x2f) || decodeText(pair) === '..') continue;
      seen.add(cleanPath(decodeText(pair)));
    }
    expect(seen.size).toBe(254 * 254 - 1);
  });

  it('takes names of a million components without a deep stack', () => {
    expect(cleanPath(`./${'a/'.repeat(1_000_000)}`)).toHaveLength(1_999_999);
    expect(cleanPath(`${'a/../'.repeat(500_000)}b`)).toBe('b');
  });
});

describe('the parts of a path', () => {
  it('come apart and together', () => {
    expect([dirname('a/b/c'), basename('a/b/c'), dirname('a'), basename('a'), dirname(''), basename('')]).toEqual(['a/b', 'c', '', 'a', '', '']);
    expect([joinPath('', 'a'), joinPath('a/b', 'c')]).toEqual(['a', 'a/b/c']);
    expect(splitPath('//a/./b/../c/')).toEqual(['a', 'b', '..', 'c']);
  });
});
