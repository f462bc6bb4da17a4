import type { EntryType, Timestamp } from '../../tar/index.ts';
import { formatCount, formatSize } from '../format/size.ts';
import { printable } from '../format/text.ts';
import { formatTime, shortTime } from '../format/time.ts';
import type { ScreenRow } from './screen.ts';

/** What is counted of an entry of a tar, or of a node of a tree. */
export interface Counted {
  readonly name: string;
  readonly type: EntryType;
  readonly size: number;
  readonly mtime: Timestamp;
}

/** What an archive or folder holds, in numbers. */
export interface ContentSummary {
  readonly entries: number;
  /** How many there are of each type. */
  readonly types: Readonly<Record<string, number>>;
  /** Bytes of all files, holes included. */
  readonly contentSize: number;
  /** The first and the last time of change. */
  readonly mtime: { readonly first: Timestamp; readonly last: Timestamp } | undefined;
  readonly largest: readonly Counted[];
}

const LARGEST = 5;

/** Counts, in one pass. */
export function summariseContent(items: Iterable<Counted>): ContentSummary {
  let entries = 0;
  let contentSize = 0;
  let mtime: ContentSummary['mtime'];
  const types: Record<string, number> = {};
  const largest: Counted[] = [];
  for (const item of items) {
    entries++;
    types[item.type] = (types[item.type] ?? 0) + 1;
    mtime = widened(mtime, item.mtime);
    if (item.type !== 'file') continue;
    contentSize += item.size;
    keepLargest(largest, item);
  }
  return { entries, types, contentSize, mtime, largest };
}

function widened(span: ContentSummary['mtime'], time: Timestamp): NonNullable<ContentSummary['mtime']> {
  if (!span) return { first: time, last: time };
  if (compareTimes(time, span.first) < 0) return { ...span, first: time };
  return compareTimes(time, span.last) > 0 ? { ...span, last: time } : span;
}

function compareTimes(a: Timestamp, b: Timestamp): number {
  return a.seconds - b.seconds || a.nanoseconds - b.nanoseconds;
}

/** Keeps the largest files in order; of two of the same size the earlier comes first. */
function keepLargest(largest: Counted[], item: Counted): void {
  if (item.size <= (largest[LARGEST - 1]?.size ?? 0)) return;
  const place = largest.findIndex(({ size }) => size < item.size);
  largest.splice(place < 0 ? largest.length : place, 0, item);
  largest.length = Math.min(largest.length, LARGEST);
}

/** A summary as JSON shows it. */
export interface ContentJson {
  readonly entries: number;
  readonly types: Readonly<Record<string, number>>;
  readonly contentSize: number;
  readonly mtime: { readonly first: string; readonly last: string } | undefined;
  readonly largest: readonly { readonly name: string; readonly size: number }[];
}

export function contentJson({ entries, types, contentSize, mtime, largest }: ContentSummary): ContentJson {
  return {
    entries,
    types,
    contentSize,
    mtime: mtime && { first: formatTime(mtime.first), last: formatTime(mtime.last) },
    largest: largest.map(({ name, size }) => ({ name, size })),
  };
}

const PLURALS: Readonly<Record<string, string>> = {
  file: 'files',
  directory: 'directories',
  symlink: 'symbolic links',
  hardlink: 'hard links',
  'character-device': 'character devices',
  'block-device': 'block devices',
  fifo: 'FIFOs',
};

/** The same for the screen; `stored` goes on where the size of the files is told. */
export function contentRows({ entries, types, contentSize, mtime, largest }: ContentSummary, stored: string): ScreenRow[] {
  const kinds = Object.keys({ ...PLURALS, ...types }).flatMap((type) =>
    types[type] ? [`${formatCount(types[type])} ${nameOf(type, types[type])}`] : [],
  );
  return [
    ['entries', [`${formatCount(entries)}${kinds.length > 0 ? `: ${kinds.join(', ')}` : ''}`]],
    ['size', [`${formatSize(contentSize)} in files${stored}`]],
    ['times', mtime ? [[...new Set([shortTime(mtime.first), shortTime(mtime.last)])].join(' to ')] : []],
    ['largest', largest.map(({ name, size }) => `${formatSize(size).padStart(8)}  ${printable(name)}`)],
  ];
}

function nameOf(type: string, count: number): string {
  const plural = PLURALS[type] ?? `of type ${printable(type.slice('other:'.length))}`;
  return count === 1 && type in PLURALS ? plural.replace(/ies$/, 'y').replace(/s$/, '') : plural;
}
