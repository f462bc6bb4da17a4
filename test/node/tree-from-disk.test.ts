import { execFileSync } from 'node:child_process';
import { appendFileSync, linkSync, lutimesSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { extractTree, treeFromDisk } from '../../src/node/index.ts';
import { collect } from '../../src/stream/index.ts';
import type { FileNode, Tree } from '../../src/tree/index.ts';
import { rowsOf, textOf } from '../tree/arbitrary.ts';
import { HAS_GNU_TAR, IS_ROOT, runAs } from './arena.ts';
import { scratch } from './scratch.ts';

const bytes = (path: string, ...more: number[]): Buffer => Buffer.concat([Buffer.from(path), Buffer.from(more)]);
const fileAt = (tree: Tree, path: string): FileNode => tree.lookup(path) as FileNode;
const openDescriptors = (): number => readdirSync('/proc/self/fd').length;

/** What flat files lose: a link that leads to itself, one that leads nowhere, two names of one file, names that are no text, things that are no files. */
function strangeFolder(): string {
  const root = scratch();
  for (const folder of ['empty', 'd/e']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'zero'), '');
  writeFileSync(join(root, 'd/one'), 'shared', { mode: 0o640 });
  linkSync(join(root, 'd/one'), join(root, 'd/e/two'));
  writeFileSync(bytes(`${root}/d/`, 0xff, 0x41), 'bytes');
  for (const [name, target] of [
    ['loop', '.'],
    ['out', '/etc/passwd'],
    ['dangling', 'nowhere'],
    ['self', 'self'],
  ] as const)
    symlinkSync(target, join(root, name));
  symlinkSync(bytes('to', 0xfe), join(root, 'bytes'));
  execFileSync('mkfifo', ['-m', '600', join(root, 'fifo')]);
  execFileSync('find', ['.', '-exec', 'touch', '-h', '-d', '@1000000000.25', '{}', '+'], { cwd: root });
  utimesSync(join(root, 'd/one'), 1, 1_234_567.891);
  lutimesSync(join(root, 'loop'), 1, '-1.5');
  utimesSync(join(root, 'd'), 1, 99);
  return root;
}

describe('a tree from a folder', () => {
  it('has every node as lstat sees it, and follows nothing', async () => {
    const { tree, losses } = await treeFromDisk(strangeFolder());
    expect(losses).toEqual([]);
    const kinds = Object.fromEntries([...tree.walk()].map(({ path, node }) => [path, node.type === 'symlink' ? `-> ${node.target}` : node.type]));
    expect(kinds).toEqual({
      bytes: '-> to\udcfe',
      d: 'directory',
      'd/e': 'directory',
      'd/e/two': 'file',
      'd/one': 'file',
      'd/\udcffA': 'file',
      dangling: '-> nowhere',
      empty: 'directory',
      fifo: 'fifo',
      loop: '-> .',
      out: '-> /etc/passwd',
      self: '-> self',
      zero: 'file',
    });
    expect(tree.lookup('d/one')).toMatchObject({
      mode: 0o640,
      size: 6,
      uid: process.getuid?.(),
      mtime: { seconds: 1_234_567, nanoseconds: 891_000_000 },
    });
    expect(tree.lookup('loop')?.mtime).toEqual({ seconds: -2, nanoseconds: 500_000_000 });
    expect(tree.lookup('d')?.mtime).toEqual({ seconds: 99, nanoseconds: 0 });
    expect(tree.hardLinks()).toEqual(new Map([[tree.lookup('d/one'), ['d/e/two', 'd/one']]]));
    expect(textOf(tree.lookup('d/\udcffA'))).toBe('bytes');
  });

  it('comes back the same from a disk to which it was extracted', async () => {
    const root = strangeFolder();
    const { tree } = await treeFromDisk(root);
    const copy = join(scratch(), 'copy');
    const { losses } = await extractTree(tree, copy, { preserve: true });
    expect(losses).toEqual([]);
    expect(rowsOf((await treeFromDisk(copy)).tree)).toEqual(rowsOf(tree));
    if (!HAS_GNU_TAR) return;
    const archive = join(copy, '../a.tar');
    execFileSync('tar', ['--format=gnu', '-cf', archive, '.'], { cwd: root });
    expect(execFileSync('tar', ['--compare', '-f', archive], { cwd: copy, encoding: 'utf8' })).toBe('');
  });

  it('holds no file open, and reads bodies at once, later and as streams', async () => {
    const root = scratch();
    for (let i = 0; i < 300; i++) writeFileSync(join(root, `f${i}`), `body ${i}`);
    const before = openDescriptors();
    const { tree } = await treeFromDisk(root);
    expect(openDescriptors()).toBe(before);
    const { body } = fileAt(tree, 'f299');
    expect(Buffer.from(body.readSync?.(1, 3) as Uint8Array).toString()).toBe('ody');
    expect(Buffer.from(await body.read(5, 100)).toString()).toBe('299');
    expect(Buffer.from(await collect(body.slice(2, 6).stream())).toString()).toBe('dy 2');
    for await (const chunk of body.stream()) if (chunk.length) break;
    expect(openDescriptors()).toBe(before);
  });

  it('reports a socket, and keeps the rest', async () => {
    const root = scratch();
    writeFileSync(join(root, 'file'), '');
    const server = createServer().listen(join(root, 'socket'));
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { tree, losses } = await treeFromDisk(root);
    expect([...tree.walk()].map(({ path }) => path)).toEqual(['file']);
    expect(losses).toEqual([{ path: 'socket', what: 'entry', code: 'ENOTSUP', message: 'a tree holds no sockets' }]);
  });

  it('may be reached by a link, which is the only one followed', async () => {
    const root = scratch();
    mkdirSync(join(root, 'real'));
    writeFileSync(join(root, 'real/file'), 'x');
    symlinkSync('real', join(root, 'link'));
    const { tree } = await treeFromDisk(join(root, 'link'));
    expect([...tree.walk()].map(({ path }) => path)).toEqual(['file']);
    expect(textOf(tree.lookup('file'))).toBe('x');
  });

  it('is INPUT_UNREADABLE with the cause for nothing, a file, and what may not be read', async () => {
    const root = scratch();
    writeFileSync(join(root, 'file'), '');
    await expect(treeFromDisk(join(root, 'none'))).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      path: join(root, 'none'),
      cause: { code: 'ENOENT' },
    });
    await expect(treeFromDisk(join(root, 'file'))).rejects.toMatchObject({ code: 'INPUT_UNREADABLE', cause: { code: 'ENOTDIR' } });
    if (!IS_ROOT) return;
    execFileSync('chmod', ['755', root]);
    mkdirSync(join(root, 'locked'), { mode: 0o700 });
    await expect(runAs('nobody', () => treeFromDisk(root))).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      path: join(root, 'locked'),
      cause: { code: 'EACCES' },
    });
  });

  it('ends by its signal', async () => {
    await expect(treeFromDisk(scratch(), { signal: AbortSignal.abort(new Error('enough')) })).resolves.toMatchObject({ losses: [] });
    await expect(treeFromDisk(strangeFolder(), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});

describe('the body of a file that is no longer the one seen', () => {
  const changes: readonly [string, (path: string) => void][] = [
    ['written to', (path) => appendFileSync(path, 'more')],
    ['changed without a change of size', (path) => writeFileSync(path, 'BODY')],
    ['gone', (path) => rmSync(path)],
    [
      'another of the same name, size and time',
      (path) => {
        writeFileSync(`${path}.new`, 'BODY');
        utimesSync(`${path}.new`, 1000, 1000);
        renameSync(`${path}.new`, path);
      },
    ],
    [
      'a link now',
      (path) => {
        renameSync(path, `${path}.old`);
        symlinkSync(`${path}.old`, path);
      },
    ],
    [
      'a folder now',
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
    [
      'a FIFO now',
      (path) => {
        rmSync(path);
        execFileSync('mkfifo', [path]);
      },
    ],
    [
      'in a folder that is a link to another now',
      (path) => {
        const folder = join(path, '..');
        renameSync(folder, `${folder}.old`);
        mkdirSync(`${folder}.new`);
        writeFileSync(join(`${folder}.new`, 'file'), 'BODY');
        symlinkSync(`${folder}.new`, folder);
      },
    ],
  ];
  it.each(changes)('is ESTALE when the file is %s', async (_, change) => {
    const root = scratch();
    const path = join(root, 'd/file');
    mkdirSync(join(root, 'd'));
    writeFileSync(path, 'body');
    utimesSync(path, 1000, 1000);
    const { body } = fileAt((await treeFromDisk(root)).tree, 'd/file');
    expect(await body.read(0, 4)).toHaveLength(4);
    change(path);
    expect(() => body.readSync?.(0, 4)).toThrow(expect.objectContaining({ code: 'ESTALE' }));
    await expect(body.read(0, 4)).rejects.toMatchObject({ code: 'ESTALE', path });
    await expect(collect(body.stream())).rejects.toMatchObject({ code: 'ESTALE' });
  });
});
