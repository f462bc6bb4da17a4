import { spawnSync } from 'node:child_process';
import { chownSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect } from 'vitest';
import { bytesSource, collect } from '../../src/stream/index.ts';
import { type EntryInit, scanTar, writeTar } from '../../src/tar/index.ts';
import { type Tree, treeFromTar } from '../../src/tree/index.ts';
import { scratch } from './scratch.ts';

/** Whom the tests run as: whoever runs them, and if that is root, a user without rights as well. */
export const USERS: readonly ('root' | 'nobody' | 'self')[] = process.getuid?.() === 0 ? ['root', 'nobody'] : ['self'];
export const IS_ROOT: boolean = USERS.includes('root');
export const NOBODY = 65534;
export const HAS_GNU_TAR: boolean = spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout?.includes('GNU tar') ?? false;

/** Runs something with the rights of `nobody`. Vitest runs each test file in a process of its own, so this is not seen elsewhere. */
export async function runAs<T>(user: 'root' | 'nobody' | 'self', work: () => Promise<T>): Promise<T> {
  if (user !== 'nobody') return work();
  process.setegid?.(NOBODY);
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

/** A destination with things around it that must stay as they are. */
export interface Arena {
  /** A folder outside, writable by whoever runs the test: what is safe here is not safe by its permissions. */
  readonly outside: string;
  readonly victim: string;
  /** Does not exist yet. Beside it is `out-x`, which begins with the same letters. */
  readonly destination: string;
  /** Fails unless everything but the destination is as it was, and no temporary folder is left. */
  untouched(): void;
}

export function arena(user: 'root' | 'nobody' | 'self'): Arena {
  const base = scratch();
  const outside = join(base, 'outside');
  const destination = join(base, 'work/out');
  for (const folder of ['outside/inner', 'work/out-x']) mkdirSync(join(base, folder), { recursive: true });
  for (const file of ['outside/victim', 'outside/inner/deep', 'work/out-x/victim']) {
    writeFileSync(join(base, file), 'safe', { mode: 0o640 });
    utimesSync(join(base, file), 1_000_000_000, 1_000_000_000);
  }
  if (user === 'nobody') for (const path of ['', ...walk(base)]) chownSync(join(base, path), NOBODY, NOBODY);
  const before = snapshot(base);
  const untouched = (): void => {
    expect(snapshot(base)).toEqual(before);
    expect(readdirSync(join(base, 'work')).filter((name) => !['out', 'out-x'].includes(name))).toEqual([]);
  };
  return { outside, victim: join(outside, 'victim'), destination, untouched };
}

/**
 * All that lstat and reading tell of the things below `base`, times of change included: a chmod to the same mode shows. Times of access are left out,
 * and so is the destination with the times of the folder that it lies in.
 */
function snapshot(base: string): Record<string, unknown> {
  const rows = walk(base)
    .filter((path) => !path.startsWith('work/out/') && path !== 'work/out' && !path.startsWith('work/.lading'))
    .map((path) => {
      const stat = lstatSync(join(base, path), { bigint: true });
      const { mode, uid, gid, ino, nlink, size, mtimeNs, ctimeNs } = stat;
      if (path === 'work') return [path, { mode, uid, gid }];
      return [path, { mode, uid, gid, ino, nlink, size, mtimeNs, ctimeNs, content: stat.isFile() && readFileSync(join(base, path), 'utf8') }];
    });
  return Object.fromEntries(rows);
}

/** The paths below a folder, without following links. */
export function walk(folder: string, top: string = folder): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return [relative(top, path), ...(entry.isDirectory() ? walk(path, top) : [])];
  });
}

/** The tree of an archive that has these entries. */
export async function treeOfTar(entries: Iterable<EntryInit>): Promise<Tree> {
  return treeFromTar(await scanTar(bytesSource(await collect(writeTar(entries)))));
}

/** What lies in a folder, as plain text by path: contents of files, targets of links. */
export function contentsOf(folder: string): Record<string, string> {
  const rows = walk(folder).map((path) => {
    const stat = lstatSync(join(folder, path));
    if (stat.isDirectory()) return [`${path}/`, ''];
    return stat.isSymbolicLink()
      ? [path, `-> ${readlinkSync(join(folder, path))}`]
      : [path, stat.isFile() ? readFileSync(join(folder, path), 'utf8') : 'special'];
  });
  return Object.fromEntries(rows);
}
