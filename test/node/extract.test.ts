import { execFileSync } from 'node:child_process';
import {
  type BigIntStats,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractTree, openFile, treeFromDisk } from '../../src/node/index.ts';
import { bytesSource, createSource } from '../../src/stream/index.ts';
import { scanTar } from '../../src/tar/index.ts';
import { device, directory, type FileNode, fifo, file, symlink, Tree, treeFromTar, withMetadata } from '../../src/tree/index.ts';
import { anyTree, rowsOf } from '../tree/arbitrary.ts';
import { arena, contentsOf, HAS_GNU_TAR, IS_ROOT, NOBODY, runAs, USERS } from './arena.ts';
import { scratch } from './scratch.ts';

const at = (seconds: number, nanoseconds = 0): { seconds: number; nanoseconds: number } => ({ seconds, nanoseconds });
const fresh = (): string => join(scratch(), 'out');
const stat = (...path: string[]): BigIntStats => lstatSync(join(...path), { bigint: true });
const permissions = (...path: string[]): number => lstatSync(join(...path)).mode & 0o7777;

function treeOf(nodes: Record<string, Parameters<Tree['set']>[1]>): Tree {
  const tree = new Tree();
  for (const [path, node] of Object.entries(nodes)) tree.set(path, node);
  return tree;
}

describe('extracting a tree', () => {
  it('writes every kind of node that needs no rights, with mode and times, directories last', async () => {
    const out = fresh();
    const tree = treeOf({
      'a/empty': file('', { mode: 0o400, mtime: at(1) }),
      'a/dir': directory({ mode: 0o500, mtime: at(2) }),
      'a/dir/file': file('text', { mode: 0o751, mtime: at(3, 500_000_000) }),
      'a/dangling': symlink('nowhere/at all', { mtime: at(4) }),
      'a/fifo': fifo({ mode: 0o622, mtime: at(5) }),
      'b\udcff/\u{1F600}': file('bytes'),
    });
    const report = await extractTree(tree, out);
    expect(report).toEqual({ entries: 8, bytes: 9, rounded: 0, losses: [] });
    expect(readFileSync(join(out, 'a/dir/file'), 'utf8')).toBe('text');
    expect(readlinkSync(join(out, 'a/dangling'))).toBe('nowhere/at all');
    expect(readFileSync(Buffer.concat([Buffer.from(`${out}/b`), Buffer.from([0xff]), Buffer.from('/\u{1F600}')]), 'utf8')).toBe('bytes');
    expect(lstatSync(join(out, 'a/fifo')).isFIFO()).toBe(true);
    expect(['a/empty', 'a/dir', 'a/dir/file', 'a/fifo'].map((path) => permissions(out, path))).toEqual([0o400, 0o500, 0o751, 0o622]);
    const times = ['a/empty', 'a/dir', 'a/dir/file', 'a/dangling', 'a/fifo'].map((path) => lstatSync(join(out, path)).mtimeMs);
    expect(times).toEqual([1000, 2000, 3500, 4000, 5000]);
  });

  it('gives hard links one inode, across directories that may not be entered', async () => {
    const out = fresh();
    const tree = treeOf({ 'locked/one': file('shared', { mtime: at(7) }), locked: directory({ mode: 0o000, mtime: at(8) }), link: symlink('x') });
    tree.link('open/two', 'locked/one');
    tree.link('three', 'locked/one');
    tree.link('open/link', 'link');
    for (const user of USERS) {
      const place = arena(user);
      const report = await runAs(user, () => extractTree(tree, place.destination));
      expect(report).toMatchObject({ entries: 7, bytes: 6, losses: [] });
      expect(stat(place.destination, 'three')).toMatchObject({ nlink: 3n, ino: stat(place.destination, 'open/two').ino, mtimeNs: 7_000_000_000n });
      expect(stat(place.destination, 'link')).toMatchObject({ nlink: 2n, ino: stat(place.destination, 'open/link').ino });
      expect(stat(place.destination, 'locked')).toMatchObject({ mtimeNs: 8_000_000_000n });
      expect(permissions(place.destination, 'locked')).toBe(0);
      chmodSync(join(place.destination, 'locked'), 0o700);
    }
    expect(existsSync(out)).toBe(false);
  });

  it('keeps the holes of a sparse file', async () => {
    const out = fresh();
    const size = 64 * 1024 * 1024;
    const body = createSource({ read: async (position, length) => new Uint8Array(length).fill(position >= 8_388_608 ? 2 : 1) }, size);
    const sparse = [
      { offset: 0, length: 512 },
      { offset: 8_388_608, length: 4096 },
    ];
    const report = await extractTree(treeOf({ sparse: { ...file(body), sparse } }), out);
    expect(report.bytes).toBe(4608);
    expect(statSync(join(out, 'sparse')).size).toBe(size);
    expect(statSync(join(out, 'sparse')).blocks * 512).toBeLessThan(100_000);
    const written = readFileSync(join(out, 'sparse'));
    expect([written[511], written[512], written[8_388_607], written[8_388_608], written[8_392_703], written[8_392_704]]).toEqual([1, 0, 0, 2, 2, 0]);
  });

  it('sets times before 1970 and fractions to the microsecond, and counts what it rounds', async () => {
    const out = fresh();
    const cases = [
      at(-1),
      at(-1, 500_000_000),
      at(-100, 123_456_000),
      at(1_700_000_000, 1000),
      at(1_700_000_000, 999_999_000),
      at(1_700_000_000, 123_456_789),
      at(0),
    ];
    const tree = treeOf(
      Object.fromEntries(
        cases.flatMap((mtime, i) => [
          [`f${i}`, file('', { mtime })],
          [`l${i}`, symlink('x', { mtime })],
          [`d${i}`, directory({ mtime })],
        ]),
      ),
    );
    const report = await extractTree(tree, out);
    expect(report.losses).toEqual([]);
    for (const [i, { seconds, nanoseconds }] of cases.entries()) {
      const wanted = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
      for (const kind of 'fld') {
        const off = stat(out, `${kind}${i}`).mtimeNs - wanted;
        expect(off > -1000n && off < 1000n, `${kind}${i} is off by ${off} ns`).toBe(true);
      }
    }
    expect(report.rounded).toBeGreaterThanOrEqual(3);
  });

  it('reports a time that the file system cannot hold', async () => {
    const report = await extractTree(treeOf({ far: file('', { mtime: at(2 ** 40) }) }), fresh());
    expect(report.losses).toMatchObject([{ path: 'far', what: 'time', code: 'ERANGE' }]);
  });

  it('gives back what a tree holds, whatever it holds', async () => {
    const known = (tree: Tree): Tree => {
      const copy = tree.fork();
      for (const { path, node } of [{ path: '', node: tree.root }, ...tree.walk()]) {
        if (node.type === 'symlink' && node.target === '') copy.remove(path);
        if (node.type === 'directory' && !IS_ROOT) copy.set(path, withMetadata(node, { mode: 0o700 }));
      }
      return copy;
    };
    await fc.assert(
      fc.asyncProperty(anyTree, async (any) => {
        const tree = known(any);
        const out = fresh();
        const { losses } = await extractTree(tree, out, { preserve: IS_ROOT });
        const missing = new Set(losses.filter(({ what }) => what === 'entry').map(({ path }) => path));
        const back = await treeFromDisk(out);
        expect(missing.size === 0 || !IS_ROOT).toBe(true);
        expect(namesAndSubstance(back.tree)).toEqual(namesAndSubstance(tree).filter(([path]) => !missing.has(path as string)));
      }),
      { numRuns: 40 },
    );
  });

  // Hard links are groups; Linux has no mode for links, and what else is in a row (xattrs, names of owners, nanoseconds) a disk does not take from Node.
  function namesAndSubstance(tree: Tree): unknown[][] {
    return (rowsOf(tree) as [string, string, unknown, unknown[]][]).map(([path, first, substance, [mode]]) => {
      const isLink = Array.isArray(substance) && substance[0] === 'symlink';
      return [path, first, substance, isLink || !IS_ROOT ? 0 : mode];
    });
  }
});

describe('owners, devices and special bits', () => {
  const tree = treeOf({
    setuid: file('#!', { mode: 0o6755, uid: 1234, gid: 5678 }),
    sticky: directory({ mode: 0o1777, uid: 1234, gid: 5678 }),
    link: symlink('setuid', { uid: 1234, gid: 5678 }),
    null: device('character-device', 1, 3, { mode: 0o666, uid: 1234, gid: 5678 }),
    disk: device('block-device', 4095, 1_048_575),
  });

  it.each(USERS)('are left out and reported unless they are asked for, as %s', async (user) => {
    const { destination } = arena(user);
    const { losses, entries } = await runAs(user, () => extractTree(tree, destination));
    expect(losses.map(({ path, what, code }) => [path, what, code])).toEqual([
      ['setuid', 'mode', 'NOT_PRESERVED'],
      ['null', 'entry', 'NOT_PRESERVED'],
      ['disk', 'entry', 'NOT_PRESERVED'],
      ['sticky', 'mode', 'NOT_PRESERVED'],
    ]);
    expect(losses[0]?.message).toBe('left out setuid, setgid: not asked for');
    expect(entries).toBe(3);
    expect([permissions(destination, 'setuid'), permissions(destination, 'sticky')]).toEqual([0o755, 0o777]);
    expect(lstatSync(join(destination, 'setuid')).uid).toBe(user === 'nobody' ? NOBODY : process.getuid?.());
  });

  if (IS_ROOT)
    it('are set by root when they are asked for', async () => {
      const out = fresh();
      const { losses, entries } = await extractTree(tree, out, { preserve: true });
      expect(losses).toEqual([]);
      expect(entries).toBe(5);
      expect([permissions(out, 'setuid'), permissions(out, 'sticky'), permissions(out, 'null')]).toEqual([0o6755, 0o1777, 0o666]);
      for (const name of ['setuid', 'sticky', 'link', 'null']) expect(stat(out, name)).toMatchObject({ uid: 1234n, gid: 5678n });
      const back = await treeFromDisk(out);
      expect(back.tree.lookup('null')).toMatchObject({ type: 'character-device', devmajor: 1, devminor: 3 });
      expect(back.tree.lookup('disk')).toMatchObject({ type: 'block-device', devmajor: 4095, devminor: 1_048_575 });
    });

  if (IS_ROOT)
    it('are reported when they are asked for by someone without the right, and no bit lends an owner that is not the tree’s', async () => {
      const { destination } = arena('nobody');
      const { losses } = await runAs('nobody', () => extractTree(tree, destination, { preserve: true }));
      const found = losses.map(({ path, what, code }) => `${path} ${what} ${code}`);
      expect(found.toSorted()).toEqual([
        'disk entry OUTPUT_FAILED',
        'link owner EPERM',
        'null entry OUTPUT_FAILED',
        'setuid mode EPERM',
        'setuid owner EPERM',
        'sticky mode EPERM',
        'sticky owner EPERM',
      ]);
      expect(permissions(destination, 'setuid')).toBe(0o755);
    });

  it('are reported for each name of a device', async () => {
    const tree = treeOf({ one: device('block-device', 8, 0) });
    tree.link('two', 'one');
    expect((await extractTree(tree, fresh())).losses.map(({ path }) => path)).toEqual(['one', 'two']);
    if (!IS_ROOT) return;
    const out = fresh();
    expect((await extractTree(tree, out, { preserve: true })).losses).toEqual([]);
    expect(stat(out, 'one')).toMatchObject({ nlink: 2n, ino: stat(out, 'two').ino, rdev: 0x800n });
  });

  it('are reported on a FIFO, where they mean nothing', async () => {
    const out = fresh();
    const { losses } = await extractTree(treeOf({ fifo: fifo({ mode: 0o4640 }) }), out);
    expect(losses).toMatchObject([{ path: 'fifo', what: 'mode', code: 'ENOTSUP' }]);
    expect(permissions(out, 'fifo')).toBe(0o640);
  });

  it('are reported when no host has them', async () => {
    const odd = treeOf({
      owner: file('', { uid: 2 ** 32 - 1, gid: 0 }),
      group: file('', { uid: 0, gid: -1 }),
      major: device('character-device', 4096, 0),
      minor: device('block-device', 8, 2 ** 20),
    });
    const { losses } = await extractTree(odd, fresh(), { preserve: true });
    expect(losses.filter(({ code }) => code === 'EINVAL').map(({ path, what }) => [path, what])).toEqual([
      ['owner', 'owner'],
      ['group', 'owner'],
      ['major', 'entry'],
      ['minor', 'entry'],
    ]);
  });

  it('reports extended attributes, for which Node has no call', async () => {
    const { losses } = await extractTree(treeOf({ ping: file('', { xattrs: new Map([['security.capability', Uint8Array.of(1)]]) }) }), fresh());
    expect(losses).toEqual([
      { path: 'ping', what: 'xattrs', code: 'ENOTSUP', message: 'Node has no call for extended attributes: security.capability' },
    ]);
  });
});

describe('the destination', () => {
  const tree = treeOf({ 'd/new': file('new'), 'd/both': file('new', { mode: 0o640 }), top: file('new') });
  tree.set('', directory({ mode: 0o711, mtime: at(11) }));
  tree.set('d', directory({ mode: 0o750, mtime: at(12) }));

  it('gets the mode and times of the root where it is new', async () => {
    const out = fresh();
    await extractTree(tree, `${out}/`);
    expect(permissions(out)).toBe(0o711);
    expect(lstatSync(out).mtimeMs).toBe(11_000);
  });

  it('may be an empty folder, which keeps its mode unless that is asked for', async () => {
    const [out, other] = [scratch(), scratch()];
    for (const folder of [out, other]) chmodSync(folder, 0o755);
    await extractTree(tree, out);
    await extractTree(tree, other, { preserve: true });
    expect([permissions(out), permissions(other)]).toEqual([0o755, 0o711]);
    expect(contentsOf(out)).toEqual({ 'd/': '', 'd/both': 'new', 'd/new': 'new', top: 'new' });
    expect(lstatSync(other).mtimeMs).toBe(11_000);
    expect(lstatSync(join(out, 'd')).mtimeMs).toBe(12_000);
  });

  it('may be reached by links, and be the link to a folder', async () => {
    const base = scratch();
    mkdirSync(join(base, 'real'));
    symlinkSync('real', join(base, 'link'));
    await extractTree(tree, join(base, 'link'));
    await extractTree(tree, join(base, 'link/sub'));
    expect(Object.keys(contentsOf(join(base, 'real')))).toContain('sub/d/new');
    expect(lstatSync(join(base, 'link')).isSymbolicLink()).toBe(true);
  });

  it('is OUTPUT_EXISTS when it is a folder with something in it, a file, or a link to nothing', async () => {
    const base = scratch();
    writeFileSync(join(base, 'file'), '');
    symlinkSync('nowhere', join(base, 'link'));
    await expect(extractTree(tree, base)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS', path: base });
    await expect(extractTree(tree, join(base, 'file'), { force: true })).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    await expect(extractTree(tree, join(base, 'link'), { force: true })).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect(readdirSync(base)).toEqual(['file', 'link']);
  });

  it('is merged into by force: folders keep what else is in them, other things give way', async () => {
    const out = scratch();
    mkdirSync(join(out, 'd/old'), { recursive: true });
    mkdirSync(join(out, 'top/was/a/folder'), { recursive: true });
    writeFileSync(join(out, 'd/both'), 'old', { mode: 0o600 });
    writeFileSync(join(out, 'd/new'), 'a file');
    writeFileSync(join(out, 'kept'), 'kept');
    const { losses } = await extractTree(tree, out, { force: true });
    expect(losses).toEqual([]);
    expect(contentsOf(out)).toEqual({ 'd/': '', 'd/both': 'new', 'd/new': 'new', 'd/old/': '', kept: 'kept', top: 'new' });
    expect(permissions(out, 'd')).toBe(0o750);
    expect(permissions(out, 'd/both')).toBe(0o640);
    expect(lstatSync(join(out, 'd')).mtimeMs).toBe(12_000);
  });

  it('keeps the mode and times of a folder that the tree only implies', async () => {
    const out = scratch();
    mkdirSync(join(out, 'implied'), { mode: 0o700 });
    await extractTree(treeOf({ 'implied/file': file('') }), out, { force: true });
    expect(permissions(out, 'implied')).toBe(0o700);
  });

  it('is OUTPUT_FAILED, with the cause, where its folder is missing or forbidden', async () => {
    await expect(extractTree(tree, join(scratch(), 'missing/out'))).rejects.toMatchObject({ code: 'OUTPUT_FAILED', cause: { code: 'ENOENT' } });
    const { destination } = arena('self');
    if (!IS_ROOT) chmodSync(dirname(destination), 0o500);
    await expect(runAs(IS_ROOT ? 'nobody' : 'self', () => extractTree(tree, destination))).rejects.toMatchObject({
      code: 'OUTPUT_FAILED',
      cause: { code: 'EACCES' },
    });
  });
});

describe('an extraction that does not come to its end', () => {
  const failing = (error: Error): FileNode => file(createSource({ read: () => Promise.reject(error) }, 10));

  it('leaves nothing behind when a body fails, and passes its error on', async () => {
    const out = fresh();
    const tree = treeOf({ 'a/b/first': file('1'), 'a/link': symlink('/etc'), 'a/second': failing(new RangeError('broken body')) });
    tree.link('hard', 'a/b/first');
    await expect(extractTree(tree, out)).rejects.toThrow('broken body');
    expect(readdirSync(dirname(out))).toEqual([]);
  });

  it('leaves an existing folder as it was', async () => {
    const out = scratch();
    writeFileSync(join(out, 'kept'), 'kept');
    await expect(extractTree(treeOf({ kept: file('new'), z: failing(new Error('broken body')) }), out, { force: true })).rejects.toThrow(
      'broken body',
    );
    expect(contentsOf(out)).toEqual({ kept: 'kept' });
  });

  it('ends by its signal, with the signal’s reason, and leaves nothing behind', async () => {
    for (const user of USERS) {
      const place = arena(user);
      const controller = new AbortController();
      const tree = treeOf({ locked: directory({ mode: 0o000 }), 'locked/file': file('') });
      const body = createSource(
        {
          read: async (_, length) => {
            controller.abort(new Error('interrupted'));
            return new Uint8Array(length);
          },
        },
        10,
      );
      tree.set('last', file(body));
      tree.set('never', file(''));
      await expect(runAs(user, () => extractTree(tree, place.destination, { signal: controller.signal }))).rejects.toThrow('interrupted');
      place.untouched();
      expect(existsSync(place.destination)).toBe(false);
    }
    await expect(extractTree(treeOf({ a: file('') }), fresh(), { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  it('is ESTALE for a body that has less than its size says', async () => {
    const body = createSource({ read: async (_, length) => new Uint8Array(Math.min(length, 4)) }, 10);
    const short = { ...file(bytesSource(new Uint8Array(4))), size: 10 };
    await expect(extractTree(treeOf({ short }), fresh())).rejects.toMatchObject({ code: 'ESTALE', path: 'short' });
    expect((await extractTree(treeOf({ slow: file(body) }), fresh())).bytes).toBe(10);
  });

  it('is OUTPUT_FAILED for what the host cannot hold', async () => {
    const long = 'n'.repeat(300);
    await expect(extractTree(treeOf({ [long]: file('') }), fresh())).rejects.toMatchObject({
      code: 'OUTPUT_FAILED',
      cause: { code: 'ENAMETOOLONG' },
    });
    await expect(extractTree(treeOf({ empty: symlink('') }), fresh())).rejects.toMatchObject({ code: 'OUTPUT_FAILED', path: 'empty' });
  });
});

if (HAS_GNU_TAR && IS_ROOT)
  describe('what GNU tar finds', () => {
    it('in an extracted archive is what the archive says', async () => {
      const base = scratch();
      const from = join(base, 'from');
      mkdirSync(from);
      execFileSync('sh', ['-ec', RECIPE], { cwd: from });
      execFileSync('tar', ['-cf', '../a.tar', '.'], { cwd: from });
      await using archive = await openFile(join(base, 'a.tar'));
      const { losses } = await extractTree(treeFromTar(await scanTar(archive)), join(base, 'to'), { preserve: true });
      expect(losses).toEqual([]);
      expect(execFileSync('tar', ['--compare', '-f', join(base, 'a.tar'), '-C', join(base, 'to')], { encoding: 'utf8' })).toBe('');
    });

    const RECIPE = `
    mkdir -p d/e empty; echo text > d/file; : > zero; ln d/file d/e/hard; ln -s . loop; ln -s nowhere dangling; mkfifo fifo
    mknod null c 1 3; printf x > "$(printf 'byte\\377')"; dd if=/dev/zero of=sparse bs=1 count=0 seek=1M 2>/dev/null
    chmod 6755 d/file; chmod 1777 empty; chmod 0 zero; chown 1:2 d/e/hard; chown -h 3:4 loop; chown 5:6 d
    touch -d @1000000000 d/e d/file; touch -h -d @5 dangling; touch -d @-5 zero; touch -d @7 d .
  `;
  });
