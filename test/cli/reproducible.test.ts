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

function zlibOf(node: string): string {
  return spawnSync(node, ['-p', 'process.versions.zlib'], { encoding: 'utf8' }).stdout.trim();
}

const RUNTIMES = fileURLToPath(new URL('../../node_modules/.cache/runtimes/node_modules/', import.meta.url));

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

  const nodes = ['node-20.19', 'node-22', 'node-24', 'node-26'].map((name) => ({ name, node: join(RUNTIMES, name, 'bin/node') }));
  const isMissing = ({ node }: { readonly node: string }): boolean => !existsSync(node);

  describe.each(nodes)('on $name', (runtime) => {
    const why = isMissing(runtime) ? ' (skipped: `node scripts/ci/runtimes.mjs` installs it)' : '';
    it.skipIf(why)(`with plain layers${why}`, () => {
      expect(built({ node: runtime.node, compression: 'none' })).toBe(plain);
    });
  });

  // What deflate makes is up to zlib; the tars inside are the same everywhere.
  it.each(nodes.filter((runtime) => !isMissing(runtime) && zlibOf(runtime.node) === process.versions.zlib))(
    'on $name, which has the same zlib, with gzip',
    ({ node }) => {
      expect(built({ node })).toBe(first);
    },
  );
});
