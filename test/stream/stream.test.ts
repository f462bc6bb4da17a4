import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes/index.ts';
import { asStream, ByteReader, collect } from '../../src/stream/index.ts';
import { cases } from './cases.ts';

describe('streams', () => {
  for (const { name, run } of cases) it(name, run);

  it('give a reader the same bytes however they are cut and asked for', async () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 12 });
    const asks = fc.array(fc.tuple(fc.constantFrom('take', 'skip', 'fill'), fc.nat({ max: 14 })), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(parts, asks, async (chunks, calls) => {
        const whole = concatBytes(chunks);
        const reader = new ByteReader(asStream(chunks));
        for (const [call, length] of calls) {
          const before = reader.position;
          if (call === 'take') {
            const taken = length > 0 ? await reader.take(length) : undefined;
            expect(taken ?? new Uint8Array()).toEqual(whole.subarray(before, reader.position));
          } else if (call === 'skip') expect(await reader.skip(length)).toBe(Math.min(length, whole.length - before));
          else if (await reader.fill(length)) expect(reader.peek(length).subarray(0, length)).toEqual(whole.subarray(before, before + length));
          else expect(before + length).toBeGreaterThan(whole.length);
        }
      }),
    );
  });

  it('are collected whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array()), async (chunks) => {
        expect(await collect(asStream(chunks))).toEqual(concatBytes(chunks));
      }),
    );
  });
});
