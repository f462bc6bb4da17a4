import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ImageError, LimitError } from '../../src/errors.ts';
import { type Json, parseJson } from '../../src/oci/index.ts';
import { bytes, codeOf, errorOf } from './documents.ts';

/** A parsed value as `JSON.parse` would have made it. */
function plain(value: Json): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, member]) => [name, plain(member)]));
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === 'bigint' ? Number(value) : value;
}

describe('parseJson', () => {
  const values: readonly [string, Json][] = [
    ['null', null],
    ['true', true],
    [' false\n', false],
    ['0', 0],
    ['-0', -0],
    ['-12.5e-1', -1.25],
    ['1E2', 100],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['-12345678901234567890', -12345678901234567890n],
    ['""', ''],
    ['"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041"', '"\\/\b\f\n\r\tA'],
    ['"é\\ud83d\\ude00😀\\u007f\u007f"', 'é😀😀\u007f\u007f'],
    ['[]', []],
    ['[ 1 , [ ] , "a" ]', [1, [], 'a']],
    ['{}', new Map()],
    ['\t{ "b" : 1 , "a" : { } }\r\n', new Map<string, Json>([['b', 1], ['a', new Map()]])], // biome-ignore format: one case a line
  ];
  it.each(values)('reads %j', (text, value) => {
    expect(parseJson(bytes(text))).toEqual(value);
  });

  it('keeps members in their order, whatever they are called', () => {
    const object = parseJson(bytes('{"b":1,"2":2,"1":3,"__proto__":4,"constructor":5,"":6}'));
    expect([...(object as ReadonlyMap<string, Json>)]).toEqual([['b', 1], ['2', 2], ['1', 3], ['__proto__', 4], ['constructor', 5], ['', 6]]); // biome-ignore format: a row
  });

  it('gives what JSON.parse gives, for every JSON and any indentation', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), fc.integer({ min: 0, max: 3 }), (text, indent) => {
        fc.pre(!/\\ud[89a-f]/i.test(text));
        const value: unknown = JSON.parse(text);
        expect(plain(parseJson(bytes(JSON.stringify(value, null, indent))))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('refuses exactly the texts that JSON.parse refuses, and those that have a member twice', () => {
    const token = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"b"', '1', '-', '0', '.5', 'e1', 'true', 'null', ' ', '"', '\\', '\n');
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        const text = tokens.join('');
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        const code = codeOf(() => parseJson(bytes(text)));
        expect(code === 'none' || code === 'JSON_DUPLICATE').toBe(valid);
      }),
      { numRuns: 3000 },
    );
  });

  const faults: readonly [string, string, string][] = [
    ['nothing', '', 'it ends early (at byte 0)'],
    ['blanks only', '  ', 'it ends early (at byte 2)'],
    ['a word', 'invalid JSON', 'a value is missing (at byte 0)'],
    ['a second value', '{} {}', 'something follows its end (at byte 3)'],
    ['a NUL after the end', '{}\0', 'something follows its end (at byte 2)'],
    ['a byte order mark', '\ufeff{}', 'it begins with a byte order mark (at byte 0)'],
    ['an object without end', '{"a":1', 'a comma or } is missing (at byte 6)'],
    ['an array without end', '[1', 'a comma or ] is missing (at byte 2)'],
    ['a comma before the end', '[1,]', 'a value is missing (at byte 3)'],
    ['a comma before the brace', '{"a":1,}', 'a string is missing (at byte 7)'],
    ['a name without quotes', '{a:1}', 'a string is missing (at byte 1)'],
    ['a name in single quotes', "{'a':1}", 'a string is missing (at byte 1)'],
    ['a missing colon', '{"a" 1}', 'a colon is missing (at byte 5)'],
    ['a version without quotes', '{"imageLayoutVersion": 1.0.0}', 'a comma or } is missing (at byte 26)'],
    ['a comment', '{/* */}', 'a string is missing (at byte 1)'],
    ['a leading zero', '01', 'something follows its end (at byte 1)'],
    ['a plus sign', '+1', 'a value is missing (at byte 0)'],
    ['a number that is none', '[NaN]', 'a value is missing (at byte 1)'],
    ['a number beyond a double', '[1e999]', 'a number is beyond the range of a double (at byte 1)'],
    ['an integer beyond a double', '9'.repeat(400), 'a number is beyond the range of a double (at byte 0)'],
    ['a blank that is no JSON blank', '\u00a0{}', 'a value is missing (at byte 0)'],
    ['a string without end', '"abc', 'it ends in a string (at byte 4)'],
    ['a string that ends in its escape', '"abc\\', 'it ends in a string (at byte 5)'],
    ['a line feed in a string', '"a\nb"', 'a control character stands in a string (at byte 2)'],
    ['an escape that does not exist', '"\\x41"', 'a string has an escape that does not exist (at byte 0)'],
    ['a short escape', '"\\u12"', 'a string has an escape that does not exist (at byte 0)'],
    ['half of a surrogate pair', '["é\\ud800"]', 'a string has half of a surrogate pair (at byte 1)'],
  ];
  it.each(faults)('refuses %s', (_, text, reason) => {
    const error = errorOf(() => parseJson(bytes(text), 'the image index'));
    expect(error).toBeInstanceOf(ImageError);
    expect([error.code, error.message]).toEqual(['JSON_INVALID', `Cannot read the image index: ${reason}`]);
  });

  it('counts places in bytes, not in characters', () => {
    expect(errorOf(() => parseJson(bytes('["é😀" 1]'))).message).toContain('(at byte 10)');
  });

  it('refuses bytes that are not UTF-8', () => {
    for (const faulty of [[0x22, 0xff, 0x22], [0x22, 0xc0, 0xaf, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0xff, 0xfe, 0x7b, 0x00]]) // biome-ignore format: a table
      expect(codeOf(() => parseJson(Uint8Array.from(faulty)))).toBe('JSON_INVALID');
  });

  describe('refuses two members of one name, for parsers disagree on which counts (CVE-2021-41190)', () => {
    const doubles: readonly [string, string, number][] = [
      ['at the top', '{"layers":[],"manifests":[],"layers":[1]}', 28],
      ['of the same value', '{"a":1,"a":1}', 7],
      ['deep inside', '{"a":[{"b":{"c":1,"d":2,"c":3}}]}', 24],
      ['behind an escape', '{"layers":1,"\\u006cayers":2}', 12],
      ['that is empty', '{"":1,"":2}', 6],
      ['that JavaScript treats apart', '{"__proto__":{},"__proto__":{}}', 16],
    ];
    it.each(doubles)('%s', (_, text, at) => {
      const error = errorOf(() => parseJson(bytes(text)));
      expect(error.code).toBe('JSON_DUPLICATE');
      expect(error.message).toContain(`occurs twice in one object (at byte ${at})`);
    });

    it('and allows it in two objects', () => {
      expect(codeOf(() => parseJson(bytes('[{"a":1},{"a":{"a":2}}]')))).toBe('none');
    });
  });

  it('reads as deep as the limit, and no deeper', () => {
    const nested = (depth: number): Uint8Array => bytes(`${'['.repeat(depth - 1)}{}${']'.repeat(depth - 1)}`);
    expect(codeOf(() => parseJson(nested(64)))).toBe('none');
    const error = errorOf(() => parseJson(nested(65)));
    expect(error).toBeInstanceOf(LimitError);
    expect(error).toMatchObject({ code: 'LIMIT_DEPTH', limit: 64, actual: 65 });
    expect(codeOf(() => parseJson(nested(65), 'it', { depth: 65 }))).toBe('none');
    expect(codeOf(() => parseJson(bytes('['.repeat(1_000_000))))).toBe('LIMIT_DEPTH');
  });

  it('reads up to 4 MiB, and no more unless told so', () => {
    const sized = (size: number): Uint8Array => bytes(`"${'a'.repeat(size - 2)}"`);
    const limit = 4 * 1024 * 1024;
    expect(codeOf(() => parseJson(sized(limit)))).toBe('none');
    expect(errorOf(() => parseJson(sized(limit + 1)))).toMatchObject({ code: 'LIMIT_SIZE', limit, actual: limit + 1 });
    expect(codeOf(() => parseJson(sized(limit + 1), 'it', { size: limit + 1 }))).toBe('none');
    expect(codeOf(() => parseJson(bytes('[1]'), 'it', { size: 2 }))).toBe('LIMIT_SIZE');
  });

  it('reads a view that begins in the middle of its memory', () => {
    const memory = bytes('xx{"a":1}xx');
    expect(parseJson(memory.subarray(2, -2))).toEqual(new Map([['a', 1]]));
  });
});
