/**
 * The layout of a header block, dialect by dialect. All of them share the v7 part; what follows offset 257 depends on the magic.
 *
 * | offset | length | v7 | ustar and PAX | GNU |
 * |---|---|---|---|---|
 * | 0 | 100 | name | name | name |
 * | 100 | 8 | mode | mode | mode |
 * | 108 | 8 | uid | uid | uid |
 * | 116 | 8 | gid | gid | gid |
 * | 124 | 12 | size | size | size |
 * | 136 | 12 | mtime | mtime | mtime |
 * | 148 | 8 | checksum | checksum | checksum |
 * | 156 | 1 | typeflag | typeflag | typeflag |
 * | 157 | 100 | linkname | linkname | linkname |
 * | 257 | 8 | – | `ustar\0` `00` | `ustar ` ` \0` |
 * | 265 | 32 | – | uname | uname |
 * | 297 | 32 | – | gname | gname |
 * | 329 | 8 | – | devmajor | devmajor |
 * | 337 | 8 | – | devminor | devminor |
 * | 345 | 155 | – | prefix (star: 131, then atime, ctime) | atime 12, ctime 12, …, sparse map at 386 |
 *
 * Sources: POSIX.1-2024, pax, "ustar Interchange Format"; the GNU tar manual, "Basic Tar Format"; star(5).
 */
export const BLOCK = 512;

/** The kinds that ustar has, in the order of their typeflags, from `0` on. */
export const USTAR_TYPES: readonly EntryType[] = ['file', 'hardlink', 'symlink', 'character-device', 'block-device', 'directory', 'fifo'];

/** What an entry is. Typeflags `7`, `S` and NUL are files, `D` is a directory; a flag nobody gave a meaning is `other:` and the flag. */
export type EntryType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'character-device' | 'block-device' | 'fifo' | `other:${string}`;

/** The dialect an entry is written in. */
export type TarFormat = 'v7' | 'ustar' | 'pax' | 'gnu';

/** A moment: `seconds` since 1970 (negative before), and `nanoseconds` from 0 to 999,999,999 that are added to it. */
export interface Timestamp {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** A run of data in a sparse file; what lies between runs is a hole. */
export interface SparseRun {
  readonly offset: number;
  readonly length: number;
}

/** What an archive says of one entry, with extended headers applied. Names are lossless text: see `decodeText`. */
export interface Header {
  readonly name: string;
  readonly type: EntryType;
  /** The logical size of the body in bytes: that of a sparse file with its holes. */
  readonly size: number;
  /** Permission bits, setuid, setgid and sticky included: the low 12 bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly uname: string;
  readonly gname: string;
  readonly mtime: Timestamp;
  readonly atime?: Timestamp;
  readonly ctime?: Timestamp;
  /** The target of a symbolic or hard link, as it stands. */
  readonly linkname: string;
  readonly devmajor: number;
  readonly devminor: number;
  /** Extended attributes by their full name, such as `security.capability`. Values are bytes. */
  readonly xattrs: ReadonlyMap<string, Uint8Array>;
  /** Every PAX record that applies to this entry, as stored. */
  readonly pax: ReadonlyMap<string, Uint8Array>;
  /** Where the data of a sparse file lies. */
  readonly sparse?: readonly SparseRun[];
  readonly format: TarFormat;
}
