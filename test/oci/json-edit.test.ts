import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edit, encodeJson, type Json, type JsonObject, parseJson } from '../../src/oci/index.ts';
import { bytes, textOf } from './documents.ts';

const parse = (text: string): JsonObject => parseJson(bytes(text)) as JsonObject;

/** Any JSON value in the form of `parseJson`, with every kind of name. */
const name = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', '1', '0', 'constructor', 'é', '\u2028'));
const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 52), max: 2 ** 52 }).map((number) => (Object.is(number, -0) ? 0 : number)),
  fc.constantFrom(1e21, -1.5e300, 5e-324),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n }),
  fc.string({ unit: 'grapheme' }),
);
const { value: json } = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof({ maxDepth: 4, withCrossShrink: true }, scalar, fc.array(tie('value'), { maxLength: 4 }), tie('object')),
  object: fc.array(fc.tuple(name, tie('value')), { maxLength: 5 }).map((members) => new Map(members)),
}));
const object = fc.array(fc.tuple(name, json), { maxLength: 6 }).map((members): JsonObject => new Map(members));

describe('encodeJson', () => {
  it('is undone by parseJson, order and all', () => {
    fc.assert(
      fc.property(json, (value) => {
        const encoded = encodeJson(value);
        expect(parseJson(encoded)).toEqual(value);
        expect(textOf(encodeJson(parseJson(encoded)))).toBe(textOf(encoded));
      }),
    );
  });

  it('gives compact documents back byte for byte', () => {
    const text = '{"2":0,"1":[true,null,-1.5,12345678901234567890],"__proto__":{"a":"\\"\\n\\u0001é😀/"},"":{}}';
    expect(textOf(encodeJson(parseJson(bytes(text))))).toBe(text);
  });

  it('takes plain objects too, and leaves out what is undefined', () => {
    const value = { schemaVersion: 2, subject: undefined, annotations: new Map([['b', '1'], ['a', '2']]), layers: [{ size: 1n }] }; // biome-ignore format: a row
    expect(textOf(encodeJson(value))).toBe('{"schemaVersion":2,"annotations":{"b":"1","a":"2"},"layers":[{"size":1}]}');
    expect(textOf(encodeJson(Object.assign(Object.create(null), { a: 1 })))).toBe('{"a":1}');
  });

  it.each([undefined, Number.NaN, Number.POSITIVE_INFINITY, () => 1, Symbol('s'), [undefined], { a: new Date(0) }, { a: new Uint8Array(1) }])(
    'refuses what JSON cannot hold (%s)',
    (value) => {
      expect(() => encodeJson(value)).toThrow(TypeError);
    },
  );
});

describe('edit', () => {
  it('changes one member and nothing else, however deep, in place', () => {
    const before = parse('{"a":{"x":1,"unknown":{"k":[1,{"z":null}]},"y":2},"b":12345678901234567890}');
    expect(textOf(encodeJson(edit(before, ['a', 'x'], 'new')))).toBe(
      '{"a":{"x":"new","unknown":{"k":[1,{"z":null}]},"y":2},"b":12345678901234567890}',
    );
  });

  it('keeps every other member, for any object and any value', () => {
    fc.assert(
      fc.property(object, name, json, (before, member, value) => {
        const after = edit(before, [member], value);
        const others = (of: JsonObject): unknown => [...of].filter(([key]) => key !== member);
        expect(others(after)).toEqual(others(before));
        expect(after.get(member)).toEqual(value);
        if (before.has(member)) expect([...after.keys()]).toEqual([...before.keys()]);
        else expect([...after.keys()].at(-1)).toBe(member);
      }),
    );
  });

  it('is undone by editing back', () => {
    fc.assert(
      fc.property(object, json, (members, value) => {
        const before = new Map<string, Json>([['a', members], ['z', 1]]); // biome-ignore format: a row
        const inner = members.get('k');
        const there = edit(before, ['a', 'k'], value);
        const back = edit(there, ['a', 'k'], inner);
        expect(back).toEqual(before);
      }),
    );
  });

  it('does not touch the object it was given', () => {
    const before = parse('{"a":{"x":1}}');
    edit(before, ['a', 'x'], 2);
    edit(before, ['a'], undefined);
    expect(textOf(encodeJson(before))).toBe('{"a":{"x":1}}');
  });

  it('adds at the end, makes what is missing on the way, and replaces null', () => {
    expect(textOf(encodeJson(edit(parse('{"z":1}'), ['config', 'Labels', 'a.b'], 'c')))).toBe('{"z":1,"config":{"Labels":{"a.b":"c"}}}');
    expect(textOf(encodeJson(edit(parse('{"config":null,"z":1}'), ['config', 'Env'], ['A=b'])))).toBe('{"config":{"Env":["A=b"]},"z":1}');
  });

  it('removes a member, and makes nothing for one that is not there', () => {
    const before = parse('{"a":{"x":1,"y":2},"n":null}');
    expect(textOf(encodeJson(edit(before, ['a', 'x'], undefined)))).toBe('{"a":{"y":2},"n":null}');
    expect(textOf(encodeJson(edit(before, ['a'], undefined)))).toBe('{"n":null}');
    expect(edit(before, ['b', 'c', 'd'], undefined)).toEqual(before);
    expect(edit(before, ['n', 'c'], undefined)).toEqual(before);
  });

  it('takes plain objects as values', () => {
    expect(edit(new Map(), ['a'], { b: [1, { c: undefined, d: 2 }] })).toEqual(parse('{"a":{"b":[1,{"d":2}]}}'));
  });

  it('refuses a path through what is no object', () => {
    expect(() => edit(parse('{"a":[1]}'), ['a', '0'], 2)).toThrow(TypeError);
    expect(() => edit(parse('{"a":"text"}'), ['a', 'length'], undefined)).toThrow('Cannot edit "length": what holds it is no object');
  });
});
