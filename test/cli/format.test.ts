import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../src/bytes/index.ts';
import { formatMode } from '../../src/cli/format/mode.ts';
import { formatCount, formatSize, parseSize } from '../../src/cli/format/size.ts';
import { tableLines } from '../../src/cli/format/table.ts';
import { fromPrintable, printable, printableMessage } from '../../src/cli/format/text.ts';
import { formatTime, shortTime } from '../../src/cli/format/time.ts';

describe('times', () => {
  it.each([
    [0, 0, '1970-01-01T00:00:00.000000000Z'],
    [-1, 999_999_999, '1969-12-31T23:59:59.999999999Z'],
    [1_709_208_000, 1, '2024-02-29T12:00:00.000000001Z'],
    [253_402_300_799, 0, '9999-12-31T23:59:59.000000000Z'],
    [253_402_300_800, 0, '+010000-01-01T00:00:00.000000000Z'],
    [-62_167_219_200, 0, '0000-01-01T00:00:00.000000000Z'],
    [-62_167_219_201, 0, '-000001-12-31T23:59:59.000000000Z'],
    [2 ** 53 - 1, 0, '+285428751-11-12T07:36:31.000000000Z'],
  ])('%i s and %i ns are %s', (seconds, nanoseconds, text) => {
    expect(formatTime({ seconds, nanoseconds })).toBe(text);
  });

  it('agree with Date wherever Date goes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -8.64e12, max: 8.64e12 }), (seconds) => {
        expect(shortTime({ seconds, nanoseconds: 0 })).toBe(new Date(seconds * 1000).toISOString().replace('.000', ''));
      }),
    );
  });
});

describe('modes', () => {
  it.each([
    ['file', 0o644, '-rw-r--r--'],
    ['directory', 0o1777, 'drwxrwxrwt'],
    ['directory', 0o1776, 'drwxrwxrwT'],
    ['file', 0o4755, '-rwsr-xr-x'],
    ['file', 0o2644, '-rw-r-Sr--'],
    ['file', 0o6000, '---S--S---'],
    ['symlink', 0o777, 'lrwxrwxrwx'],
    ['hardlink', 0, 'h---------'],
    ['character-device', 0o600, 'crw-------'],
    ['block-device', 0o600, 'brw-------'],
    ['fifo', 0o600, 'prw-------'],
    ['other:V', 0, '?---------'],
  ])('%s %o is %s', (type, mode, text) => {
    expect(formatMode(type, mode)).toBe(text);
  });
});

describe('sizes', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '0.98 KiB'],
    [1024, '1.00 KiB'],
    [10_229, '9.99 KiB'],
    [10_236, '10.0 KiB'],
    [102_300, '99.9 KiB'],
    [102_400, '100 KiB'],
    [2 ** 20 - 1, '1.00 MiB'],
    [3.5 * 2 ** 40, '3.50 TiB'],
    [2 ** 53, '8.00 PiB'],
  ])('%i is %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });

  it.each([
    ['0', 0],
    ['100', 100],
    ['1k', 1024],
    ['1.5M', 1.5 * 2 ** 20],
    ['2GiB', 2 ** 31],
    ['1tb', 2 ** 40],
    ['', undefined],
    ['1x', undefined],
    ['-1', undefined],
    ['1e3', undefined],
  ])('%j means %s bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it('counts have their thousands apart', () => {
    expect([0, 999, 1000, 1_234_567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
  });
});

describe('names on a terminal', () => {
  it.each([
    ['plain name, ünïcode 文件', 'plain name, ünïcode 文件'],
    ['a\nb\tc\rd', 'a\\nb\\tc\\rd'],
    ['\x1b[31mred\x7f', '\\x1b[31mred\\x7f'],
    ['back\\slash', 'back\\\\slash'],
    [decodeText(Uint8Array.of(0x61, 0xff)), 'a\\xff'],
    ['user\u202Egpj.exe', 'user\\xe2\\x80\\xaegpj.exe'],
    ['\u2066x\u2069', '\\xe2\\x81\\xa6x\\xe2\\x81\\xa9'],
    ['\u0085', '\\xc2\\x85'],
  ])('%j is shown as %s', (name, shown) => {
    expect(printable(name)).toBe(shown);
  });

  it('have no control character in a message either, where what is quoted is escaped already', () => {
    expect(printableMessage(`Cannot open "a\\n": ${'\u001b'}[31m\n`)).toBe('Cannot open "a\\n": \\x1b[31m\\n');
  });

  it('never hold a control character, and differ where the names differ', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ maxLength: 12 }), (a, b) => {
        const [one, other] = [decodeText(a), decodeText(b)];
        expect(printable(one)).not.toMatch(/\p{Cc}|\p{Surrogate}/u);
        expect(printable(one) === printable(other)).toBe(one === other);
        expect(fromPrintable(printable(one))).toBe(one);
      }),
    );
  });
});

describe('tables', () => {
  it('align their columns, do not fill up the last, and count no colour', () => {
    const rows = [
      ['a', '1', 'x'],
      ['\x1b[1mbcd\x1b[0m', '22', 'longer'],
      ['', '333', ''],
    ];
    expect([...tableLines(rows, [1])]).toEqual(['a      1  x\n', '\x1b[1mbcd\x1b[0m   22  longer\n', '     333\n']);
  });

  it('of no rows are empty', () => {
    expect([...tableLines([])]).toEqual([]);
  });
});
