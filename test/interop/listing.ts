import { createHash } from 'node:crypto';
import { toHex } from '../../src/bytes/index.ts';
import { type EntryType, type Header, readTarSync, type Timestamp } from '../../src/tar/index.ts';

/** What a reader says of an entry, in one form for all readers. A reader leaves out what it does not tell. */
export interface Listed {
  readonly name: string;
  readonly type: EntryType;
  readonly size?: number;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly uname?: string;
  readonly gname?: string;
  readonly mtime?: string;
  readonly linkname?: string;
  readonly device?: string;
  readonly content?: string;
  readonly xattrs?: string;
}

/** A disagreement that is meant: in which archive and entry, about which field, and why. `entry` and `field` may be `*`. */
export interface Difference {
  readonly entry: string;
  readonly field: keyof Listed | '*';
  readonly why: string;
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export const formatTime = ({ seconds, nanoseconds }: Timestamp): string => `${seconds}.${String(nanoseconds).padStart(9, '0')}`;

/** Our own listing of an archive. */
export function ourListing(archive: Uint8Array): Listed[] {
  return [...readTarSync(archive)].map(({ header, body }) => listed(header, body));
}

/** A header in the form of the listings. Directories have no slash at the end here, since half of the readers drop it. */
export function listed({ name, type, mtime, linkname, devmajor, devminor, xattrs, ...header }: Header, body: Uint8Array): Listed {
  const isDevice = type === 'character-device' || type === 'block-device';
  return {
    name: withoutSlash(name),
    type,
    size: type === 'file' ? header.size : 0,
    mode: header.mode,
    uid: header.uid,
    gid: header.gid,
    uname: header.uname,
    gname: header.gname,
    mtime: formatTime(mtime),
    linkname,
    ...(isDevice && { device: `${devmajor},${devminor}` }),
    ...(type === 'file' && { content: sha256(body) }),
    xattrs: formatXattrs([...xattrs]),
  };
}

export const withoutSlash = (name: string): string => (name.length > 1 ? name.replace(/\/$/, '') : name);

export function formatXattrs(xattrs: readonly (readonly [name: string, value: Uint8Array])[]): string {
  return xattrs
    .map(([name, value]) => `${name}=${toHex(value)}`)
    .sort()
    .join(' ');
}

/** Where two listings differ and no difference is listed for it, and which listed differences did not occur: both should be empty. */
export function disagreements(actual: readonly Listed[], expected: readonly Listed[], differences: readonly Difference[]): string[] {
  const unused = new Set(differences);
  const excused = (entry: string, field: keyof Listed): boolean => {
    const found = differences.filter((difference) => [entry, '*'].includes(difference.entry) && [field, '*'].includes(difference.field));
    for (const difference of found) unused.delete(difference);
    return found.length > 0;
  };
  const found: string[] = [];
  if (actual.length !== expected.length)
    found.push(`${actual.length} entries instead of ${expected.length}: ${actual.map(({ name }) => name).join(', ')}`);
  for (const [i, should] of expected.entries()) {
    const is = actual[i] ?? { name: '', type: 'file' };
    for (const field of Object.keys(is).filter((key) => key in should) as (keyof Listed)[])
      if (is[field] !== should[field] && !excused(should.name, field))
        found.push(
          `${JSON.stringify(should.name.slice(0, 60))}: ${field} is ${JSON.stringify(is[field])} instead of ${JSON.stringify(should[field])}`,
        );
  }
  return [...found, ...[...unused].map(({ entry, field, why }) => `the difference of ${entry} in ${field} did not occur (${why})`)];
}
