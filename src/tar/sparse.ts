import { decodeText, encodeText } from '../bytes/index.ts';
import { TarError } from '../errors.ts';
import { type ByteStream, createSource, type Source } from '../stream/index.ts';
import { padded } from './body.ts';
import { BLOCK, type SparseRun } from './format.ts';
import { checkLimit, type Limits } from './limits.ts';
import { readNumber } from './numeric.ts';
import type { PaxHeader, PaxRecords } from './pax.ts';

/*
 * Sparse files store their data without the holes, and a map of where the data lies. GNU tar has written the map in five ways
 * ("Storing Sparse Files", GNU tar manual, appendix): in the old GNU header and its continuation blocks, and in PAX formats 0.0
 * (repeated records), 0.1 (one record) and 1.0 (in front of the body).
 */

const OLD_GNU = { runs: 386, count: 4, extended: 482, realSize: 483 };
const CONTINUATION = { count: 21, extended: 504 };
const RUN_LENGTH = 24;

/** Reads the map of an old GNU sparse header, or `undefined` while `bytes` ends before its last continuation block. */
export function readOldGnuMap(
  bytes: Uint8Array,
  at: number,
  offset: number,
  limits: Limits,
): { runs: SparseRun[]; realSize: number; blocks: number } | undefined {
  const runs: SparseRun[] = [];
  readRuns(bytes, at + OLD_GNU.runs, OLD_GNU.count, runs, offset);
  let more = bytes[at + OLD_GNU.extended] !== 0;
  let blocks = 1;
  for (; more; blocks++) {
    const block = at + blocks * BLOCK;
    checkLimit(limits, 'sparse', runs.length + 1, `the sparse map at ${offset}`);
    if (bytes.length < block + BLOCK) return undefined;
    readRuns(bytes, block, CONTINUATION.count, runs, offset);
    more = bytes[block + CONTINUATION.extended] !== 0;
  }
  return { runs, realSize: readNumber(bytes, at + OLD_GNU.realSize, 12, 'real size', offset), blocks };
}

function readRuns(bytes: Uint8Array, at: number, count: number, runs: SparseRun[], offset: number): void {
  for (let i = 0; i < count && bytes[at + i * RUN_LENGTH] !== 0; i++) {
    const place = at + i * RUN_LENGTH;
    runs.push({ offset: readNumber(bytes, place, 12, 'sparse offset', offset), length: readNumber(bytes, place + 12, 12, 'sparse length', offset) });
  }
}

/** What the PAX records say of a sparse file: its size, and where its map is (`runs`, or in front of the body). */
export interface PaxSparse {
  readonly size: number;
  readonly runs: readonly SparseRun[] | 'in-body';
}

/** Reads the sparse records of formats 0.0, 0.1 and 1.0; `undefined` where there are none. Records that belong to no known format are refused. */
export function readPaxSparse({ records, sparsePairs }: PaxHeader, offset: number, limits: Limits): PaxSparse | undefined {
  const version = `${text(records, 'GNU.sparse.major') ?? '0'}.${text(records, 'GNU.sparse.minor') ?? ''}`;
  const map = text(records, 'GNU.sparse.map');
  const size = text(records, 'GNU.sparse.realsize') ?? text(records, 'GNU.sparse.size');
  if (version === '1.0') return { size: wholeNumber(size, offset), runs: 'in-body' };
  if (map !== undefined) return { size: wholeNumber(size, offset), runs: pairRuns(map === '' ? [] : map.split(','), offset, limits) };
  if (sparsePairs.length > 0 || size !== undefined)
    return {
      size: wholeNumber(size, offset),
      runs: pairRuns(
        sparsePairs.map((value) => decodeText(value)),
        offset,
        limits,
      ),
    };
  if (version !== '0.') throw faulty(offset, `format ${version} of sparse files is not known`);
  return undefined;
}

function text(records: PaxRecords, key: string): string | undefined {
  const value = records.get(key);
  return value && decodeText(value);
}

function pairRuns(numbers: readonly string[], offset: number, limits: Limits): SparseRun[] {
  if (numbers.length % 2 !== 0) throw faulty(offset, 'an offset has no length');
  checkLimit(limits, 'sparse', numbers.length / 2, `the sparse map at ${offset}`);
  const runs: SparseRun[] = [];
  for (let i = 0; i < numbers.length; i += 2) runs.push({ offset: wholeNumber(numbers[i], offset), length: wholeNumber(numbers[i + 1], offset) });
  return runs;
}

function wholeNumber(digits: string | undefined, offset: number): number {
  const number = digits !== undefined && /^\d{1,20}$/.test(digits) ? Number(digits) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw faulty(offset, digits === undefined ? 'it gives no size' : `"${digits.slice(0, 40)}" is no number`);
  return number;
}

/** Reads the map that format 1.0 puts in front of the body: a count, then offset and length of each run, a line each. `undefined` while it is not all there. */
export function readBodyMap(body: Uint8Array, offset: number, limits: Limits): { runs: SparseRun[]; length: number } | undefined {
  const lines: string[] = [];
  let at = 0;
  for (let wanted = 1; lines.length < wanted; ) {
    const end = body.indexOf(0x0a, at);
    if ((end < 0 ? body.length : end) - at > 20) throw faulty(offset, 'a line of it is no number');
    if (end < 0) return undefined;
    lines.push(decodeText(body, at, end));
    at = end + 1;
    if (lines.length > 1) continue;
    const count = wholeNumber(lines[0], offset);
    checkLimit(limits, 'sparse', count, `the sparse map at ${offset}`);
    wanted = 1 + 2 * count;
  }
  const length = padded(at);
  return body.length < length ? undefined : { runs: pairRuns(lines.slice(1), offset, limits), length };
}

/** Writes the map of format 1.0, filled up to whole blocks. */
export function encodeBodyMap(runs: readonly SparseRun[]): Uint8Array {
  const lines = [runs.length, ...runs.flatMap(({ offset, length }) => [offset, length])];
  const text = encodeText(`${lines.join('\n')}\n`);
  const blocks = new Uint8Array(padded(text.length));
  blocks.set(text);
  return blocks;
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
      throw new RangeError(`Cannot write a sparse file: its run of ${length} bytes at ${offset} overlaps another, or lies outside its ${size} bytes`);
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
  return new TarError('TAR_SPARSE', `Cannot read the sparse map at ${offset}: ${reason}`, offset);
}

// Holes are given out as views of one shared block, so a terabyte of them costs nothing to hold.
const ZEROS = new Uint8Array(64 * 1024);

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
