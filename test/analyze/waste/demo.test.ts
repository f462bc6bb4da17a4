import { describe, expect, it } from 'vitest';
import { golden } from './demo/golden.ts';

describe('the explained waste of a real image', () => {
  const sumOf = (test: (name: string) => boolean): number => golden.lines.filter(({ name }) => test(name)).reduce((sum, { bytes }) => sum + bytes, 0);

  it('adds up, line by line', () => {
    expect(sumOf(() => true)).toBe(golden.totals.wasted);
    expect(sumOf((name) => !name.startsWith('leftover'))).toBe(golden.totals.hidden);
  });

  it('misses no deletion', () => {
    expect(golden.lines).toContainEqual({ text: '4 5 1 20000000 removed-with-folder', bytes: 20_000_000, name: 'removed-with-folder' });
    expect(golden.lines.filter(({ text }) => /^[01] 3 .* removed-with-folder$/.test(text))).toHaveLength(2);
  });
});
