import type { EntryType, Header, SparseRun, TarFormat, Timestamp } from './format.ts';
import { Interned } from './interned.ts';
import type { EntryEvent } from './parser.ts';
import { type PaxRecords, paxTime, xattrsOf } from './pax.ts';
import { RecordStore } from './record-store.ts';

/*
 * Headers by column. A million `Header` objects take about 350 MB; as typed arrays, with the owners' names kept once and the rare
 * fields aside, they take a quarter of that. `test/tar/index.test.ts` counts.
 */

/** The fields that most entries do not have. Times that PAX records say are not among them, they are read from those again. */
interface Rare {
  readonly linkname: string;
  readonly devmajor: number;
  readonly devminor: number;
  readonly atime?: Timestamp;
  readonly ctime?: Timestamp;
  readonly sparse?: readonly SparseRun[];
}

type Kind = readonly [format: TarFormat, typeflag: string, type: EntryType];

/** Numbers that need more than 32 bits, or a sign, in the order they stand in a row. */
const NUMBERS = 7;
const [HEADER_OFFSET, BODY_OFFSET, STORED, SIZE, SECONDS, UID, GID] = [0, 1, 2, 3, 4, 5, 6] as const;

/** Rows of decoded headers with their places in the archive. Rows are only added. */
export class HeaderColumns {
  length = 0;
  readonly #names: string[] = [];
  #numbers = new Float64Array(NUMBERS * 64);
  #nanoseconds = new Uint32Array(64);
  #modes = new Uint16Array(64);
  #kindIds = new Uint16Array(64);
  #owners = new Uint32Array(64);
  #records = new Uint32Array(64);
  readonly #kinds: Interned<Kind> = new Interned();
  readonly #ownerNames: Interned<readonly [uname: string, gname: string]> = new Interned();
  readonly #recordStore: RecordStore = new RecordStore();
  readonly #rare: Map<number, Rare> = new Map();

  add({ header, typeflag, headerOffset, bodyOffset, stored }: Omit<EntryEvent, 'type'>): void {
    const row = this.length++;
    if (row === this.#modes.length) this.#grow(row * 2);
    this.#names.push(header.name);
    this.#numbers.set([headerOffset, bodyOffset, stored, header.size, header.mtime.seconds, header.uid, header.gid], row * NUMBERS);
    this.#nanoseconds[row] = header.mtime.nanoseconds;
    this.#modes[row] = header.mode;
    this.#kindIds[row] = this.#kinds.id([header.format, typeflag, header.type]);
    this.#owners[row] = this.#ownerNames.id([header.uname, header.gname]);
    this.#records[row] = this.#recordStore.add(header.pax);
    const rare = rareOf(header);
    if (rare) this.#rare.set(row, rare);
  }

  /** Gives back the room that growing left over. */
  trim(): void {
    this.#grow(this.length);
    this.#recordStore.trim();
  }

  name(row: number): string {
    return this.#names[this.#checked(row)] as string;
  }

  headerOffset(row: number): number {
    return this.#number(row, HEADER_OFFSET);
  }

  bodyOffset(row: number): number {
    return this.#number(row, BODY_OFFSET);
  }

  stored(row: number): number {
    return this.#number(row, STORED);
  }

  size(row: number): number {
    return this.#number(row, SIZE);
  }

  type(row: number): EntryType {
    return this.#kind(row)[2];
  }

  typeflag(row: number): string {
    return this.#kind(row)[1];
  }

  sparse(row: number): readonly SparseRun[] | undefined {
    return this.#rare.get(row)?.sparse;
  }

  /** The header of a row, made anew. */
  header(row: number): Header {
    const rare = this.#rare.get(this.#checked(row));
    const pax = this.#recordStore.records(this.#records[row] as number);
    const [uname, gname] = this.#ownerNames.value(this.#owners[row] as number);
    return {
      name: this.name(row),
      type: this.type(row),
      size: this.size(row),
      mode: this.#modes[row] as number,
      uid: this.#number(row, UID),
      gid: this.#number(row, GID),
      uname,
      gname,
      mtime: { seconds: this.#number(row, SECONDS), nanoseconds: this.#nanoseconds[row] as number },
      linkname: '',
      devmajor: 0,
      devminor: 0,
      xattrs: xattrsOf(pax, this.headerOffset(row)),
      pax,
      format: this.#kind(row)[0],
      ...timesOf(pax, this.headerOffset(row)),
      ...rare,
    };
  }

  #number(row: number, column: number): number {
    return this.#numbers[this.#checked(row) * NUMBERS + column] as number;
  }

  #kind(row: number): Kind {
    return this.#kinds.value(this.#kindIds[this.#checked(row)] as number);
  }

  #checked(row: number): number {
    if (Number.isInteger(row) && row >= 0 && row < this.length) return row;
    throw new RangeError(`Cannot read entry ${row}: the archive has ${this.length}, counted from 0`);
  }

  #grow(rows: number): void {
    this.#numbers = resized(this.#numbers, Float64Array, rows * NUMBERS);
    this.#nanoseconds = resized(this.#nanoseconds, Uint32Array, rows);
    this.#modes = resized(this.#modes, Uint16Array, rows);
    this.#kindIds = resized(this.#kindIds, Uint16Array, rows);
    this.#owners = resized(this.#owners, Uint32Array, rows);
    this.#records = resized(this.#records, Uint32Array, rows);
  }
}

type Column = Float64Array | Uint32Array | Uint16Array;

function resized<C extends Column>(column: C, type: new (length: number) => C, length: number): C {
  const bigger = new type(length);
  bigger.set(column.subarray(0, length));
  return bigger;
}

function rareOf({ linkname, devmajor, devminor, atime, ctime, pax, sparse }: Header): Rare | undefined {
  const hasAtime = atime !== undefined && !pax.has('atime');
  const hasCtime = ctime !== undefined && !pax.has('ctime');
  if (linkname === '' && devmajor === 0 && devminor === 0 && !hasAtime && !hasCtime && !sparse) return undefined;
  return { linkname, devmajor, devminor, ...(hasAtime && { atime }), ...(hasCtime && { ctime }), ...(sparse && { sparse }) };
}

function timesOf(pax: PaxRecords, offset: number): { atime?: Timestamp; ctime?: Timestamp } {
  if (pax.size === 0) return {};
  const [atime, ctime] = [paxTime(pax, 'atime', offset), paxTime(pax, 'ctime', offset)];
  return { ...(atime && { atime }), ...(ctime && { ctime }) };
}
