import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { MAIN } from './command.ts';

const cwd = mkdtempSync(join(tmpdir(), 'lading-same-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const FILES = ['main.js', 'lib/a.js', 'lib/b.js', 'bin/run', 'zoë.txt', 'B', 'a'];

/** The same checkout, made in some order, with some permissions and at some time. */
function checkout(name: string, files: readonly string[], mask: number, seconds: number): void {
  for (const file of files) {
    const path = join(cwd, name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `the text of ${file}\n`.repeat(5000));
    chmodSync(path, (file === 'bin/run' ? 0o777 : 0o666) & ~mask);
    utimesSync(path, seconds, seconds);
  }
  symlinkSync('main.js', join(cwd, name, 'link'));
}
checkout('one', FILES, 0o022, 1e9);
checkout('deep/er/other', [...FILES].reverse(), 0o077, 2e9);

interface Circumstances {
  readonly node?: string;
  readonly folder?: string;
  readonly compression?: string;
  readonly output?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly mask?: string;
}

let count = 0;

/** The digest of the file that a build leaves. */
function built({ node = process.execPath, folder = 'one', compression = 'gzip', environment = {}, mask = '022' }: Circumstances = {}): string {
  const output = `${count++}.tar`;
  const options = ['--label', 'a=b', '--env', 'C=d', '--compression', compression, '-t', 'same:1', '-o', output];
  const line = `umask ${mask} && exec "$@"`;
  const args = ['-c', line, 'sh', node, MAIN, 'build', '--add', `${folder}:/app`, '--add', `${folder}/main.js:/`, ...options];
  const { status, stderr } = spawnSync('sh', args, { cwd, encoding: 'utf8', env: { ...process.env, SOURCE_DATE_EPOCH: '', ...environment } });
  expect([status, stderr]).toEqual([0, '']);
  return createHash('sha256')
    .update(readFileSync(join(cwd, output)))
    .digest('hex');
}

const first = built();
const plain = built({ compression: 'none' });

describe('lading build makes the same bytes', () => {
  it.each<[string, Circumstances]>([
    ['of a checkout elsewhere, made in another order, with another umask, at another time', { folder: 'deep/er/other' }],
    ['in another time zone', { environment: { TZ: 'Pacific/Kiritimati' } }],
    ['in another locale', { environment: { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' } }],
    ['under another umask', { mask: '077' }],
    ['where SOURCE_DATE_EPOCH says what is the default', { environment: { SOURCE_DATE_EPOCH: '0' } }],
  ])('%s', (_, circumstances) => {
    expect(built(circumstances)).toBe(first);
  });

  const runtimes = fileURLToPath(new URL('../../node_modules/.cache/runtimes/node_modules/', import.meta.url));

  // What deflate makes is up to zlib; the tars inside are the same everywhere.
  describe.each(['node-20.19', 'node-22', 'node-24', 'node-26'])('on %s', (name) => {
    const node = join(runtimes, name, 'bin/node');
    const zlib = existsSync(node) ? spawnSync(node, ['-p', 'process.versions.zlib'], { encoding: 'utf8' }).stdout.trim() : undefined;
    const missing = zlib === undefined ? ' (skipped: `node scripts/ci/runtimes.mjs` installs it)' : '';
    const other = zlib !== undefined && zlib !== process.versions.zlib ? ` (skipped: its zlib is ${zlib}, not ${process.versions.zlib})` : missing;

    it.skipIf(missing)(`with plain layers${missing}`, () => {
      expect(built({ node, compression: 'none' })).toBe(plain);
    });

    it.skipIf(other)(`with gzip${other}`, () => {
      expect(built({ node })).toBe(first);
    });
  });
});
