// @ts-check
// Builds dist where it is missing or older than the sources: before the demo, and once before the tests, some of which start the built command.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Modification time; 0 where there is nothing. */
const time = (/** @type {string} */ path) => statSync(`${root}${path}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Type errors are printed and do not stop it, for `npm run types` is what judges them. */
export default function ensureBuilt() {
  const sources = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' }).map((path) => `src/${path}`);
  const newest = Math.max(...['package.json', 'tsconfig.base.json', 'tsconfig.build.json', 'src', ...sources].map(time));
  if (time('dist/errors.js') > newest) return;
  spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
}
