import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('the portable decoder of zstd holds its window and a few chunks, however much it has unpacked', () => {
  const script = fileURLToPath(new URL('zstd-memory.mjs', import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', script, '100'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const { size, held } = JSON.parse(stdout) as { size: number; held: number };
  expect(size).toBe(100 * 2 ** 20);
  expect(held).toBeLessThan(10 * 2 ** 20);
});
