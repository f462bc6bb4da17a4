import type { EntryInit } from '../../../src/tar/index.ts';

/** A body of so many bytes; the letter makes bodies differ. */
export const body = (size: number, letter = 'x'): string => letter.repeat(size);
export const file = (name: string, size: number, letter?: string, more: Partial<EntryInit> = {}): EntryInit => ({
  name,
  body: body(size, letter),
  ...more,
});
export const folder = (name: string): EntryInit => ({ name: `${name}/` });
export const gone = (name: string): EntryInit => ({ name, body: '' });
const link = (name: string, linkname: string): EntryInit => ({ name, type: 'hardlink', linkname });

/** What an image wastes, as `class path size layer hiddenBy`. */
export interface Case {
  readonly layers: readonly (readonly EntryInit[])[];
  readonly items: readonly string[];
}

/** Each class once. Sizes are all different, so that a sum tells of what it is. */
export const CASES: Readonly<Record<string, Case>> = {
  'a file that is overwritten': { layers: [[file('a', 1001)], [file('a', 7, 'y')]], items: ['overwritten a 1001 0 1'] },
  'a file that is overwritten with as many other bytes': { layers: [[file('b', 1002)], [file('b', 1002, 'y')]], items: ['overwritten b 1002 0 1'] },
  'a file of which only the mode changes': {
    layers: [[file('c', 1003)], [file('c', 1003, 'x', { mode: 0o755 })]],
    items: ['stored-again c 1003 0 1'],
  },
  'a file of which only the owner changes': { layers: [[file('d', 1004)], [file('d', 1004, 'x', { uid: 7 })]], items: ['stored-again d 1004 0 1'] },
  'a file that is removed': { layers: [[file('e/f', 1005)], [gone('e/.wh.f')]], items: ['removed e/f 1005 0 1'] },
  'a folder that is removed': {
    layers: [[file('g/a', 1006), file('g/h/b', 1007)], [gone('.wh.g')]],
    items: ['removed-with-folder g/h/b 1007 0 1 g', 'removed-with-folder g/a 1006 0 1 g'],
  },
  'a folder that is emptied by an opaque whiteout': {
    layers: [
      [file('i/a', 1008), file('i/j/b', 1009)],
      [folder('i'), gone('i/.wh..wh..opq'), file('i/new', 3)],
    ],
    items: ['removed-with-folder i/j/b 1009 0 1 i', 'removed-with-folder i/a 1008 0 1 i'],
  },
  'a file of an opaque folder that comes anew': {
    layers: [[file('k/a', 1010)], [gone('k/.wh..wh..opq'), file('k/a', 5)]],
    items: ['overwritten k/a 1010 0 1'],
  },
  'a file that becomes a link': { layers: [[file('l', 1011)], [{ name: 'l', type: 'symlink', linkname: 'm' }]], items: ['type-changed l 1011 0 1'] },
  'a file that becomes a folder': { layers: [[file('n', 1012)], [file('n/a', 2)]], items: ['type-changed n 1012 0 1'] },
  'a folder that becomes a link': {
    layers: [[file('o/a', 1013)], [{ name: 'o', type: 'symlink', linkname: 'm' }]],
    items: ['removed-with-folder o/a 1013 0 1 o'],
  },
  'a path that stands twice in a layer': { layers: [[file('p', 1014), file('p', 4)]], items: ['repeated p 1014 0 0'] },
  'hard links, of which one name goes': { layers: [[file('q', 1015), link('r', 'q')], [gone('.wh.q')]], items: [] },
  'hard links, of which the last name goes': {
    layers: [[file('s', 1016), link('t', 's')], [gone('.wh.s')], [gone('.wh.t')]],
    items: ['removed t 1016 0 2'],
  },
  'a hard link to a file of a lower layer, whose name goes then': { layers: [[file('u', 1017)], [link('v', 'u')], [gone('.wh.u')]], items: [] },
  'a hard link whose first name a later entry takes': { layers: [[file('w', 1018), link('x', 'w'), file('w', 6)]], items: [] },
  'a package manager that leaves its lists': {
    layers: [[file('var/lib/apt/lists/main_Packages', 1019)]],
    items: ['leftover var/lib/apt/lists/main_Packages 1019 0 - apt'],
  },
  'a leftover that is removed, which counts as that': {
    layers: [[file('tmp/a', 1020)], [gone('tmp/.wh.a')]],
    items: ['removed tmp/a 1020 0 1'],
  },
  'a leftover with a name elsewhere too': { layers: [[file('opt/conda/pkgs/a', 1021), link('opt/conda/lib/a', 'opt/conda/pkgs/a')]], items: [] },
  'what eStargz adds for itself': {
    layers: [[file('y', 3), { name: 'stargz.index.json', body: body(1022) }]],
    items: ['repeated stargz.index.json 1022 0 0'],
  },
  'what AUFS kept of hard links: one file that has a name, one that has none': {
    layers: [[file('.wh..wh.plnk/1.2', 1024), link('aufs', '.wh..wh.plnk/1.2'), file('.wh..wh.plnk/3.4', 1025)]],
    items: ['repeated .wh..wh.plnk/3.4 1025 0 0'],
  },
  'a file that comes back': {
    layers: [[file('z', 1023)], [gone('.wh.z')], [file('z', 1023)]],
    items: ['removed z 1023 0 1'],
  },
  'empty files': { layers: [[gone('empty')], [gone('.wh.empty')]], items: [] },
};

/** All of them in one image, the paths of each in a folder of its own but for those that must lie where they lie. */
export function combined(): Case {
  const cases = Object.values(CASES).filter(({ layers }) => !layers.flat().some(({ name }) => name === 'stargz.index.json'));
  const depth = Math.max(...cases.map(({ layers }) => layers.length));
  const layers = Array.from({ length: depth }, (_, i) => cases.flatMap((one) => one.layers[i] ?? []));
  return { layers, items: cases.flatMap(({ items }) => items).sort((a, b) => sizeIn(b) - sizeIn(a)) };
}

export const sizeIn = (item: string): number => Number(item.split(' ')[2]);
