import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/digest/index.ts';
import { failure, json, printed } from './command.ts';
import { makeSamples } from './samples.ts';

const cwd = await makeSamples();
const readSample = (name: string): Uint8Array => readFileSync(join(cwd, name));
const list = (...args: string[]): string[] =>
  printed(['ls', ...args], { cwd })
    .trimEnd()
    .split('\n');
const rows = (...args: string[]): Record<string, unknown>[] => json(['ls', ...args], { cwd }) as Record<string, unknown>[];
const row = (path: string, ...args: string[]): unknown => rows('-R', ...args).find((each) => each.path === path);
const sha256 = (text: string): string => digestOf(new TextEncoder().encode(text));

describe('ls', () => {
  it('lists the root by names in byte order', () => {
    expect(list('app.tar')).toEqual(['bin', 'dev', 'etc']);
  });

  it('lists a directory by names, and with -R what is below by paths from the root', () => {
    expect(list('app.tar', '/etc/')).toEqual(['app.conf', 'current', 'nowhere']);
    expect(list('-R', 'app.tar', 'etc')).toEqual(['etc/app.conf', 'etc/current', 'etc/nowhere']);
    expect(list('-R', 'app.tar')).toEqual([
      'bin',
      'bin/app',
      'bin/run',
      'dev',
      'dev/null',
      'dev/pipe',
      'etc',
      'etc/app.conf',
      'etc/current',
      'etc/nowhere',
    ]);
  });

  it('lists a file, and a link that leads to no directory, as themselves', () => {
    expect(list('app.tar', 'etc/app.conf')).toEqual(['app.conf']);
    expect(list('app.tar', 'etc/nowhere')).toEqual(['nowhere']);
    expect(rows('app.tar', 'etc/current')).toMatchObject([{ path: 'etc/current', type: 'symlink', target: 'app.conf' }]);
  });

  it('shows mode, names, owner, size and time with -l', () => {
    expect(printed(['ls', '-lR', 'app.tar'], { cwd })).toMatchInlineSnapshot(`
      "drwxr-xr-x  1  ada  users     -  2024-05-01T12:00:00Z  bin
      -rwsr-xr-x  2  ada  users  3000  2024-05-01T12:00:00Z  bin/app
      -rwsr-xr-x  2  ada  users  3000  2024-05-01T12:00:00Z  bin/run
      drwxr-xr-x  1  0    0         -  1970-01-01T00:00:00Z  dev
      crw-rw-rw-  1  0    0      1, 3  1970-01-01T00:00:00Z  dev/null
      prw-------  1  0    0         -  1970-01-01T00:00:00Z  dev/pipe
      drwx------  1  ada  users     -  2024-05-01T12:00:00Z  etc
      -rw-r-----  1  ada  users    12  2024-05-01T12:00:00Z  etc/app.conf
      lrwxrwxrwx  1  ada  users     -  2024-05-01T12:00:00Z  etc/current -> app.conf
      lrwxrwxrwx  1  ada  users     -  2024-05-01T12:00:00Z  etc/nowhere -> /gone
      "
    `);
  });

  it('steps into archives inside archives', () => {
    expect(list('nest.tar', 'opt/data.tar.gz!/inner')).toEqual(['deep.tar', 'note']);
    expect(list('nest.tar', 'opt/data.tar.gz!')).toEqual(['inner']);
    expect(list('-R', 'nest.tar', 'opt/data.tar.gz!/inner/deep.tar!/')).toEqual(['end.txt']);
    expect(list('nest.tar!/opt/data.tar.gz!/inner/deep.tar')).toEqual(['end.txt']);
    expect(list('nest.tar!/opt/data.tar.gz', 'inner/deep.tar!/')).toEqual(['end.txt']);
  });

  it('lists a folder on the disk as it would a tar', () => {
    expect(list('-R', 'dir')).toEqual(['sub', 'sub/file']);
    expect(row('sub/file', '--digest', 'dir')).toMatchObject({ type: 'file', size: 8, digest: sha256('on disk\n') });
  });

  it('escapes what a terminal would act on, and bytes that are no text', () => {
    expect(list('odd.tar')).toEqual(['absolute', 'b\\xffy', 'capable', 'holes', 'late', 'link', 'record', 'red\\x1b[31m\\nline', 'target', 'twice']);
  });
});

describe('ls --json', () => {
  it('has one object for every entry but the root, a line each', () => {
    const text = printed(['ls', '-R', '--json', 'app.tar'], { cwd });
    expect(text.trimEnd().split('\n')).toHaveLength(12);
    expect(JSON.parse(text)).toHaveLength(10);
  });

  it('is an empty array for an empty directory', () => {
    mkdirSync(join(cwd, 'empty'));
    expect(printed(['ls', '--json', 'empty'], { cwd })).toBe('[]\n');
  });

  it('tells everything of a file, and shares an inode among its names', () => {
    const app = {
      type: 'file',
      size: 3000,
      mode: 0o4755,
      uid: 1000,
      gid: 100,
      uname: 'ada',
      gname: 'users',
      mtime: '2024-05-01T12:00:00.000000000Z',
      digest: sha256('x'.repeat(3000)),
      inode: 0,
    };
    expect(row('bin/app', '--digest', 'app.tar')).toEqual({ path: 'bin/app', ...app });
    expect(row('bin/run', '--digest', 'app.tar')).toEqual({ path: 'bin/run', ...app });
    expect(row('etc/app.conf', 'app.tar')).not.toHaveProperty('inode');
  });

  it('gives times their nanoseconds, devices their numbers, links their target, and only files a size', () => {
    expect(row('etc/app.conf', 'app.tar')).toMatchObject({ mtime: '2024-05-01T12:00:00.123456789Z', mode: 0o640 });
    expect(row('dev/null', 'app.tar')).toMatchObject({ type: 'character-device', major: 1, minor: 3, size: 0 });
    expect(row('etc/nowhere', 'app.tar')).toMatchObject({ type: 'symlink', target: '/gone', size: 0 });
    expect(row('dev/pipe', 'app.tar')).toMatchObject({ type: 'fifo', mode: 0o600 });
    expect(row('dev', 'app.tar')).toMatchObject({ type: 'directory', size: 0 });
  });

  it('keeps names that are not UTF-8, and the bytes of extended attributes', () => {
    expect(row('b\udcffy', 'odd.tar')).toMatchObject({ pathBytes: 'Yv95' });
    for (const name of ['b\\xffy', 'red\\x1b[31m\\nline']) expect(list('odd.tar', name)).toEqual([name]);
    expect(row('link', 'odd.tar')).toMatchObject({ target: '\udcfe', targetBytes: '/g==' });
    expect(row('capable', 'odd.tar')).toMatchObject({ xattrs: { 'security.capability': 'AQAAAg==' } });
    expect(row('twice', '--digest', 'odd.tar')).toMatchObject({ size: 6, digest: sha256('second') });
  });

  it('is the same through gzip and from a pipe, digests too, and keeps nothing of a pipe', () => {
    const expected = printed(['ls', '-R', '--json', '--digest', 'app.tar'], { cwd });
    expect(printed(['ls', '-R', '--json', '--digest', 'app.tar.gz'], { cwd })).toBe(expected);
    for (const name of ['app.tar', 'app.tar.gz'])
      expect(printed(['ls', '-R', '--json', '--digest', '-'], { cwd, input: readSample(name) })).toBe(expected);
  });
});

describe('ls of what cannot be listed', () => {
  it('names the path that is not there, or is no directory', () => {
    expect(failure(['ls', 'app.tar', 'etc/none'], { cwd })).toMatchObject({ status: 3, code: 'ENOENT', path: 'etc/none' });
    expect(failure(['ls', 'app.tar', 'etc/app.conf/below'], { cwd })).toMatchObject({ status: 3, code: 'ENOTDIR' });
  });

  it('says what is no archive', () => {
    writeFileSync(join(cwd, 'text'), 'just text');
    expect(failure(['ls', 'app.tar', 'etc/app.conf!/'], { cwd })).toMatchObject({ status: 3 });
    expect(failure(['ls', 'app.tar', 'etc!/x'], { cwd })).toMatchObject({ status: 2, code: 'USAGE' });
    expect(failure(['ls', 'text'], { cwd })).toMatchObject({ status: 3 });
    expect(failure(['ls', 'none.tar'], { cwd })).toMatchObject({ status: 3, code: 'INPUT_UNREADABLE', path: 'none.tar' });
  });

  it('goes no deeper than 32 archives', () => {
    expect(failure(['ls', 'nest.tar', `opt/data.tar.gz${'!/x'.repeat(33)}`], { cwd })).toMatchObject({
      status: 3,
      code: 'LIMIT_NESTING',
      limit: 32,
      actual: 33,
    });
  });

  it('lets no choice be made where there is none', () => {
    expect(failure(['ls', '--image', 'demo', 'app.tar'], { cwd })).toMatchObject({ status: 2, code: 'USAGE' });
  });
});
