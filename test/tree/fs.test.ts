import { glob, globSync } from 'tinyglobby';
import { describe, expect, it } from 'vitest';
import { bytesSource, collect, createSource } from '../../src/stream/index.ts';
import { scanTar, writeTar } from '../../src/tar/index.ts';
import { type Dirent, device, directory, fifo, file, symlink, Tree, tarEntries, treeFromTar } from '../../src/tree/index.ts';

const sample = (): Tree => {
  const tree = new Tree();
  tree.set('etc/passwd', file('root\n', { mode: 0o640, uid: 1, gid: 2, mtime: { seconds: 1_700_000_000, nanoseconds: 123_456_789 } }));
  tree.link('etc/passwd-', 'etc/passwd');
  tree.set('etc/hosts', symlink('../etc/./passwd'));
  tree.set('usr/lib/a.js', file('a'));
  tree.set('usr/lib/deep/b.js', file('b'));
  tree.set('usr/lib/deep/c.txt', file('c'));
  tree.set('lib', symlink('/usr/lib'));
  tree.set('loop', symlink('loop'));
  tree.set('gone', symlink('nowhere'));
  tree.set('dev/null', device('character-device', 1, 3));
  tree.set('dev/sda', device('block-device', 4100, 300));
  tree.set('pipe', fifo());
  tree.set('b\uDCFFyte', file('byte'));
  return tree;
};
const { fs } = sample();

const codeOf = async (act: () => unknown): Promise<unknown> => {
  try {
    await act();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return 'none';
};

describe('tree.fs', () => {
  it('tells what stat and lstat tell', () => {
    const stats = fs.statSync('/etc/hosts');
    expect(stats).toMatchObject({ mode: 0o100640, uid: 1, gid: 2, size: 5, nlink: 2, blocks: 1, mtimeMs: 1_700_000_000_123.4568 });
    expect([stats.isFile(), stats.isDirectory(), stats.isSymbolicLink(), stats.isSocket()]).toEqual([true, false, false, false]);
    expect(stats.mtime.toISOString()).toBe('2023-11-14T22:13:20.123Z');
    expect(stats.ino).toBe(fs.statSync('etc/passwd-').ino);
    const link = fs.lstatSync('etc/hosts');
    expect([link.isSymbolicLink(), link.size, link.mode, link.nlink]).toEqual([true, 15, 0o120777, 1]);
    expect(fs.statSync('/').isDirectory()).toBe(true);
    expect(fs.statSync('pipe').isFIFO()).toBe(true);
    expect(fs.statSync('dev/null')).toMatchObject({ rdev: 0x103 });
    expect([fs.statSync('dev/null').isCharacterDevice(), fs.statSync('dev/sda').isBlockDevice()]).toEqual([true, true]);
  });

  it('numbers devices as makedev(3) does', () => {
    const [major, minor] = [4100n, 300n];
    const expected = ((major & 0xfffn) << 8n) | ((major & ~0xfffn) << 32n) | (minor & 0xffn) | ((minor & ~0xffn) << 12n);
    expect(fs.statSync('dev/sda', { bigint: true }).rdev).toBe(expected);
  });

  it('tells times to the nanosecond by bigint', () => {
    const tree = new Tree();
    tree.set('old', file('', { mtime: { seconds: -1, nanoseconds: 999_999_999 }, atime: { seconds: 1, nanoseconds: 1 } }));
    const stats = tree.fs.lstatSync('old', { bigint: true });
    expect(stats).toMatchObject({ mtimeNs: -1n, mtimeMs: -1n, atimeNs: 1_000_000_001n, ctimeNs: -1n, birthtimeNs: -1n, size: 0n, mode: 0o100644n });
    expect(stats.isFile()).toBe(true);
  });

  it('lists a directory in byte order: names, bytes, types, and recursively', () => {
    expect(fs.readdirSync('/usr/lib')).toEqual(['a.js', 'deep']);
    expect(fs.readdirSync('lib', { recursive: true })).toEqual(['a.js', 'deep', 'deep/b.js', 'deep/c.txt']);
    expect(fs.readdirSync('/', 'buffer')[0]).toEqual(Uint8Array.from([0x62, 0xff, 0x79, 0x74, 0x65]));
    const types = fs.readdirSync('/', { withFileTypes: true }).map((entry) => [entry.name, entry.isDirectory(), entry.isSymbolicLink()]);
    expect(types).toContainEqual(['lib', false, true]);
    expect(types).toContainEqual(['etc', true, false]);
    const deep = fs.readdirSync('/usr/', { withFileTypes: true, recursive: true }).map((entry: Dirent) => `${entry.parentPath}:${entry.name}`);
    expect(deep).toEqual(['/usr/:lib', '/usr/lib:a.js', '/usr/lib:deep', '/usr/lib/deep:b.js', '/usr/lib/deep:c.txt']);
    const bytes = fs.readdirSync('lib', { withFileTypes: true, encoding: 'buffer' });
    expect(bytes[0]?.name).toEqual(Uint8Array.from([0x61, 0x2e, 0x6a, 0x73]));
  });

  it('reads files as bytes of their own and as text', async () => {
    const bytes = await fs.promises.readFile('/lib/a.js');
    bytes[0] = 0;
    expect(await fs.promises.readFile('/lib/a.js', 'utf8')).toBe('a');
    expect(fs.readFileSync('lib/../lib/deep/b.js', { encoding: 'utf-8' })).toBe('b');
    expect(fs.readFileSync(new URL('file:///etc/hosts'), 'utf8')).toBe('root\n');
    expect(fs.readFileSync(Uint8Array.from([0x62, 0xff, 0x79, 0x74, 0x65]), 'utf8')).toBe('byte');
    expect(() => fs.readFileSync('lib/a.js', 'latin1')).toThrow(TypeError);
  });

  it('says what to do about a body that cannot be read without waiting', async () => {
    const tree = new Tree();
    tree.set('far', file(createSource({ read: async () => Uint8Array.from([7]) }, 1)));
    expect(await tree.fs.promises.readFile('far')).toEqual(Uint8Array.from([7]));
    expect(() => tree.fs.readFileSync('far')).toThrow(/"far": its body is not in memory; await promises.readFile instead/);
    expect(await codeOf(() => tree.fs.readFileSync('far'))).toBe('ENOTSUP');
  });

  it('resolves links and says where they lead', () => {
    expect(fs.realpathSync('lib/deep/../../lib/a.js')).toBe('/usr/lib/a.js');
    expect(fs.realpathSync('/..')).toBe('/');
    expect(fs.readlinkSync('lib')).toBe('/usr/lib');
    expect([fs.existsSync('lib/a.js'), fs.existsSync('gone'), fs.existsSync('loop')]).toEqual([true, false, false]);
    fs.accessSync('lib/a.js', fs.constants.R_OK);
  });

  it('opens a directory to be read entry by entry', async () => {
    const dir = await fs.promises.opendir('usr/lib');
    expect((await dir.read())?.name).toBe('a.js');
    const rest: string[] = [];
    for await (const entry of dir) rest.push(entry.name);
    await dir.close();
    expect(rest).toEqual(['deep']);
  });

  it.each([
    ['stat', 'nope', 'ENOENT'],
    ['stat', 'etc/passwd/x', 'ENOTDIR'],
    ['stat', 'loop', 'ELOOP'],
    ['stat', 'gone', 'ENOENT'],
    ['readdir', 'etc/passwd', 'ENOTDIR'],
    ['opendir', 'nope', 'ENOENT'],
    ['readFile', 'etc', 'EISDIR'],
    ['readFile', 'pipe', 'EINVAL'],
    ['readFile', 'nope', 'ENOENT'],
    ['readlink', 'etc', 'EINVAL'],
    ['realpath', 'gone', 'ENOENT'],
    ['access', 'nope', 'ENOENT'],
  ] as const)('%s of "%s" fails with %s by promise, callback and synchronously', async (call, path, code) => {
    expect(await codeOf(() => (fs.promises[call] as (path: string) => Promise<unknown>)(path))).toBe(code);
    expect(await codeOf(() => (fs[`${call}Sync`] as (path: string) => unknown)(path))).toBe(code);
    const byCallback = new Promise((_, reject) => fs[call](path, (error: unknown) => reject(error)));
    expect(await codeOf(() => byCallback)).toBe(code);
  });

  it('is read-only', async () => {
    expect(await codeOf(() => fs.promises.writeFile('x', 'y'))).toBe('EROFS');
    expect(await codeOf(() => fs.unlinkSync('etc/passwd'))).toBe('EROFS');
    expect(await codeOf(() => fs.accessSync('etc', fs.constants.W_OK))).toBe('EROFS');
    expect(await codeOf(() => new Promise((_, reject) => fs.mkdir('x', reject)))).toBe('EROFS');
  });

  it('calls back with results, after the call has returned', async () => {
    const order: string[] = [];
    const names = new Promise((resolve) =>
      fs.readdir('usr/lib', { withFileTypes: false }, (error: unknown, found: unknown) => {
        order.push('called');
        resolve([error, found]);
      }),
    );
    order.push('returned');
    expect(await names).toEqual([null, ['a.js', 'deep']]);
    expect(order).toEqual(['returned', 'called']);
    expect(() => fs.stat('etc')).toThrow(TypeError);
  });

  it('shows the tree as it is at each call', () => {
    const tree = new Tree();
    const view = tree.fs;
    tree.set('new', directory());
    expect(view.readdirSync('/')).toEqual(['new']);
    expect(tree.fs).toBe(view);
  });
});

describe('a globber over an archive', () => {
  const archive = async (): Promise<Tree> => treeFromTar(await scanTar(bytesSource(await collect(writeTar(tarEntries(sample()))))));

  it('finds files by pattern, asynchronously and synchronously', async () => {
    const tree = await archive();
    const options = { cwd: '/usr', fs: tree.fs as never };
    expect((await glob('**/*.js', options)).sort()).toEqual(['lib/a.js', 'lib/deep/b.js']);
    expect(globSync(['**/*', '!**/*.js'], options)).toEqual(['lib/deep/c.txt']);
  });

  it('follows links where it is told to', async () => {
    const tree = await archive();
    const found = await glob('lib/**', { cwd: '/', fs: tree.fs as never, absolute: true });
    expect(found.sort()).toEqual(['/lib/a.js', '/lib/deep/b.js', '/lib/deep/c.txt']);
    expect(await glob('lib/**', { cwd: '/', fs: tree.fs as never, followSymbolicLinks: false })).toEqual([]);
  });
});
