import { describe, expect, it } from 'vitest';
import { anyGlob, compileGlob } from '../../src/cli/glob.ts';

describe('a pattern', () => {
  it.each([
    ['*.conf', 'etc/app.conf', true],
    ['/etc/*', 'etc/app.conf', true],
    ['etc/*', 'etc/sub/app.conf', false],
    ['etc/**', 'etc/sub/.hidden', true],
  ])('%s and %s: %s', async (pattern, path, matches) => expect((await compileGlob(pattern))(path)).toBe(matches));

  it.each(['', '/', '//', 'x'.repeat(70_000)])('that nothing can match is wrong usage: %#', async (pattern) => {
    await expect(anyGlob(['fine', pattern])).rejects.toMatchObject({ code: 'USAGE', message: expect.stringMatching(/^Cannot use the pattern "/) });
  });
});
