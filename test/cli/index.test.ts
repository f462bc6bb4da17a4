import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/digest/index.ts';
import { failure, json, lading, printed } from './command.ts';
import { makeSamples } from './samples.ts';

const cwd = await makeSamples();
const index = (...args: string[]): Record<string, unknown>[] => json(['index', ...args], { cwd }) as Record<string, unknown>[];
const sha256 = (text: string): string => digestOf(new TextEncoder().encode(text));

describe('index', () => {
  it('shows every entry where it stands', () => {
    expect(printed(['index', 'app.tar'], { cwd })).toMatchInlineSnapshot(`
      "offset  dialect  flag  mode        owner      size  time                  name
           0  ustar    5     drwxr-xr-x  ada/users     0  2024-05-01T12:00:00Z  ./
         512  ustar    5     drwxr-xr-x  ada/users     0  2024-05-01T12:00:00Z  ./bin/
        1024  ustar    0     -rwsr-xr-x  ada/users  3000  2024-05-01T12:00:00Z  ./bin/app
        4608  ustar    1     hrw-r--r--  ada/users     0  2024-05-01T12:00:00Z  ./bin/run link to ./bin/app
        5120  ustar    3     crw-rw-rw-  0/0           0  1970-01-01T00:00:00Z  ./dev/null
        5632  ustar    6     prw-------  0/0           0  1970-01-01T00:00:00Z  ./dev/pipe
        6144  ustar    5     drwx------  ada/users     0  2024-05-01T12:00:00Z  ./etc/
        6656  pax      0     -rw-r-----  ada/users    12  2024-05-01T12:00:00Z  ./etc/app.conf
        8704  ustar    2     lrwxrwxrwx  ada/users     0  2024-05-01T12:00:00Z  ./etc/current -> app.conf
        9216  ustar    2     lrwxrwxrwx  ada/users     0  2024-05-01T12:00:00Z  ./etc/nowhere -> /gone
      "
    `);
  });

  it('steps into archives', () => {
    expect(index('nest.tar!/opt/data.tar.gz').map(({ name }) => name)).toEqual(['inner/deep.tar', 'inner/note']);
  });
});

describe('index --json', () => {
  it('keeps the order of the file and what comes twice', () => {
    expect(index('odd.tar').map(({ name }) => name)).toEqual([
      '/absolute',
      'twice',
      'twice',
      'b\udcffy',
      'red\x1b[31m\nline',
      'link',
      'capable',
      'record',
      'holes',
      'label',
      'late',
      'target',
    ]);
  });

  it('tells all of an entry, and leaves out what is empty', () => {
    const [, , app, run, device] = index('--digest', 'app.tar');
    const owner = { uid: 1000, gid: 100, uname: 'ada', gname: 'users', mtime: '2024-05-01T12:00:00.000000000Z', format: 'ustar' };
    expect(app).toEqual({
      name: './bin/app',
      type: 'file',
      typeflag: '0',
      size: 3000,
      mode: 0o4755,
      ...owner,
      headerOffset: 1024,
      bodyOffset: 1536,
      digest: sha256('x'.repeat(3000)),
    });
    expect(run).toEqual({
      name: './bin/run',
      type: 'hardlink',
      typeflag: '1',
      size: 0,
      mode: 0o644,
      ...owner,
      linkname: './bin/app',
      headerOffset: 4608,
      bodyOffset: 5120,
    });
    expect(device).toMatchObject({ type: 'character-device', typeflag: '3', devmajor: 1, devminor: 3, mode: 0o666 });
  });

  it('gives PAX records as text, or in base64 where they are none', () => {
    const named = new Map(index('odd.tar').map((row) => [row.name, row]));
    expect(named.get('record')?.pax).toMatchObject({ 'VENDOR.blob': { base64: '/w==' } });
    expect(named.get('capable')).toMatchObject({
      format: 'pax',
      pax: { 'SCHILY.xattr.security.capability': '\u0001\u0000\u0000\u0002' },
      xattrs: { 'security.capability': 'AQAAAg==' },
    });
    expect(named.get('b\udcffy')).toMatchObject({ nameBytes: 'Yv95' });
    expect(named.get('link')).toMatchObject({ linkname: '\udcfe', linknameBytes: '/g==' });
    expect(named.get('label')).toMatchObject({ type: 'other:V', typeflag: 'V' });
  });

  it('gives sparse files their whole size, their runs, and the digest of what is read', () => {
    const holes = index('--digest', 'odd.tar').find(({ name }) => name === 'holes');
    expect(holes).toMatchObject({ type: 'file', size: 1024 * 1024, digest: sha256('\0'.repeat(1024 * 1024)) });
    expect(holes).toHaveProperty('sparse.0', { offset: 512, length: 512 });
  });

  it('is the same through gzip and from a pipe', () => {
    const expected = printed(['index', '--json', '--digest', 'app.tar'], { cwd });
    expect(printed(['index', '--json', '--digest', 'app.tar.gz'], { cwd })).toBe(expected);
    expect(printed(['index', '--json', '--digest', '-'], { cwd, input: readFileSync(join(cwd, 'app.tar.gz')) })).toBe(expected);
  });
});

describe('index of what is no tar, or a faulty one', () => {
  it('prints nothing but the error, which says where the fault is', () => {
    expect(lading(['index', '--json', 'broken.tar'], { cwd }).stdout).toBe('');
    expect(failure(['index', 'broken.tar'], { cwd })).toMatchObject({ status: 3, code: 'TAR_CHECKSUM', offset: 512 });
    const cut = readFileSync(join(cwd, 'app.tar')).subarray(0, 3000);
    expect(failure(['index', '-'], { cwd, input: cut })).toMatchObject({ status: 3, code: 'TAR_TRUNCATED', entry: './bin/app' });
  });

  it('says that a folder is one, and what reads it', () => {
    const { code, message } = failure(['index', 'dir'], { cwd });
    expect(code).toBe('INPUT_KIND');
    expect(message).toMatch(/folder.*`ls`/);
  });
});
