import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Checksum, sealBlock } from '../../src/tar/checksum.ts';
import { archive, base256, block, type Field, join, seal, text, zeros } from './raw.ts';
import { readAll } from './readers.ts';

const judge = (raw: Uint8Array, at = 0): string => new Checksum().judge(raw, at);
const latin1 = text('naïve-é'); // four bytes over 127

/** The sum as `seal` makes it, in octal. */
function sum(raw: Uint8Array): string {
  return new TextDecoder().decode(seal(raw.slice()).subarray(148, 154));
}

describe('a checksum', () => {
  it.each<[form: string, (digits: string) => Field]>([
    ['six digits, NUL, space', (digits) => `${digits}\0 `],
    ['six digits, space, NUL', (digits) => `${digits} \0`],
    ['seven digits and NUL', (digits) => `0${digits}\0`],
    ['leading spaces', (digits) => `${digits.replace(/^0*/, '').padStart(6)}\0 `],
    ['eight digits', (digits) => `00${digits}`],
    ['base-256', (digits) => base256(BigInt(Number.parseInt(digits, 8)), 8)],
  ])('may be stored as %s', (_, form) => {
    const digits = sum(block());
    expect(judge(block({ checksum: form(digits) }))).toBe('header');
  });

  it('may be the sum of signed bytes, as old tars on some machines made it', () => {
    const signed = block({ name: latin1, checksum: 'signed' });
    expect(signed.subarray(148, 154)).not.toEqual(block({ name: latin1 }).subarray(148, 154));
    expect(judge(signed)).toBe('header');
    expect(judge(block({ name: latin1 }))).toBe('header');
  });

  it.each<[what: string, Field]>([
    ['nothing', '\0\0\0\0\0\0\0\0'],
    ['spaces', '        '],
    ['zero', '000000\0 '],
    ['no number', 'x12345\0 '],
    ['all ones', new Uint8Array(8).fill(0xff)],
  ])('that is %s is wrong', (_, checksum) => {
    expect(judge(block({ checksum }))).toBe('wrong');
  });

  it('is wrong one more or one less than it should be', () => {
    const right = Number.parseInt(sum(block({ name: latin1 })), 8);
    for (const stored of [right - 1, right + 1, right - 255, right - 257, right - 5 * 256, right + 256])
      expect(judge(block({ name: latin1, checksum: `${stored.toString(8)}\0` }))).toBe('wrong');
    expect(judge(block({ name: latin1, checksum: `${(right - 4 * 256).toString(8)}\0` }))).toBe('header'); // the signed sum
  });

  it('of a block of zeros is asked of nobody', () => {
    expect(judge(zeros(512))).toBe('zero');
    const almost = zeros(512);
    almost[511] = 1;
    expect(judge(almost)).toBe('wrong');
  });

  it('is the same at every alignment, in a view of a larger buffer, and for the fullest block', () => {
    const raw = block({ name: latin1, more: [[345, new Uint8Array(155).fill(0xff), 155]] });
    const full = seal(new Uint8Array(512).fill(0xff));
    const checksum = new Checksum();
    for (let shift = 0; shift < 9; shift++) {
      for (const header of [raw, full]) {
        const shifted = join(new Uint8Array(shift).fill(7), header, text('more')).subarray(shift);
        expect(checksum.judge(shifted, 0)).toBe('header');
        expect(checksum.judge(join(text('x'.repeat(shift)), header), shift)).toBe('header');
      }
    }
  });

  it('is written so that it is right, whatever the block holds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 512, maxLength: 512 }), (raw) => {
        raw[0] = 1;
        sealBlock(raw);
        expect(judge(raw)).toBe('header');
        expect(raw.subarray(148, 156)).toEqual(seal(raw.slice()).subarray(148, 156));
      }),
    );
  });
});

describe('a flipped bit', () => {
  const plain = { name: 'dir/file.txt', size: 3, uid: 1000, gid: 100, mtime: 1_700_000_000, uname: 'user', gname: 'group' } as const;
  const headers = [
    ['of an ASCII header', block(plain), 10],
    ['of a header with bytes over 127', block({ ...plain, name: latin1, uname: text('ü') }), 10],
    ['of a header with a signed checksum', block({ ...plain, name: latin1, checksum: 'signed' }), 11],
    ['of a GNU header with base-256 numbers', block({ ...plain, magic: 'gnu', uid: base256(-2n, 8), mtime: base256(-1n, 12) }), 10],
  ] as const;
  const isInField = (at: number): boolean => at >= 148 && at < 156;
  const flipped = (raw: Uint8Array, bit: number): Uint8Array => {
    const copy = raw.slice();
    copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
    return copy;
  };

  it.each(headers)('%s is found wherever it lies outside the checksum: 4,032 of 4,032', (_, raw) => {
    let found = 0;
    for (let bit = 0; bit < 4096; bit++) {
      if (!isInField(bit >> 3)) found += Number(judge(flipped(raw, bit)) === 'wrong');
    }
    expect(found).toBe(4032);
  });

  it.each(headers)('%s is harmless inside the checksum where the number stays, and found elsewhere: 64 of 64', async (_, raw, expected) => {
    const rest = [text(`abc${'\0'.repeat(509)}`), block({ name: 'next' })];
    const whole = await readAll(archive(raw, ...rest));
    let harmless = 0;
    for (let bit = 148 * 8; bit < 156 * 8; bit++) {
      const { entries, fault } = await readAll(archive(flipped(raw, bit), ...rest));
      if (fault) expect(fault).toMatchObject({ code: 'TAR_CHECKSUM', offset: 0 });
      else expect(entries).toEqual(whole.entries);
      harmless += Number(!fault);
    }
    // Of "0ddddd\0 " the first zero may become a space, the NUL a space, and what follows the NUL anything. With four bytes over 127
    // the signed sum is 1,024 short of the unsigned one, so one bit more makes this of that.
    expect(harmless).toBe(expected);
  });

  it('of any header is found outside the checksum', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 512, maxLength: 512 }), fc.boolean(), fc.nat(4095), (raw, isSigned, bit) => {
        fc.pre(!isInField(bit >> 3));
        expect(judge(flipped(seal(raw, isSigned ? 'signed' : ''), bit))).not.toBe('header');
      }),
      { numRuns: 2000 },
    );
  });
});
