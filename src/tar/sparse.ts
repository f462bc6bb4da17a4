import { decodeText, encodeText } from '../bytes/index.ts';
import { LimitError, quote, type TarError } from '../errors.ts';
import { type ByteStream, createSource, giveBack, type Source, share } from '../stream/index.ts';
import { padded, ZEROS } from './body.ts';
import { fault } from './fault.ts';
import { BLOCK, type SparseRun } from './format.ts';
import { checkLimit, type Limits } from './limits.ts';
import { readNumber } from './numeric.ts';
import type { PaxHeader, PaxRecords } from './pax.ts';

/*
 * Sparse files store their data without the holes, and a map of where the data lies. GNU tar has written the map in five ways
 * ("Storing Sparse Files", GNU tar manual, appendix): in the old GNU header and its continuation blocks, and in PAX formats 0.0
 * (repeated records), 0.1 (one record) and 1.0 (in front of the body).
 */

const OLD_GNU = { runs: 386, count: 4, extended: 482 };
const CONTINUATION = { runs: 0, count: 21, extended: 504 };
const OLD_GNU_SIZE = 483;
const RUN_LENGTH = 24;
const NEWLINE = 0x0a;
const LONGEST_LINE = 20;

/** Bytes of an archive, in which the header of the entry is at `at`. */
export interface Window {
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** What was read of a map in blocks of its own, and how many bytes it is from the header to behind it, where the data begins. */
export interface BlockMap {
  readonly runs: readonly SparseRun[];
  readonly head: number;
}

/**
 * Reads a map in blocks of its own: yields how many bytes from the header it needs at least, and is given a window that has them.
 * No block is read twice, for a map given in small pieces would cost its square.
 */
export type MapReader = Generator<number, BlockMap, Window>;

/** The map of an old GNU header, continued in further blocks for as long as each says so. */
export function* oldGnuMap(first: Window, offset: number, limits: Limits): MapReader {
  const runs: SparseRun[] = [];
  let { bytes, at } = first;
  let head = 0;
  for (let more = true; more; ) {
    while (bytes.length < at + head + BLOCK) ({ bytes, at } = yield head + BLOCK);
    const layout = head === 0 ? OLD_GNU : CONTINUATION;
    readRuns(bytes, at + head + layout.runs, layout.count, runs, offset);
    more = bytes[at + head + layout.extended] !== 0;
    head += BLOCK;
    // What the blocks have room for counts, not what they hold: a chain of empty ones would have no end.
    const room = OLD_GNU.count + CONTINUATION.count * (head / BLOCK - 1);
    checkLimit(limits, 'sparse', more ? room + 1 : runs.length, `the sparse map at ${offset}`);
  }
  return { runs, head };
}

function readRuns(bytes: Uint8Array, at: number, count: number, runs: SparseRun[], offset: number): void {
  for (let place = at; place < at + count * RUN_LENGTH && bytes[place] !== 0; place += RUN_LENGTH)
    runs.push({ offset: readNumber(bytes, place, 12, 'sparse offset', offset), length: readNumber(bytes, place + 12, 12, 'sparse length', offset) });
}

/** The logical size of a file with an old GNU map. */
export function oldGnuSize(block: Uint8Array, at: number, offset: number): number {
  return readNumber(block, at + OLD_GNU_SIZE, 12, 'real size', offset);
}

/** The map that format 1.0 puts in front of the body: a count, then offset and length of each run, a line each, filled up to whole blocks. */
export function* bodyMap(first: Window, stored: number, offset: number, limits: Limits): MapReader {
  const whole = BLOCK + stored;
  const entryOf = ({ bytes, at }: Window): Uint8Array => bytes.subarray(at, at + whole);
  const numbers: number[] = [];
  let entry = entryOf(first);
  let at = BLOCK;
  for (let lines = 1; numbers.length < lines; ) {
    const end = entry.indexOf(NEWLINE, at);
    const isLong = (end < 0 ? entry.length : end) - at > LONGEST_LINE;
    const least = padded(at + 2 * (lines - numbers.length)); // a line takes two bytes or more
    if (least > whole || (end < 0 && !isLong && entry.length === whole)) throw faulty(offset, 'it does not end within the body');
    if (isLong) throw faulty(offset, 'a line of it is no number');
    if (end < 0) {
      entry = entryOf(yield Math.max(least, entry.length + 1));
      continue;
    }
    numbers.push(wholeNumber(decodeText(entry, at, end), offset));
    at = end + 1;
    lines = 1 + 2 * (numbers[0] as number);
    checkLimit(limits, 'sparse', numbers[0] as number, `the sparse map at ${offset}`);
  }
  const head = padded(at);
  if (head > whole) throw faulty(offset, 'it does not end within the body');
  while (entry.length < head) entry = entryOf(yield head);
  return { runs: pairRuns(numbers.slice(1), offset, limits), head };
}

/** What the PAX records say of a sparse file: its size, and where its map is (`runs`, or in front of the body). */
export interface PaxSparse {
  readonly size: number;
  readonly runs: readonly SparseRun[] | 'in-body';
}

/** Reads the sparse records of formats 0.0, 0.1 and 1.0; `undefined` where there are none. Records that make no known format are refused. */
export function readPaxSparse({ records, sparsePairs }: PaxHeader, offset: number, limits: Limits): PaxSparse | undefined {
  if (!sparsePairs) return undefined;
  const [major, minor] = [text(records, 'GNU.sparse.major'), text(records, 'GNU.sparse.minor')];
  const version = major === undefined && minor === undefined ? '0.0' : `${major ?? ''}.${minor ?? ''}`;
  const size = wholeNumber(text(records, 'GNU.sparse.realsize') ?? text(records, 'GNU.sparse.size'), offset);
  if (version === '1.0') return { size, runs: 'in-body' };
  if (version !== '0.0' && version !== '0.1') throw faulty(offset, `format ${quote(version)} of sparse files is not known`);
  return { size, runs: listedRuns(records, sparsePairs, offset, limits) };
}

/** The runs of formats 0.0 (a pair of records each) and 0.1 (one record). Their count is another record; without any of the three there is no map. */
function listedRuns(records: PaxRecords, pairs: readonly Uint8Array[], offset: number, limits: Limits): SparseRun[] {
  const map = text(records, 'GNU.sparse.map') ?? pairs.map((value) => decodeText(value)).join();
  const numbers = map === '' ? [] : map.split(',').map((digits) => wholeNumber(digits, offset));
  const count = text(records, 'GNU.sparse.numblocks');
  if (count === undefined && numbers.length === 0 && !records.has('GNU.sparse.map')) throw faulty(offset, 'there is none');
  if (count !== undefined && wholeNumber(count, offset) * 2 !== numbers.length)
    throw faulty(offset, `it has ${numbers.length / 2} runs, not ${count}`);
  return pairRuns(numbers, offset, limits);
}

function text(records: PaxRecords, key: string): string | undefined {
  const value = records.get(key);
  return value && decodeText(value);
}

function pairRuns(numbers: readonly number[], offset: number, limits: Limits): SparseRun[] {
  if (numbers.length % 2 !== 0) throw faulty(offset, 'an offset has no length');
  checkLimit(limits, 'sparse', numbers.length / 2, `the sparse map at ${offset}`);
  const runs: SparseRun[] = [];
  for (let i = 0; i < numbers.length; i += 2) runs.push({ offset: numbers[i] as number, length: numbers[i + 1] as number });
  return runs;
}

function wholeNumber(digits: string | undefined, offset: number): number {
  const number = digits !== undefined && /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw faulty(offset, digits === undefined ? 'it gives no size' : `${quote(digits)} is no number`);
  return number;
}

/** Writes the map of format 1.0, which is then filled up to whole blocks. */
export function encodeBodyMap(runs: readonly SparseRun[]): Uint8Array {
  const lines = [runs.length, ...runs.flatMap(({ offset, length }) => [offset, length])];
  return encodeText(`${lines.join('\n')}\n`);
}

/**
 * Runs widened to whole blocks, and those that then touch joined. GNU tar reads each run from a new block, other readers take them one right after the
 * other (map version 1.0); they see the same file only where every run but the last fills its blocks.
 * A hole at the end is closed by an empty run, without which GNU tar leaves it out.
 */
export function wholeBlocks(runs: readonly SparseRun[], size: number): SparseRun[] {
  const wide: { offset: number; length: number }[] = [];
  let end = 0;
  for (const { offset, length } of runs) {
    if (!(offset >= end && length >= 0 && offset + length <= size))
      throw new RangeError(`Cannot write a sparse file: its run of ${length} bytes at ${offset} overlaps another or leaves its ${size} bytes`);
    end = offset + length;
    if (length === 0) continue;
    const start = Math.floor(offset / BLOCK) * BLOCK;
    const last = wide.at(-1);
    if (last && start <= last.offset + last.length) last.length = Math.min(padded(end), size) - last.offset;
    else wide.push({ offset: start, length: Math.min(padded(end), size) - start });
  }
  const last = wide.at(-1);
  if (!last || last.offset + last.length < size) wide.push({ offset: size, length: 0 });
  return wide;
}

/** A map must ascend, lie within the file, and account for every stored byte; else readers would disagree on what the file holds. */
export function checkRuns(runs: readonly SparseRun[], size: number, stored: number, offset: number): void {
  let end = 0;
  let data = 0;
  for (const run of runs) {
    if (run.offset < end || run.length < 0) throw faulty(offset, 'its runs overlap or do not ascend');
    end = run.offset + run.length;
    data += run.length;
  }
  if (end > size) throw faulty(offset, `its data ends at ${end}, past the file's ${size} bytes`);
  if (data !== stored) throw faulty(offset, `it maps ${data} bytes, but ${stored} are stored`);
}

function faulty(offset: number, reason: string): TarError {
  return fault('TAR_SPARSE', offset, reason, 'sparse map');
}

function* zeros(length: number): Generator<Uint8Array> {
  for (let left = length; left > 0; left -= ZEROS.length) yield ZEROS.subarray(0, left);
}

/** The logical bytes of a sparse file out of its stored ones. */
export async function* expandSparse(stored: ByteStream, runs: readonly SparseRun[], size: number): AsyncGenerator<Uint8Array> {
  let at = 0;
  let run = 0;
  let within = 0;
  for await (const chunk of stored) {
    for (let used = 0; used < chunk.length; ) {
      while ((runs[run]?.length ?? 1) === within) [run, within] = [run + 1, 0];
      const { offset, length } = runs[run] as SparseRun;
      yield* zeros(offset + within - at);
      const part = chunk.subarray(used, used + length - within);
      yield part;
      used += part.length;
      within += part.length;
      at = offset + within;
    }
  }
  yield* zeros(size - at);
}

/** Passes on the stored bytes of a sparse file out of its logical ones, which it is given chunk by chunk: what lies in holes is left out, unseen. */
export function sparsePacker(runs: readonly SparseRun[], pass: (part: Uint8Array) => void): (chunk: Uint8Array) => void {
  let start = 0;
  let run = 0;
  return (chunk) => {
    const end = start + chunk.length;
    for (; run < runs.length; run++) {
      const { offset, length } = runs[run] as SparseRun;
      if (offset >= end) break;
      const part = chunk.subarray(Math.max(offset - start, 0), Math.min(offset + length, end) - start);
      share(part);
      pass(part);
      if (offset + length > end) break;
    }
    start = end;
    giveBack(chunk);
  };
}

const MOST_EXPANDED = 1024 ** 3;

/** Throws if a sparse file is too large to be held in memory: holes cost nothing to declare. */
export function checkExpanded(size: number, limit: number = MOST_EXPANDED): void {
  if (size <= limit) return;
  throw new LimitError('LIMIT_SIZE', `Cannot hold a sparse file of ${size} bytes in memory: stream it`, limit, size);
}

/** The same in memory. */
export function expandBytes(stored: Uint8Array, runs: readonly SparseRun[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let from = 0;
  for (const { offset, length } of runs) {
    bytes.set(stored.subarray(from, from + length), offset);
    from += length;
  }
  return bytes;
}

/** The same with random access: reads inside holes touch nothing. */
export function sparseSource(stored: Source, runs: readonly SparseRun[], size: number): Source {
  const places: number[] = [];
  let sum = 0;
  for (const run of runs) {
    places.push(sum);
    sum += run.length;
  }
  const plan = function* (position: number, length: number): Generator<{ into: number; from: number; length: number }> {
    for (let i = firstAfter(runs, position); i < runs.length; i++) {
      const run = runs[i] as SparseRun;
      const start = Math.max(run.offset, position);
      const end = Math.min(run.offset + run.length, position + length);
      if (run.offset >= position + length) return;
      if (end > start) yield { into: start - position, from: (places[i] as number) + start - run.offset, length: end - start };
    }
  };
  const read = async (position: number, length: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(length);
    for (const part of plan(position, length)) bytes.set(await stored.read(part.from, part.length), part.into);
    return bytes;
  };
  const readStored = stored.readSync;
  if (!readStored) return createSource({ read }, size);
  const readSync = (position: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    for (const part of plan(position, length)) bytes.set(readStored(part.from, part.length), part.into);
    return bytes;
  };
  return createSource({ read, readSync }, size);
}

/** Index of the first run that ends after `position`. */
function firstAfter(runs: readonly SparseRun[], position: number): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const run = runs[middle] as SparseRun;
    if (run.offset + run.length <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
