// @ts-check
// Run first by `npm test` and `npm run demo`, so that each works right after `git clone`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (!existsSync(new URL('../node_modules/.package-lock.json', import.meta.url))) {
  console.error('Installing the dependencies first (npm ci) …');
  const { status } = spawnSync('npm', ['ci'], { cwd: new URL('..', import.meta.url), stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  process.exitCode = status ?? 1;
}
