import { type Command, InvalidArgumentError, Option } from 'commander';
import { findDuplicates, namedFiles } from '../../analyze/index.ts';
import type { Node, Tree, WalkEntry } from '../../tree/index.ts';
import { addTreeChoice, parseCount, type TreeChoice, withTree } from '../choice.ts';
import { directoryTotals } from '../directory-sizes.ts';
import { parseSize } from '../format/size.ts';
import { duplicateLines, duplicateRow, summaryLines, summaryRows } from '../found.ts';
import { compileGlob } from '../glob.ts';
import { addExamples, addJson, IMAGE } from '../help.ts';
import { hasSteps, locate } from '../input.ts';
import { nameLines } from '../listing.ts';
import { writeJsonArray, writeText } from '../output.ts';
import { digestFiles, rowsOf } from '../rows.ts';

interface Options extends TreeChoice {
  readonly json?: boolean;
  readonly digest?: boolean;
  readonly name?: string;
  readonly type?: readonly Node['type'][];
  readonly size?: Test;
  readonly newer?: Test;
  readonly duplicates?: boolean;
  readonly summarize?: boolean;
  readonly depth?: number;
}

/** Whether an entry is one of those that are wanted. */
type Test = (entry: WalkEntry) => boolean;

export function define(command: Command): void {
  command
    .description('Lists the paths of everything that passes all the tests given, in byte order.')
    .argument('<image>', IMAGE)
    .argument('[path]', 'the directory to look below; !/ steps into an archive')
    .option('--name <glob>', 'with this name; with a / in it, with this path')
    .addOption(
      new Option(
        '--type <types>',
        'of a type: f(ile), d(irectory), (sym)l(ink), c(haracter-device), b(lock-device), p: fifo; several with commas',
      ).argParser(parseTypes),
    )
    .addOption(
      new Option('--size <size>', 'files of so many bytes: N, +N for more, -N for less; k, M and G are units of 1,024').argParser(parseSizeTest),
    )
    .addOption(new Option('--newer <time>', 'changed after this time: 2024-05-01, or 2024-05-01T12:00:00Z').argParser(parseNewer))
    .option('--digest', 'the SHA-256 of each file too (with --json)')
    .addOption(
      new Option('--duplicates', 'of the files found, those of the same content, in groups; reads those whose sizes are the same').conflicts(
        'summarize',
      ),
    )
    .option('--summarize', 'how many files each directory has, and how many bytes, with all below it; the largest first')
    .addOption(new Option('-d, --depth <levels>', 'how many levels below the path --summarize goes').argParser(parseCount))
    .action(find);
  addTreeChoice(command);
  addJson(command);
  addExamples(command, [
    "lading find app.tar --name '*.so*' --size +1M",
    'lading find app.tar etc --type f --newer 2024-05-01',
    'lading find --json rootfs --type l',
    'lading find app.tar --duplicates --size +1M',
    'lading find app.tar usr --summarize --depth 2',
  ]);
}

async function find(image: string, path: string | undefined, options: Options): Promise<void> {
  const { digest = false, duplicates = false, json } = options;
  const tests = await testsOf(options);
  await withTree(image, options, { digest, listOnly: !duplicates && !hasSteps(path) }, async (outer) => {
    const { tree, path: at } = await locate(outer, path);
    const found = [...matching(tree, at, tests)];
    if (duplicates) return printDuplicates(found, json);
    if (options.summarize) return printSummary(found, at, options);
    if (json) return writeJsonArray(rowsOf(tree, found, digest ? await digestFiles(found) : undefined));
    return writeText(nameLines(found));
  });
}

async function printDuplicates(found: readonly WalkEntry[], json = false): Promise<void> {
  const groups = await findDuplicates(namedFiles(found));
  return json ? writeJsonArray(groups.map(duplicateRow)) : writeText(duplicateLines(groups));
}

function printSummary(found: readonly WalkEntry[], path: string, { depth, json }: Options): Promise<void> {
  const rows = summaryRows(directoryTotals(found, path), path, depth);
  return json ? writeJsonArray(rows) : writeText(summaryLines(rows));
}

function* matching(tree: Tree, path: string, tests: readonly Test[]): Generator<WalkEntry> {
  for (const entry of tree.walk(path)) if (tests.every((test) => test(entry))) yield entry;
}

async function testsOf({ name, type, size, newer }: Options): Promise<readonly Test[]> {
  const matches = name === undefined ? undefined : await compileGlob(name);
  const tests: readonly (Test | undefined)[] = [
    type && (({ node }) => type.includes(node.type)),
    size,
    newer,
    matches && (({ path }) => matches(path)),
  ];
  return tests.filter((test) => test !== undefined);
}

const TYPES: Readonly<Record<string, Node['type']>> = {
  f: 'file',
  d: 'directory',
  l: 'symlink',
  c: 'character-device',
  b: 'block-device',
  p: 'fifo',
};

function parseTypes(text: string): readonly Node['type'][] {
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

function parseSizeTest(text: string): Test {
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

function parseNewer(text: string): Test {
  const milliseconds = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(milliseconds))
    throw new InvalidArgumentError('It must be a date such as 2024-05-01, or a time with its zone such as 2024-05-01T12:00:00Z.');
  return ({ node: { mtime } }) => mtime.seconds * 1000 + mtime.nanoseconds / 1e6 > milliseconds;
}
