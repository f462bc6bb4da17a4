import { type BigIntStats, fstatSync } from 'node:fs';
import { PathError } from '../errors.ts';

/** What tells that a file is still the one that was looked at. A change within one tick of the file system's clock that keeps the size is not seen. */
export interface Identity {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

export function identityOf({ dev, ino, size, mtimeNs }: BigIntStats): Identity {
  return { dev, ino, size, mtimeNs };
}

/** @throws {PathError} `ESTALE` where the open file is another one, or was written to since. */
export function assertUnchanged(fd: number, before: Identity, path: string): void {
  const now = fstatSync(fd, { bigint: true });
  const same = now.ino === before.ino && now.dev === before.dev && now.size === before.size && now.mtimeNs === before.mtimeNs;
  if (!same) throw stale(path);
}

export function stale(path: string, cause?: unknown): PathError {
  return new PathError('ESTALE', 'read', path, 'the file changed since it was first looked at; open it again', { cause });
}
