import { LINT_RULES, type LintFinding, type Severity } from '../analyze/index.ts';
import { type Colour, paint } from './format/paint.ts';
import { formatCount } from './format/size.ts';
import { printable } from './format/text.ts';

const SHOWN = 3;
const COLOURS: Readonly<Record<Severity, Colour>> = { error: 'red', warning: 'yellow', info: 'dim' };
const ORDER: readonly Severity[] = ['error', 'warning', 'info'];

/** Findings for people, the worst first: those of one code together, with what each engine does and what to do. */
export function* lintText(findings: readonly LintFinding[], all: boolean): Generator<string> {
  const groups = new Map<string, LintFinding[]>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.code}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  for (const severity of ORDER) {
    for (const group of groups.values()) if (group[0]?.severity === severity) yield* groupLines(group as [LintFinding, ...LintFinding[]], all);
  }
  yield `${summary(findings)}\n`;
}

function* groupLines(group: readonly [LintFinding, ...LintFinding[]], all: boolean): Generator<string> {
  const [{ severity, code, engines, advice }] = group;
  const { summary: what } = LINT_RULES[code];
  yield `${paint(COLOURS[severity], severity)}  ${paint('bold', code)}: ${what}\n`;
  const shown = all ? group : group.slice(0, SHOWN);
  for (const { layer, path, message } of shown) {
    const place = [layer === undefined ? [] : `layer ${layer}`, path === undefined ? [] : printable(path) || '/'].flat().join('  ');
    const detail = printable(message.slice(what.length).replace(/^: /, ''));
    yield `  ${[place || 'the image', detail].filter((text) => text !== '').join('  ')}\n`;
  }
  if (shown.length < group.length) yield `  … and ${formatCount(group.length - shown.length)} more (--all)\n`;
  for (const { engine, does } of engines) yield paint('dim', `    ${engine}: ${does}`).concat('\n');
  yield `    ${advice}\n\n`;
}

function summary(findings: readonly LintFinding[]): string {
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings, infos] = ORDER.map(count) as [number, number, number];
  const parts = [named(errors, 'error', 'red'), named(warnings, 'warning', 'yellow')].filter((text) => text !== undefined);
  const rest = infos > 0 ? `, ${formatCount(infos)} for information` : '';
  return `${parts.length > 0 ? parts.join(', ') : paint('green', 'good')}${rest}`;
}

function named(count: number, name: string, colour: Colour): string | undefined {
  return count === 0 ? undefined : paint(colour, `${formatCount(count)} ${name}${count === 1 ? '' : 's'}`);
}
