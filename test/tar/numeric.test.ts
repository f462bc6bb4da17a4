import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { octalLimit, parseNumber, readNumber, writeBase256, writeOctal } from '../../src/tar/numeric.ts';
import { base256, bytes, text } from './raw.ts';

const read = (field: Uint8Array): number => parseNumber(field, 0, field.length);
const padded = (value: string, length = 8): Uint8Array => {
  const field = new Uint8Array(length);
  field.set(text(value));
  return field;
};

describe('octal fields', () => {
  it.each<[what: string, field: Uint8Array, value: number]>([
    ['digits and a NUL', padded('0000644\0'), 0o644],
    ['digits that fill the field', padded('77777777'), 0o77777777],
    ['twelve digits', padded('777777777777', 12), 8 ** 12 - 1],
    ['leading spaces', padded('    644\0'), 0o644],
    ['a trailing space', padded('000644 \0'), 0o644],
    ['trailing spaces alone', padded('644     '), 0o644],
    ['leading NULs, as an old writer left them', padded('\0\0 0644\0'), 0o644],
    ['bytes behind the NUL, which end nothing more', padded('644\0zzzz'), 0o644],
    ['nothing but NULs', padded(''), 0],
    ['nothing but spaces', padded('        '), 0],
    ['one zero', padded('0'), 0],
    ['a minus sign', padded('-644\0'), -0o644],
    ['minus zero, which is zero', padded('-0\0'), 0],
  ])('hold %s', (_, field, value) => {
    expect(read(field)).toBe(value);
  });

  it.each<[what: string, field: Uint8Array]>([
    ['an eight', padded('0000844\0')],
    ['a letter', padded('00x0644\0')],
    ['digits apart', padded('64 4\0')],
    ['a lone minus', padded('-\0')],
    ['a minus behind a digit', padded('6-4\0')],
    ['a plus', padded('+644\0')],
    ['hexadecimal', padded('0x1ff\0')],
    ['a newline', padded('644\n\0')],
    ['a decimal point', padded('1.5\0')],
  ])('do not hold %s', (_, field) => {
    expect(read(field)).toBeNaN();
  });

  it('end where the field ends, whatever follows', () => {
    expect(parseNumber(text('123456770000'), 0, 4)).toBe(0o1234);
    expect(parseNumber(text('xx12 -'), 2, 3)).toBe(0o12);
    expect(parseNumber(text('  \x00-1'), 0, 3)).toBe(0);
  });
});

describe('base-256 fields', () => {
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  it.each<[value: bigint, length: number]>([
    [0n, 8],
    [1n, 8],
    [0o7777777n + 1n, 8],
    [-1n, 8],
    [-2n, 12],
    [-(2n ** 31n), 8],
    [2n ** 32n, 12],
    [8n ** 11n, 12],
    [most, 8],
    [most, 12],
    [-most, 8],
    [-most, 12],
  ])('hold %s in %i bytes', (value, length) => {
    expect(read(base256(value, length))).toBe(Number(value));
  });

  it.each<[what: string, field: Uint8Array]>([
    ['a safe integer and one', base256(most + 1n, 12)],
    ['its negative', base256(-most - 1n, 12)],
    ['the largest of twelve bytes', base256(2n ** 94n - 1n, 12)],
    ['the smallest', base256(-(2n ** 94n), 12)],
    ['garbage that begins with 0xf4', bytes(0xf4, 0x31, 0x30, 0, 0x30, 0x30, 0x74, 0x13, 0x30, 0x30, 0x71, 0xd4)],
  ])('that overflow are no numbers: %s', (_, field) => {
    expect(read(field)).toBeNaN();
  });

  it('are read as they are written, any safe integer in both widths', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom(8, 12), (value, length) => {
        const field = new Uint8Array(length + 2).fill(0x55);
        writeBase256(field, 1, length, value);
        expect(parseNumber(field, 1, length)).toBe(value);
        expect(field.subarray(1, 1 + length)).toEqual(base256(BigInt(value), length));
        expect([field[0], field[length + 1]]).toEqual([0x55, 0x55]);
      }),
    );
  });
});

describe('numbers', () => {
  it('are written in octal as they are read, up to what the field holds', () => {
    fc.assert(
      fc.property(fc.constantFrom(8, 12), fc.double({ min: 0, max: 1, noNaN: true }), (length, share) => {
        const value = Math.floor(share * octalLimit(length));
        const field = new Uint8Array(length);
        writeOctal(field, 0, length, value);
        expect(read(field)).toBe(value);
        expect(field[length - 1]).toBe(0);
      }),
    );
    expect([octalLimit(8), octalLimit(12)]).toEqual([0o7777777, 0o77777777777]);
  });

  it('are what Go and GNU tar take them for, or none: random fields are NaN or a safe integer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 12 }), (field) => {
        const value = read(field);
        expect(Number.isNaN(value) || Number.isSafeInteger(value)).toBe(true);
        expect(Object.is(value, -0)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('that are none name the field, its bytes and the place', () => {
    expect(() => readNumber(padded('12x\xff'), 0, 8, 'uid', 1024)).toThrowError(
      expect.objectContaining({
        code: 'TAR_NUMBER',
        offset: 1024,
        message: 'Cannot read the header at 1024: its uid is "12xÿ", which is no number',
      }),
    );
  });
});
