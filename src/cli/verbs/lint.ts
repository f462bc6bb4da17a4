import { basename } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { LINT_CODES, type LintCode, type LintFinding, lint, type Severity, sarifOf } from '../../analyze/index.ts';
import { addImageChoice, parseCount, type TreeChoice, withChosenImage } from '../choice.ts';
import { addExamples, addJson, IMAGE } from '../help.ts';
import { lintText } from '../lint-text.ts';
import { answerNo } from '../outcome.ts';
import { writeJson, writeText } from '../output.ts';
import { bytesOf } from '../rows.ts';

interface Options extends TreeChoice {
  readonly json?: true;
  readonly format?: 'text' | 'json' | 'sarif';
  readonly ignore?: ReadonlySet<LintCode>;
  readonly failOn: 'error' | 'warning';
  readonly base?: number;
  readonly all?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      'Tells what engines do differently with an image, what the specification forbids in it, and what of its files is a danger. Status 1 if there is an error or a warning.',
    )
    .argument('<image>', IMAGE)
    .addOption(new Option('--format <format>', 'how findings are printed; sarif is for code scanning').choices(['text', 'json', 'sarif']))
    .option('--ignore <code>', 'a code that does not count; may be repeated', appendCode)
    .addOption(new Option('--fail-on <severity>', 'the least that makes the status 1').choices(['error', 'warning']).default('warning'))
    .addOption(new Option('--base <layers>', 'how many layers are the base, whose open rights are only told of (default: 1)').argParser(parseCount))
    .option('--all', 'list every finding; without it, three of each code')
    .action(check);
  addImageChoice(command);
  addJson(command);
  addExamples(command, [
    'lading lint app.tar',
    'lading lint --fail-on error --ignore world-writable app.tar',
    'lading lint --format sarif app.tar > lint.sarif',
  ]);
}

function appendCode(text: string, codes: ReadonlySet<LintCode> = new Set()): ReadonlySet<LintCode> {
  const code = LINT_CODES.find((known) => known === text);
  if (!code) throw new InvalidArgumentError(`The codes are ${LINT_CODES.join(', ')}.`);
  return new Set([...codes, code]);
}

async function check(argument: string, options: Options): Promise<void> {
  const { format = options.json ? 'json' : 'text', failOn, base, ignore, all = false } = options;
  await withChosenImage(argument, options, async (image) => {
    const findings: LintFinding[] = [];
    for await (const finding of lint(image, base === undefined ? {} : { base })) if (!ignore?.has(finding.code)) findings.push(finding);
    const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
    const [errors, warnings] = [count('error'), count('warning')];
    if (errors > 0 || (failOn === 'warning' && warnings > 0)) answerNo();
    if (format === 'sarif') return writeJson(sarifOf(findings, argument === '-' ? 'stdin' : basename(argument)));
    if (format === 'json') return writeJson({ errors, warnings, infos: count('info'), findings: findings.map(jsonRow) });
    return writeText(lintText(findings, all));
  });
}

function jsonRow(finding: LintFinding): object {
  return { ...finding, pathBytes: bytesOf(finding.path) };
}
