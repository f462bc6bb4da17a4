import { LadingError, quote } from '../errors.ts';
import type { WriteFormat } from './encode.ts';
import { type EntryInit, typeOfInit } from './entry.ts';
import type { EntryType, Timestamp } from './format.ts';
import { type WriteOptions, writeTar } from './writer.ts';

/** What a kind of package asks of its tar: dialect, names, owners, times, end. */
export interface Profile {
  readonly format?: WriteFormat;
  /** Put in front of every name. */
  readonly prefix?: string;
  /** Types that may be in it; any other is `TAR_FORMAT`. Default: all. */
  readonly types?: readonly EntryType[];
  /** Whether directories are written (the default) or left for the reader to make. */
  readonly directories?: boolean;
  /** `root`: uid and gid 0, by the names too. `none`: no names, and in npm's blocks no numbers. Default: as given. */
  readonly owner?: 'root' | 'none';
  /** Blocks as npm's packages have them. */
  readonly npm?: boolean;
  readonly mtime?: Timestamp;
  readonly endOfArchive?: boolean;
}

export type ProfileName = 'oci-layer' | 'docker-archive' | 'deb' | 'deb-control' | 'arch' | 'apk' | 'npm' | 'sdist';

/** Links out of it, devices and FIFOs have no place in a source distribution (PEP 721). */
const PLAIN: readonly EntryType[] = ['file', 'directory', 'symlink', 'hardlink'];

/**
 * The profiles by name. Parents must be there as entries in all of them that write directories: a tree's own listing has them.
 * dpkg refuses PAX headers and missing parents; apk joins archives, so its control part has no end; npm reads files alone.
 */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  'oci-layer': {},
  'docker-archive': {},
  deb: { format: 'gnu', prefix: './', owner: 'root' },
  'deb-control': { format: 'gnu', prefix: './', owner: 'root', types: ['file', 'directory'] },
  arch: { owner: 'root' },
  apk: { owner: 'root', endOfArchive: false },
  npm: { npm: true, prefix: 'package/', directories: false, owner: 'none', types: ['file'], mtime: { seconds: 499_162_500, nanoseconds: 0 } },
  sdist: { format: 'pax', types: PLAIN },
};

/** Writes entries as a profile asks. @throws {LadingError} `TAR_FORMAT` for an entry that has no place in it. */
export function writeProfile(
  entries: Iterable<EntryInit> | AsyncIterable<EntryInit>,
  profile: Profile,
  options: WriteOptions = {},
): AsyncGenerator<Uint8Array> {
  const { format, npm, endOfArchive } = profile;
  const merged: WriteOptions = {
    ...(format && { format }),
    ...(endOfArchive !== undefined && { endOfArchive }),
    ...(npm && { npm }),
    ...options,
  };
  return writeTar(profiled(entries, profile), merged);
}

async function* profiled(entries: Iterable<EntryInit> | AsyncIterable<EntryInit>, profile: Profile): AsyncGenerator<EntryInit> {
  const { prefix = '', types, directories = true, owner, mtime } = profile;
  for await (const entry of entries) {
    const type = typeOfInit(entry);
    if (type === 'directory' && !directories) continue;
    if (types && !types.includes(type))
      throw new LadingError('TAR_FORMAT', `Cannot write ${quote(entry.name)}: a ${type} has no place in this kind of package`);
    yield {
      ...entry,
      name: prefix + entry.name,
      ...(type === 'hardlink' && { linkname: prefix + (entry.linkname ?? '') }),
      ...(owner && { uid: 0, gid: 0, uname: owner === 'root' ? 'root' : '', gname: owner === 'root' ? 'root' : '' }),
      ...(mtime && { mtime, atime: undefined, ctime: undefined }),
    };
  }
}
