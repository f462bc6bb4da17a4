import { type Command, Option } from 'commander';
import { findDuplicates, namedFiles } from '../../analyze/index.ts';
import type { WalkEntry } from '../../tree/index.ts';
import { addTreeChoice, parseCount, type TreeChoice, withChosenImage, withTree } from '../choice.ts';
import { directoryTotals } from '../directory-sizes.ts';
import { storedLines, storedMatches, storedRows } from '../find/layers.ts';
import { depthTest, parseNewer, parseSizeTest, parseTypes, type Test, type TestOptions, testOf } from '../find/tests.ts';
import { duplicateLines, duplicateRow, summaryLines, summaryRows } from '../found.ts';
import { addExamples, addJson, IMAGE } from '../help.ts';
import { hasSteps, locate } from '../input.ts';
import { nameLines } from '../listing.ts';
import { UsageError } from '../outcome.ts';
import { writeJsonArray, writeText } from '../output.ts';
import { digestFiles, rowsOf } from '../rows.ts';

interface Options extends TreeChoice, TestOptions {
  readonly json?: boolean;
  readonly digest?: boolean;
  readonly allLayers?: boolean;
  readonly duplicates?: boolean;
  readonly summarize?: boolean;
  readonly depth?: number;
}

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
    .addOption(
      new Option('--all-layers', 'what every layer stores, also what later ones remove or replace, with the number of the layer').conflicts([
        'at',
        'layer',
        'duplicates',
        'summarize',
      ]),
    )
    .option('--digest', 'the SHA-256 of each file too (with --json)')
    .addOption(
      new Option('--duplicates', 'of the files found, those of the same content, in groups; reads those whose sizes are the same').conflicts(
        'summarize',
      ),
    )
    .option('--summarize', 'how many files each directory has, and how many bytes, with all below it; the largest first')
    .addOption(new Option('-d, --depth <levels>', 'how many levels below the path to go').argParser(parseCount))
    .action(find);
  addTreeChoice(command);
  addJson(command);
  addExamples(command, [
    "lading find app.tar --name '*.so*' --size +1M",
    'lading find app.tar etc --type f --newer 2024-05-01',
    'lading find --json rootfs --type l',
    "lading find app.tar --all-layers --name '*.pem'",
    'lading find app.tar --duplicates --size +1M',
    'lading find app.tar usr --summarize --depth 2',
  ]);
}

async function find(image: string, path: string | undefined, options: Options): Promise<void> {
  if (options.allLayers) return findStored(image, path, options);
  const { digest = false, duplicates = false, summarize, depth, json } = options;
  const passes = await testOf(options);
  await withTree(image, options, { digest, listOnly: !duplicates && !hasSteps(path) }, async (outer) => {
    const { tree, path: at } = await locate(outer, path);
    const isWanted = summarize ? passes : both(passes, depthTest(at, depth));
    const found = [...tree.walk(at)].filter(isWanted);
    if (duplicates) return printDuplicates(found, json);
    if (summarize) return printSummary(found, at, options);
    if (json) return writeJsonArray(rowsOf(tree, found, digest ? await digestFiles(found) : undefined));
    return writeText(nameLines(found));
  });
}

async function findStored(image: string, path: string | undefined, options: Options): Promise<void> {
  if (hasSteps(path)) throw new UsageError('Cannot look into an archive with --all-layers: leave out the steps (!/), or --all-layers');
  const isWanted = both(await testOf(options), depthTest(path ?? '', options.depth));
  await withChosenImage(image, options, async (chosen) => {
    const found = await storedMatches(chosen, path, isWanted);
    if (!options.json) return writeText(storedLines(found));
    return writeJsonArray(storedRows(found, options.digest ? await digestFiles(found) : undefined));
  });
}

function both(one: Test, other: Test): Test {
  return (entry) => one(entry) && other(entry);
}

async function printDuplicates(found: readonly WalkEntry[], json = false): Promise<void> {
  const groups = await findDuplicates(namedFiles(found));
  return json ? writeJsonArray(groups.map(duplicateRow)) : writeText(duplicateLines(groups));
}

function printSummary(found: readonly WalkEntry[], path: string, { depth, json }: Options): Promise<void> {
  const rows = summaryRows(directoryTotals(found, path), path, depth);
  return json ? writeJsonArray(rows) : writeText(summaryLines(rows));
}
