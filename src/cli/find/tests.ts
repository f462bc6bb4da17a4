import { InvalidArgumentError } from 'commander';
import { type Node, splitPath, type WalkEntry } from '../../tree/index.ts';
import { parseSize } from '../format/size.ts';
import { compileGlob } from '../glob.ts';

/** Whether an entry is one of those that are wanted. */
export type Test = (entry: WalkEntry) => boolean;

/** The tests that options of `find` make. */
export interface TestOptions {
  readonly name?: string;
  readonly type?: readonly Node['type'][];
  readonly size?: Test;
  readonly newer?: Test;
}

/** Whether an entry passes all tests. */
export async function testOf({ name, type, size, newer }: TestOptions): Promise<Test> {
  const matches = name === undefined ? undefined : await compileGlob(name);
  const tests: readonly (Test | undefined)[] = [
    type && (({ node }) => type.includes(node.type)),
    size,
    newer,
    matches && (({ path }) => matches(path)),
  ];
  const given = tests.filter((test) => test !== undefined);
  return (entry) => given.every((test) => test(entry));
}

/** Whether an entry is at most so many levels below a path. */
export function depthTest(path: string, depth: number = Number.POSITIVE_INFINITY): Test {
  const deepest = splitPath(path).length + depth;
  return (entry) => splitPath(entry.path).length <= deepest;
}

const TYPES: Readonly<Record<string, Node['type']>> = {
  f: 'file',
  d: 'directory',
  l: 'symlink',
  c: 'character-device',
  b: 'block-device',
  p: 'fifo',
};

export function parseTypes(text: string): readonly Node['type'][] {
  return text.split(',').map((word) => {
    const type = TYPES[word] ?? Object.values(TYPES).find((name) => name === word);
    if (!type)
      throw new InvalidArgumentError(
        `The types are ${Object.entries(TYPES)
          .map((pair) => pair.join(' or '))
          .join(', ')}.`,
      );
    return type;
  });
}

export function parseSizeTest(text: string): Test {
  const bytes = parseSize(text.replace(/^[+-]/, ''));
  if (bytes === undefined) throw new InvalidArgumentError('It must be like 100, +1M or -4k.');
  const compare: (size: number) => boolean = text.startsWith('+')
    ? (size) => size > bytes
    : text.startsWith('-')
      ? (size) => size < bytes
      : (size) => size === bytes;
  return ({ node }) => node.type === 'file' && compare(node.size);
}

const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

export function parseNewer(text: string): Test {
  const milliseconds = TIME.test(text) && isDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(milliseconds))
    throw new InvalidArgumentError('It must be a date such as 2024-05-01, or a time with its zone such as 2024-05-01T12:00:00Z.');
  return ({ node: { mtime } }) => mtime.seconds * 1000 + mtime.nanoseconds / 1e6 > milliseconds;
}

/** Whether there is such a day. `Date.parse` takes the 30th of February for one of March. */
function isDay(date: string): boolean {
  const midnight = Date.parse(date);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(date);
}
