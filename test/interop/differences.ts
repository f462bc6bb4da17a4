import type { WriteFormat } from '../../src/tar/index.ts';
import type { Difference, Listed } from './listing.ts';
import { samples } from './samples.ts';

type Row = readonly [formats: readonly WriteFormat[], entry: RegExp, fields: readonly (keyof Listed)[], why: string];

const ALL: readonly WriteFormat[] = ['ustar', 'gnu', 'pax'];
const PAX: readonly WriteFormat[] = ['pax'];

/** What peers read otherwise than it was written, and why that is not the archive's fault. */
const READ: Readonly<Record<string, readonly Row[]>> = {
  'GNU tar': [[PAX, /^half-a-second-before-1970$/, ['mtime'], 'the fraction of a negative time is added, not subtracted']],
  bsdtar: [
    [PAX, /^half-a-second-before-1970$/, ['mtime'], 'the fraction of a negative time is added, not subtracted'],
    [ALL, /^hard/, ['type'], 'an mtree specification has no hard links'],
    [PAX, /^sparse-(hole|all)/, ['content'], 'its mtree digest leaves out a hole at the end, that of an archive by GNU tar too'],
  ],
  'tar-stream': [
    [ALL, /^latin-1/, ['name'], 'bytes that are not UTF-8 become U+FFFD'],
    [ALL, /^to-bytes$/, ['linkname'], 'bytes that are not UTF-8 become U+FFFD'],
    [['gnu'], /^before-1970$/, ['mtime'], 'negative base-256 numbers are read as one more than they are'],
    [PAX, /1970$|^nanoseconds$|^after-the-last/, ['mtime'], 'PAX times are not read'],
    [PAX, /^large-owner$/, ['uid', 'gid'], 'PAX owners are not read'],
    [PAX, /^long-owner$/, ['uname', 'gname'], 'PAX owners are not read'],
    [PAX, /^xattrs$/, ['xattrs'], 'values of records are read as UTF-8'],
    [PAX, /^sparse/, ['size', 'content'], 'sparse files are not expanded'],
  ],
};

/** The differences of one peer, entry by entry, for the samples that a format can hold. */
export function readDifferences(peer: string, format: WriteFormat): readonly Difference[] {
  const names = samples.filter(({ formats }) => formats.includes(format)).map(({ name }) => name);
  return (READ[peer] ?? []).flatMap(([formats, entry, fields, why]) =>
    formats.includes(format) ? names.filter((name) => entry.test(name)).flatMap((name) => fields.map((field) => ({ entry: name, field, why }))) : [],
  );
}

/** What peers write otherwise than it is. */
export const WRITTEN_TIME: Difference = {
  entry: 'second-and-a-half-before-1970',
  field: 'mtime',
  why: 'libarchive 3.6 writes -1.5 as -2.5: the seconds rounded down, and the fraction counted from there',
};
