import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordStore } from '../../src/tar/record-store.ts';

const key = fc.string({ unit: 'binary', maxLength: 8 });
const value = fc.uint8Array({ maxLength: 20 });
const records = fc.array(fc.tuple(key, value), { maxLength: 5 }).map((pairs) => new Map(pairs));

describe('a store of PAX records', () => {
  it('gives back what was added, in any order and after giving back its spare room', () => {
    fc.assert(
      fc.property(fc.array(records, { maxLength: 12 }), (maps) => {
        const store = new RecordStore();
        const ids = maps.map((map) => store.add(map));
        store.trim();
        for (let i = maps.length - 1; i >= 0; i--) expect([...store.records(ids[i] as number)]).toEqual([...(maps[i] as Map<string, Uint8Array>)]);
      }),
    );
  });

  it('holds values of any length', () => {
    const store = new RecordStore();
    const lengths = [0, 1, 127, 128, 16_383, 16_384, 100_000];
    const ids = lengths.map((length) => store.add(new Map([['key', new Uint8Array(length).fill(length)]])));
    expect(ids.map((id) => store.records(id).get('key')?.length)).toEqual(lengths);
  });

  it('knows more than 127 keys', () => {
    const store = new RecordStore();
    const many = new Map(Array.from({ length: 20_000 }, (_, i) => [`key ${i}`, Uint8Array.of(i % 256)]));
    const id = store.add(many);
    const other = store.add(new Map());
    expect(store.records(other).size).toBe(0);
    expect(store.records(id)).toEqual(many);
  });

  it('keeps the records once where one entry after the other has the same', () => {
    const store = new RecordStore();
    const globals = new Map([['comment', Uint8Array.of(1)]]);
    expect(store.add(globals)).toBe(store.add(globals));
  });

  it('copies values', () => {
    const store = new RecordStore();
    const bytes = Uint8Array.of(1, 2, 3);
    const id = store.add(new Map([['k', bytes]]));
    store.add(new Map());
    bytes.fill(0);
    expect(store.records(id).get('k')).toEqual(Uint8Array.of(1, 2, 3));
  });
});
