import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HeldDirectory } from '../../src/node/directory.ts';
import { extractTree } from '../../src/node/index.ts';
import { bytesSource, createSource, type Source } from '../../src/stream/index.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import { type DirectoryNode, directory, file, type Node, Tree } from '../../src/tree/index.ts';
import { type Arena, arena, contentsOf, runAs, treeOfTar, USERS } from './arena.ts';

type Expected = string | ((place: Arena, written: Record<string, string>) => void);

/** The path of something outside, as it comes to lie in the destination when the root of names is the destination. */
const inside = (path: string): string => path.slice(1);

const archives: readonly [string, (place: Arena) => readonly EntryInit[], Expected][] = [
  ['a name that climbs out (CVE-2014-9357)', () => [{ name: '../outside/victim', body: 'evil' }], 'PATH_ESCAPES'],
  ['a name that climbs out after going in', () => [{ name: 'a/b/../../../outside/victim', body: 'evil' }], 'PATH_ESCAPES'],
  ['a name in a sibling that begins like the destination (CVE-2025-59343)', () => [{ name: '../out-x/victim', body: 'evil' }], 'PATH_ESCAPES'],
  [
    'an absolute name (CVE-2014-9356)',
    ({ victim }) => [{ name: victim, body: 'evil' }],
    ({ victim }, written) => expect(written[inside(victim)]).toBe('evil'),
  ],
  [
    'a name with several roots (CVE-2021-32804)',
    ({ victim }) => [{ name: `///.//${victim}`, body: 'evil' }],
    ({ victim }, written) => expect(written[inside(victim)]).toBe('evil'),
  ],
  [
    'backslashes, which are letters like any other here',
    () => [{ name: '..\\..\\outside\\victim', body: 'evil' }],
    (_, written) => expect(written).toEqual({ '..\\..\\outside\\victim': 'evil' }),
  ],
  [
    'a write through an absolute link (CVE-2026-17106)',
    ({ outside }) => [
      { name: 'x', type: 'symlink', linkname: outside },
      { name: 'x/victim', body: 'evil' },
      { name: 'x/new', body: 'evil' },
    ],
    ({ outside, victim }, written) => {
      expect(written.x).toBe(`-> ${outside}`);
      expect(written[inside(victim)]).toBe('evil');
    },
  ],
  [
    'a write through a link that climbs (CVE-2021-21272)',
    () => [
      { name: 'x', type: 'symlink', linkname: '../../outside' },
      { name: 'x/victim', body: 'evil' },
    ],
    (_, written) => expect(written['outside/victim']).toBe('evil'),
  ],
  [
    'a chain of links (GHSA-m37j-52j7-pjw7)',
    () => [
      { name: 'here', type: 'symlink', linkname: '.' },
      { name: 'here/up', type: 'symlink', linkname: '..' },
      { name: 'up/twice', type: 'symlink', linkname: '../..' },
      { name: 'twice/outside/victim', body: 'evil' },
      { name: 'here/up/twice/outside/inner/deep', body: 'evil' },
    ],
    (_, written) => expect(written).toMatchObject({ 'outside/victim': 'evil', 'outside/inner/deep': 'evil', up: '-> ..', twice: '-> ../..' }),
  ],
  [
    'a write to a link itself (GHSA-8xwf-rjm4-xvhv)',
    ({ victim }) => [
      { name: 'x', type: 'symlink', linkname: victim },
      { name: 'x', body: 'evil' },
    ],
    (_, written) => expect(written).toEqual({ x: 'evil' }),
  ],
  [
    'a directory that a link replaces (CVE-2021-32803)',
    ({ outside }) => [
      { name: 'd/' },
      { name: 'd/a', body: 'good' },
      { name: 'd', type: 'symlink', linkname: outside },
      { name: 'd/victim', body: 'evil' },
    ],
    ({ outside, victim }, written) => expect(written).toMatchObject({ d: `-> ${outside}`, [inside(victim)]: 'evil' }),
  ],
  [
    'a mode set through a link (CVE-2026-33056, CVE-2021-32760)',
    ({ outside }) => [
      { name: 'd', type: 'symlink', linkname: outside, mode: 0o777 },
      { name: 'd/', mode: 0o777, mtime: new Date(0) },
      { name: 'e', type: 'symlink', linkname: outside },
      { name: 'e/inner/', mode: 0o777, mtime: new Date(0) },
    ],
    ({ outside }, written) => expect(written).toMatchObject({ 'd/': '', e: `-> ${outside}`, [`${inside(outside)}/inner/`]: '' }),
  ],
  [
    'a root that is a link (CVE-2021-29136)',
    ({ outside }) => [
      { name: './', type: 'symlink', linkname: outside },
      { name: 'victim', body: 'evil' },
    ],
    'EINVAL',
  ],
  ['a hard link that climbs out (CVE-2026-24842)', () => [{ name: 'h', type: 'hardlink', linkname: '../outside/victim' }], 'PATH_ESCAPES'],
  ['a hard link to an absolute path outside (CVE-2026-50163)', ({ victim }) => [{ name: 'h', type: 'hardlink', linkname: victim }], 'ENOENT'],
  [
    'a hard link through two links (CVE-2026-26960)',
    () => [
      { name: 'a', type: 'symlink', linkname: '..' },
      { name: 'b', type: 'symlink', linkname: 'a/..' },
      { name: 'h', type: 'hardlink', linkname: 'b/outside/victim' },
    ],
    'ENOENT',
  ],
  [
    'a hard link to a link that leads outside, and a write to it (CVE-2026-23745)',
    ({ victim }) => [
      { name: 's', type: 'symlink', linkname: victim },
      { name: 'h', type: 'hardlink', linkname: 's' },
      { name: 't', type: 'hardlink', linkname: 's' },
      { name: 't', body: 'evil' },
    ],
    ({ victim }, written) => expect(written).toEqual({ s: `-> ${victim}`, h: `-> ${victim}`, t: 'evil' }),
  ],
  ['a path of five thousand directories (CVE-2024-28863)', () => [{ name: 'd/'.repeat(5000) }], 'LIMIT_DEPTH'],
];

describe.each(USERS)('extracting as %s, nothing outside changes by', (user) => {
  it.each(archives)('%s', async (_, entries, expected) => {
    const place = arena(user);
    const extraction = runAs(user, async () => extractTree(await treeOfTar(entries(place)), place.destination));
    if (typeof expected === 'string') await expect(extraction).rejects.toMatchObject({ code: expected });
    else {
      expect((await extraction).losses).toEqual([]);
      expected(place, contentsOf(place.destination));
    }
    place.untouched();
  });

  const made = (name: string, node: Node = file('evil')): DirectoryNode => ({
    ...directory(),
    children: new Map([
      ['good', file('good')],
      [name, node],
    ]),
  });
  it.each([
    ['..', 'PATH_ESCAPES'],
    ['../../outside/victim', 'PATH_ESCAPES'],
    ['a/b', 'PATH_ESCAPES'],
    ['/etc/evil', 'PATH_ESCAPES'],
    ['.', 'EINVAL'],
    ['', 'EINVAL'],
    ['a\0b', 'EINVAL'],
  ])('a tree made by hand with the name %j', async (name, code) => {
    const place = arena(user);
    await expect(runAs(user, () => extractTree(new Tree(made(name)), place.destination))).rejects.toMatchObject({ code });
    await expect(runAs(user, () => extractTree(new Tree(made(name, directory())), place.destination))).rejects.toMatchObject({ code });
    expect(readdirSync(dirname(place.destination))).toEqual(['out-x']);
    place.untouched();
  });

  it('a tree made by hand that is too deep', async () => {
    const place = arena(user);
    const deep = (levels: number): DirectoryNode => {
      let node = directory();
      for (let i = 0; i < levels; i++) node = { ...directory(), children: new Map([['d', node]]) };
      return node;
    };
    await expect(runAs(user, () => extractTree(new Tree(deep(1025)), place.destination))).rejects.toMatchObject({ code: 'LIMIT_DEPTH' });
    expect((await runAs(user, () => extractTree(new Tree(deep(300)), place.destination))).entries).toBe(300);
    place.untouched();
  });
});

describe.each(USERS)('extracting as %s into a folder that is there, nothing outside changes by', (user) => {
  const tree = new Tree();
  tree.set('d/victim', file('new', { mode: 0o777 }));
  tree.set('f', file('new', { mode: 0o777 }));
  tree.set('d', directory({ mode: 0o700, mtime: { seconds: 5, nanoseconds: 0 } }));

  const extractOver = (place: Arena, prepare: (destination: string) => void): Promise<unknown> =>
    runAs(user, async () => {
      mkdirSync(place.destination);
      prepare(place.destination);
      return extractTree(tree, place.destination, { force: true });
    });

  it('a link to a folder where the tree has a folder', async () => {
    const place = arena(user);
    await extractOver(place, (destination) => symlinkSync(place.outside, join(destination, 'd')));
    expect(contentsOf(place.destination)).toEqual({ 'd/': '', 'd/victim': 'new', f: 'new' });
    place.untouched();
  });

  it('a link to a file where the tree has a file', async () => {
    const place = arena(user);
    await extractOver(place, (destination) => symlinkSync(place.victim, join(destination, 'f')));
    expect(contentsOf(place.destination).f).toBe('new');
    place.untouched();
  });

  it('a link deeper in a folder that is merged into', async () => {
    const place = arena(user);
    await extractOver(place, (destination) => {
      mkdirSync(join(destination, 'd'));
      symlinkSync(place.victim, join(destination, 'd/victim'));
      symlinkSync(place.outside, join(destination, 'd/kept'));
    });
    expect(contentsOf(place.destination)).toEqual({ 'd/': '', 'd/victim': 'new', 'd/kept': `-> ${place.outside}`, f: 'new' });
    place.untouched();
  });

  it('a hard link to a file outside: the name is replaced, not the content', async () => {
    const place = arena(user);
    const { mode, mtimeMs } = statSync(place.victim);
    await extractOver(place, (destination) => linkSync(place.victim, join(destination, 'f')));
    expect(contentsOf(place.destination).f).toBe('new');
    expect(readFileSync(place.victim, 'utf8')).toBe('safe');
    expect(statSync(place.victim)).toMatchObject({ mode, mtimeMs, nlink: 1 });
  });

  it('a folder with a link in it, which a file replaces', async () => {
    const place = arena(user);
    await extractOver(place, (destination) => {
      mkdirSync(join(destination, 'f/sub'), { recursive: true });
      symlinkSync(place.outside, join(destination, 'f/sub/link'));
      symlinkSync(place.outside, join(destination, 'f/link'));
    });
    expect(contentsOf(place.destination).f).toBe('new');
    place.untouched();
  });
});

/** A file that does something when its body is read: in the middle of an extraction. */
function trap(act: () => void): Node {
  const content = new TextEncoder().encode('trap');
  const body: Source = createSource(
    {
      read: async (position, length) => {
        act();
        return content.subarray(position, position + length);
      },
    },
    content.length,
  );
  return file(body);
}

// Systems without /proc look before each call instead; what a thread does between the two is not in these tests.
const WAYS = [true, false] as const;

describe.each(USERS.flatMap((user) => WAYS.map((anchored) => [user, anchored] as const)))(
  'extracting as %s (by /proc: %s), nothing outside changes when meanwhile',
  (user, anchored) => {
    beforeEach(() => {
      const open = HeldDirectory.open;
      vi.spyOn(HeldDirectory, 'open').mockImplementation((path) => open(path, anchored));
      return () => vi.restoreAllMocks();
    });

    /** Extracts a tree whose names are those outside, so that a write led astray finds its way; whatever comes of it must leave all else alone. */
    async function extractWithTrap(place: Arena, act: (written: string) => void): Promise<void> {
      const temporary = (): string => {
        const work = dirname(place.destination);
        return join(work, readdirSync(work).find((name) => name.startsWith('.lading-') && !name.endsWith('-aside')) as string);
      };
      const sprung = vi.fn(() => act(temporary()));
      const tree = new Tree();
      tree.set('inner/1', file('1'));
      tree.set('inner/2', trap(sprung));
      tree.set('inner/new', file('evil'));
      tree.set('inner/hard', file('evil'));
      tree.set('inner/sub/deep', file('evil', { mode: 0o777 }));
      tree.set('inner/victim', file('evil', { mode: 0o777 }));
      tree.set('inner', directory({ mode: 0o777, mtime: { seconds: 1, nanoseconds: 0 } }));
      tree.set('later', file('later'));
      tree.link('hard', 'inner/hard');
      const ended = await runAs(user, () => extractTree(tree, place.destination).catch((error: unknown) => error));
      expect(sprung.mock.results).toEqual([{ type: 'return', value: undefined }]);
      if (ended instanceof Error) expect(ended).toMatchObject({ code: expect.stringMatching(/^(OUTPUT_FAILED|OUTPUT_EXISTS|EEXIST|ESTALE)$/) });
      place.untouched();
    }

    it('the folder being written is swapped for a link', async () => {
      const place = arena(user);
      await extractWithTrap(place, (written) => {
        renameSync(join(written, 'inner'), join(written, 'moved'));
        symlinkSync(place.outside, join(written, 'inner'));
      });
    });

    it('the whole temporary folder is swapped for a link', async () => {
      const place = arena(user);
      await extractWithTrap(place, (written) => {
        renameSync(written, `${written}-aside/moved`);
        symlinkSync(place.outside, written);
      });
    });

    it('the folder for what is linked is swapped for a link', async () => {
      const place = arena(user);
      await extractWithTrap(place, (written) => {
        renameSync(`${written}-aside`, `${written}/moved`);
        symlinkSync(place.outside, `${written}-aside`);
      });
    });

    it('a link is planted where a file comes next', async () => {
      const place = arena(user);
      await extractWithTrap(place, (written) => symlinkSync(place.victim, join(written, 'inner/victim')));
    });

    it('a link is planted where a folder comes next', async () => {
      const place = arena(user);
      await extractWithTrap(place, (written) => symlinkSync(join(place.outside, 'inner'), join(written, 'inner/sub')));
    });

    it('a written file is swapped for a link', async () => {
      const place = arena(user);
      await extractWithTrap(place, (written) => {
        rmSync(join(written, 'inner/1'));
        symlinkSync(place.victim, join(written, 'inner/1'));
      });
    });

    it('a hard-linked file is planted outside of its folder', async () => {
      const place = arena(user);
      await extractWithTrap(place, (written) => {
        mkdirSync(join(written, 'planted'));
        symlinkSync(place.outside, join(written, 'planted/link'));
        writeFileSync(join(written, 'planted/file'), 'planted');
      });
    });

    it('a link comes into the place of the destination', async () => {
      const place = arena(user);
      await extractWithTrap(place, () => symlinkSync(place.outside, place.destination));
      expect(contentsOf(dirname(place.destination)).out).toBe(`-> ${place.outside}`);
    });
  },
);

describe.each(USERS)('extracting as %s, nothing outside changes when meanwhile', (user) => {
  it('another thread swaps folders for links as fast as it can', async () => {
    const place = arena(user);
    const tree = new Tree();
    for (let i = 0; i < 200; i++) tree.set(`d/sub/victim${i % 7 ? i : ''}`, file(bytesSource(new Uint8Array(100)), { mode: 0o777 }));
    tree.set('d/sub', directory({ mode: 0o777 }));
    const swapper = new Worker(SWAPPER, { eval: true, workerData: { work: dirname(place.destination), outside: place.outside } });
    await new Promise((resolve) => swapper.once('message', resolve));
    let failed = 0;
    for (let round = 0; round < 8; round++) {
      await runAs(user, () => extractTree(tree, place.destination)).catch(() => failed++);
      rmSync(place.destination, { recursive: true, force: true });
    }
    const swaps = await new Promise<number>((resolve) => {
      swapper.once('message', resolve);
      swapper.postMessage('stop');
    });
    await swapper.terminate();
    for (const name of readdirSync(dirname(place.destination)))
      if (name.startsWith('.lading')) rmSync(join(dirname(place.destination), name), { recursive: true });
    place.untouched();
    expect(swaps + failed).toBeGreaterThan(0);
  });
});

const SWAPPER = `
const { readdirSync, renameSync, symlinkSync, unlinkSync } = require('node:fs');
const { parentPort, workerData: { work, outside }, receiveMessageOnPort } = require('node:worker_threads');
const attempt = (act) => { try { act(); return 1; } catch { return 0; } };
const swap = (path) => {
  if (!attempt(() => renameSync(path, path + '.moved'))) return 0;
  const swapped = attempt(() => symlinkSync(outside, path));
  attempt(() => unlinkSync(path));
  attempt(() => renameSync(path + '.moved', path));
  return swapped;
};
parentPort.postMessage('ready');
let swaps = 0;
while (!receiveMessageOnPort(parentPort)) {
  for (const name of readdirSync(work)) {
    if (!name.startsWith('.lading-')) continue;
    swaps += swap(work + '/' + name + '/d/sub');
    swaps += swap(work + '/' + name + '/d');
  }
}
parentPort.postMessage(swaps);
`;
