import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createHasher as portable } from '../../src/digest/portable.ts';
import { createHasher as native } from '../../src/node/hash.ts';
import { cases } from './cases.ts';

vi.mock('#hash', () => import('../../src/digest/portable.ts'));

describe('digests, by the portable side', () => {
  for (const { name, run } of cases) it(name, run);
});

describe('the two sides of the seam', () => {
  it('give the same hash for any bytes in any chunking', () => {
    const message = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.constantFrom('sha256' as const, 'sha512' as const), message, (algorithm, chunks) => {
        const sides = [native(algorithm), portable(algorithm)] as const;
        for (const side of sides) for (const chunk of chunks) side.update(chunk);
        expect(Buffer.from(sides[0].digest())).toEqual(Buffer.from(sides[1].digest()));
      }),
    );
  });

  it('refuse any call after the digest', () => {
    for (const side of [native('sha256'), portable('sha256')]) {
      side.digest();
      expect(() => side.update(new Uint8Array(1))).toThrow();
      expect(() => side.digest()).toThrow();
    }
  });
});
