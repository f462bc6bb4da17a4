import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytes, compareText, decodeText, encodeText, fromBase64, hasEscapes, toBase64 } from '../../src/bytes/index.ts';
import { cases, roundTrip } from './cases.ts';

describe('bytes', () => {
  for (const { name, run } of cases) it(name, run);

  it('decode to their own text and back, every name of two of them', () => roundTrip(1));

  it('decode to text that encodes to the same bytes, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1200 }), (bytes) => {
        expect(encodeText(decodeText(bytes))).toEqual(bytes);
      }),
    );
  });

  it('decode as TextDecoder does wherever they are UTF-8, and then have no escapes', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 600 });
    fc.assert(
      fc.property(texts, (text) => {
        expect(decodeText(new TextEncoder().encode(text))).toBe(text);
        expect(hasEscapes(text)).toBe(false);
      }),
    );
  });

  it('are ordered alike as bytes and as text', () => {
    const pair = fc.uint8Array({ maxLength: 6 });
    fc.assert(
      fc.property(pair, pair, (a, b) => {
        expect(Math.sign(compareText(decodeText(a), decodeText(b)))).toBe(Math.sign(compareBytes(a, b)));
      }),
      { numRuns: 2000 },
    );
  });

  it('go through base64 and back, as Node does it', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      }),
    );
  });
});
