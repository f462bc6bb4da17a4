import { hasEscapes } from '../../bytes/index.ts';
import type { Header, TarIndex } from '../../tar/index.ts';
import { splitPath } from '../../tree/index.ts';

/** Something about a tar that is worth a look: not wrong in itself, but a reason why it may not do what one thinks. */
export interface Oddity {
  readonly code: OddityCode;
  /** How many entries it concerns; 1 where it concerns the archive. */
  readonly count: number;
  /** The first few of them. */
  readonly names: readonly string[];
}

/** Each oddity, and how people are told. */
export const ODDITIES = {
  'duplicate-name': 'names that came before, of which the last counts',
  'absolute-name': 'absolute names',
  'parent-name': 'names with ".."',
  'name-encoding': 'names that are not UTF-8',
  device: 'devices',
  'setuid-setgid': 'setuid or setgid files',
  'unknown-type': 'entries of a type without a meaning',
  'link-before-target': 'hard links to what did not come before them',
  'sized-link': 'hard links that state a size',
  'sparse-file': 'sparse files',
  xattrs: 'entries with extended attributes',
  'no-end': 'no end-of-archive block, so it may have been cut',
  'short-end': 'one end-of-archive block, not two',
  'trailing-data': 'data after the end, which other readers never show',
} as const;

export type OddityCode = keyof typeof ODDITIES;

const SHOWN = 3;

/** What is odd about a tar, in the order of `ODDITIES`. */
export function findOddities(index: TarIndex): readonly Oddity[] {
  const found = new Map<OddityCode, { count: number; names: string[] }>();
  const note = (code: OddityCode, name?: string): void => {
    const oddity = found.get(code) ?? { count: 0, names: [] };
    oddity.count++;
    if (name !== undefined && oddity.names.length < SHOWN) oddity.names.push(name);
    found.set(code, oddity);
  };
  const seen = new Set<string>();
  for (const header of index) {
    for (const code of nameOddities(header, seen)) note(code, header.name);
    for (const code of kindOddities(header)) note(code, header.name);
  }
  for (const code of endOddities(index)) note(code);
  const codes = Object.keys(ODDITIES) as OddityCode[];
  return codes.flatMap((code) => (found.has(code) ? [{ code, ...(found.get(code) as { count: number; names: string[] }) }] : []));
}

/** `seen` holds the paths so far, and takes in this one. */
function* nameOddities({ name, type, linkname }: Header, seen: Set<string>): Generator<OddityCode> {
  const names = splitPath(name);
  const path = names.join('/');
  if (type === 'hardlink' && !seen.has(splitPath(linkname).join('/'))) yield 'link-before-target';
  if (type !== 'directory' && seen.has(path)) yield 'duplicate-name';
  seen.add(path);
  if (name.startsWith('/')) yield 'absolute-name';
  if (names.includes('..')) yield 'parent-name';
  if (hasEscapes(name)) yield 'name-encoding';
}

function* kindOddities({ type, mode, size, sparse, xattrs }: Header): Generator<OddityCode> {
  if (type === 'character-device' || type === 'block-device') yield 'device';
  if (type === 'file' && (mode & 0o6000) !== 0) yield 'setuid-setgid';
  if (type.startsWith('other:')) yield 'unknown-type';
  if (type === 'hardlink' && size > 0) yield 'sized-link';
  if (sparse) yield 'sparse-file';
  if (xattrs.size > 0) yield 'xattrs';
}

function* endOddities({ trailer }: TarIndex): Generator<OddityCode> {
  if (trailer.zeroBlocks === 0) yield 'no-end';
  if (trailer.zeroBlocks === 1) yield 'short-end';
  if (trailer.garbage) yield 'trailing-data';
}
