import { type Command, Option } from 'commander';
import { judgeWaste, waste } from '../../analyze/index.ts';
import { addImageChoice, type TreeChoice, withChosenImage } from '../choice.ts';
import { addExamples, addJson, IMAGE } from '../help.ts';
import { answerNo } from '../outcome.ts';
import { writeJson, writeText } from '../output.ts';
import { baseLayers } from '../waste/base.ts';
import { readConfig } from '../waste/config.ts';
import { junitReport } from '../waste/junit.ts';
import { markdownReport } from '../waste/markdown.ts';
import { jsonReport, type WasteReport } from '../waste/report.ts';
import { rulesOf, type WasteSettings } from '../waste/settings.ts';
import { textReport } from '../waste/text.ts';

type Format = 'text' | 'json' | 'markdown' | 'junit';

interface Options extends TreeChoice, WasteSettings {
  readonly json?: true;
  readonly format: Format;
  readonly config?: string | boolean;
  readonly duplicates?: true;
  readonly all?: true;
}

export function define(command: Command): void {
  command
    .description(
      'Tells what an image wastes: bytes that no one can see, leftovers of building, and files that are there twice. Status 1 if it breaks a rule.',
    )
    .argument('<image>', IMAGE)
    .option('--duplicates', 'look for files of the same content too; reads those whose sizes are the same')
    .option('--base <base>', 'leave out the lowest layers: so many, or those of an image, in the same archive or at a path')
    .option('--max-waste <percent>', 'fail if more of the stored bytes is wasted: 5%')
    .option('--max-bytes <size>', 'fail if more bytes are wasted: 20M; k, M and G are units of 1,024')
    .option('--fail-on <glob>', 'fail if a wasted file matches; may be repeated', (glob: string, globs: readonly string[] = []) => [...globs, glob])
    .option('--config <file>', 'rules from a file: .lading.json, or .dive-ci as dive has it (default: the first of them in the current folder)')
    .option('--no-config', 'read no such file')
    .option('--all', 'show every file, not the ten largest')
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json', 'markdown', 'junit']).default('text'))
    .action(tell);
  addImageChoice(command);
  addJson(command);
  addExamples(command, [
    'lading waste app.tar',
    'lading waste --max-waste 5% --base 1 app.tar',
    "lading waste --fail-on '*.pem' --format junit app.tar > waste.xml",
    'lading waste --base docker-archive:base.tar --format markdown app.tar',
  ]);
}

async function tell(argument: string, options: Options): Promise<void> {
  const config = await readConfig(options.config);
  const given = await rulesOf(options, optionName);
  const rules = [...given, ...config.rules.filter(({ rule }) => !given.some((own) => own.rule === rule))];
  await withChosenImage(argument, options, async (image, archive) => {
    const base = await baseLayers(options.base ?? config.base, image, archive);
    const found = await waste(image, { base, duplicates: options.duplicates ?? false });
    const report: WasteReport = { image: argument, config: config.path, waste: found, verdicts: judgeWaste(found, rules) };
    if (report.verdicts.some(({ passed }) => !passed)) answerNo();
    await print(report, options);
  });
}

const LARGEST = 10;

function print(report: WasteReport, { json, format, all }: Options): Promise<void> {
  if (json || format === 'json') return writeJson(jsonReport(report));
  if (format === 'markdown') return writeText(markdownReport(report));
  if (format === 'junit') return writeText(junitReport(report));
  return writeText(textReport(report, all ? Number.POSITIVE_INFINITY : LARGEST));
}

function optionName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
