import { type Command, Option } from 'commander';
import { type CompareOptions, compareImages, compareRaw, compareTrees, type PathDifference, textDifference } from '../../analyze/index.ts';
import { isDifferent, type Report, reportJson, reportText } from '../diff/report.ts';
import { type SideOptions, type Sides, withSides } from '../diff/sides.ts';
import { anyGlob, append } from '../glob.ts';
import { addExamples, addJson } from '../help.ts';
import { answerNo } from '../outcome.ts';
import { writeJson, writeText } from '../output.ts';

interface Options extends SideOptions {
  readonly json?: true;
  readonly ignore?: readonly string[];
  readonly ignoreTime?: boolean;
  readonly semantic?: boolean;
  readonly stat?: true;
  readonly text?: true;
  readonly raw?: true;
}

export function define(command: Command): void {
  command
    .description(
      'Compares two images, their layers, tars or folders in any combination. Status 1 if they differ. A value with a comma is one for each side: --layer 0,1.',
    )
    .argument('<before>', 'a file, a folder, or - for standard input')
    .argument('<after>', 'what it is compared with')
    .option('--image <image>', 'of several images, the one with this tag, position (@N), digest or image ID')
    .option('--platform <platform>', 'the one for os/architecture[/variant]')
    .option('--at <layer>', 'the tree as it is after this layer, counted from 0')
    .addOption(new Option('--layer <layer>', 'one layer alone, by its number from 0 or its digest, whiteouts shown').conflicts('at'))
    .addOption(new Option('--semantics <name>', 'how layers merge').choices(['overlay', 'sequential']))
    .option('--ignore <glob>', 'what has this name, or with a / in it this path, and all below it, does not count; may be repeated', append)
    .option('--ignore-time', 'times do not count')
    .option('--semantic', 'only what a user of the image would notice: no times, hard links, history')
    .option('--text', 'show how text files changed, line by line')
    .option('--stat', 'numbers only')
    .option('--raw', 'show digests, compression, names and fields that only Docker writes too; they do not count')
    .action(compare);
  addJson(command);
  addExamples(command, [
    'lading diff app-1.tar app-2.tar',
    'lading diff --semantic --text app-1.tar app-2.tar',
    "lading diff --ignore-time --ignore 'var/log' app.tar rootfs.tar",
    'lading diff --layer 2,3 app.tar app.tar',
  ]);
}

async function compare(before: string, after: string, options: Options): Promise<void> {
  const { json, stat = false } = options;
  await withSides(before, after, options, async (sides) => {
    const report = await reportOf(sides, options);
    if (isDifferent(report)) answerNo();
    return json ? writeJson(reportJson(report, stat)) : writeText(reportText(report, stat));
  });
}

async function reportOf(sides: Sides, options: Options): Promise<Report> {
  const counts = await countsOf(options);
  if (sides.kind === 'trees') return { paths: await gather(compareTrees(sides.before, sides.after, counts), options) };
  const [before, after] = [sides.before.image, sides.after.image];
  const { paths, ...images } = await compareImages(before, after, counts);
  const layers = { before: (await before.layers()).length, after: (await after.layers()).length };
  return {
    paths: await gather(paths, options),
    images: { ...images, layers },
    raw: options.raw && (await compareRaw(sides.before, sides.after)),
  };
}

async function countsOf({ ignore, ignoreTime = false, semantic = false }: Options): Promise<CompareOptions> {
  const isIgnored = await anyGlob(ignore);
  return { ignoreTime, semantic, ...(isIgnored && { ignore: isIgnored }) };
}

async function gather(paths: AsyncIterable<PathDifference>, { text }: Options): Promise<Report['paths']> {
  const found: Report['paths'][number][] = [];
  for await (const difference of paths) found.push(text ? { ...difference, diff: await textDifference(difference) } : difference);
  return found;
}
