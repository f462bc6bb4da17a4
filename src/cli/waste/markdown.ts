import { instructionText } from '../format/instruction.ts';
import { formatCount, formatSize } from '../format/size.ts';
import { printable } from '../format/text.ts';
import { groupsOf } from './groups.ts';
import type { WasteReport } from './report.ts';
import { className, percent } from './text.ts';

/** Rows of a table; what a comment of a pull request can hold is far more, but nobody reads it. */
const MOST = 20;

/** The report as Markdown, fit for a comment of a pull request. */
export function* markdownReport({ image, waste, verdicts }: WasteReport): Generator<string> {
  const failed = verdicts.some(({ passed }) => !passed);
  yield `### ${failed ? '❌' : '✅'} ${code(image)} wastes ${formatSize(waste.wasted)}\n\n`;
  yield `Efficiency ${percent(waste.efficiency)}: of ${formatSize(waste.stored)} in files ${formatSize(waste.hidden)} can never be seen. `;
  yield `As stored it is about ${formatSize(waste.compressed)} of ${formatSize(waste.size)}.\n`;
  if (verdicts.length > 0)
    yield* table(
      ['rule', 'limit', '', 'found'],
      verdicts.map(({ rule, limit, passed, message }) => [code(rule), code(limit), passed ? '✅' : '❌', plain(message)]),
    );
  const groups = groupsOf(waste);
  if (groups.length === 0) return;
  yield* table(
    ['wasted', 'files', 'class', 'layer', 'hidden by', 'where'],
    groups
      .slice(0, MOST)
      .map((group) => [
        formatSize(group.bytes),
        formatCount(group.files),
        className(group),
        String(group.layer),
        String(group.hiddenBy ?? '–'),
        code(group.where),
      ]),
  );
  if (groups.length > MOST) yield `\n${groups.length - MOST} more in the JSON report.\n`;
  const layers = waste.layers.filter(({ wasted }) => wasted > 0);
  yield* details(
    'Instructions',
    table(
      ['layer', 'wasted', 'of', 'instruction'],
      layers.map(({ position, wasted, bytes, createdBy }) => [
        String(position),
        formatSize(wasted),
        formatSize(bytes),
        code(instructionText(createdBy)),
      ]),
    ),
  );
  yield* details(
    'Largest files',
    table(
      ['wasted', 'class', 'path'],
      waste.items.slice(0, MOST).map((item) => [formatSize(item.size), className(item), code(item.path)]),
    ),
  );
}

function* table(head: readonly string[], rows: readonly (readonly string[])[]): Generator<string> {
  yield `\n| ${head.join(' | ')} |\n|${' --- |'.repeat(head.length)}\n`;
  for (const row of rows) yield `| ${row.join(' | ')} |\n`;
}

function* details(summary: string, lines: Iterable<string>): Generator<string> {
  yield `\n<details><summary>${summary}</summary>\n`;
  yield* lines;
  yield '\n</details>\n';
}

/** Text as code in a table: names come from the image, and are not to be read as Markdown or HTML (GFM 4.10: a pipe is escaped in code too). */
function code(text: string): string {
  const shown = printable(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${shown} ${fence}` : `\`${shown || ' '}\``;
}

function plain(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>()#+!|&~]/g, (character) => `&#${character.charCodeAt(0)};`);
}
