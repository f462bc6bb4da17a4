import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignHistory } from '../../src/oci/index.ts';

// A history in letters: capitals made a layer. The result has each letter with its layer; `_` is a layer without an entry.
const align = (letters: string, layers: number): string =>
  alignHistory(
    [...letters].map((letter) => ({ created_by: letter, ...(letter === letter.toLowerCase() && { empty_layer: true }) })),
    layers,
  )
    .map(({ entry, layer }) => (entry?.created_by ?? '_') + (layer ?? ''))
    .join(' ');

describe('alignHistory', () => {
  it.each([
    ['AbC', 2, 'A0 b C1'],
    ['abc', 0, 'a b c'],
    ['', 0, ''],
    ['', 3, '_0 _1 _2'],
    ['A', 3, 'A0 _1 _2'],
    ['Ab', 2, 'A0 b _1'],
    ['ABC', 1, 'A0 B C'],
    ['aBcD', 0, 'a B c D'],
  ])('sets %j beside %i layers as %j', (letters, layers, rows) => {
    expect(align(letters, layers)).toBe(rows);
  });

  it('takes an entry that says it made a layer for one that did', () => {
    expect(alignHistory([{ empty_layer: false }], 1)).toEqual([{ entry: { empty_layer: false }, layer: 0 }]);
  });

  it('holds every entry once and every layer once, both in order', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 20 }), fc.nat({ max: 20 }), (empties, layers) => {
        const history = empties.map((empty_layer) => ({ empty_layer }));
        const rows = alignHistory(history, layers);
        expect(rows.flatMap(({ entry }) => entry ?? [])).toEqual(history);
        expect(rows.flatMap(({ layer }) => layer ?? [])).toEqual(Array.from({ length: layers }, (_, i) => i));
        expect(rows.every(({ entry, layer }) => !entry?.empty_layer || layer === undefined)).toBe(true);
      }),
    );
  });
});
