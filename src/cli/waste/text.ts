import type { LayerWaste, WastedFile } from '../../analyze/index.ts';
import { instructionText } from '../format/instruction.ts';
import { paint } from '../format/paint.ts';
import { formatCount, formatSize } from '../format/size.ts';
import { tableLines } from '../format/table.ts';
import { printable } from '../format/text.ts';
import { groupsOf, type WasteGroup } from './groups.ts';
import type { WasteReport } from './report.ts';

/** The report for people: the sum, where it comes from, the largest files, the verdicts. `most` files are shown. */
export function* textReport({ waste, verdicts, config }: WasteReport, most: number): Generator<string> {
  yield* tableLines(sumRows(waste));
  if (waste.items.length > 0)
    yield* section(
      'waste',
      tableLines([head('bytes', 'stored', 'files', 'layer', 'hidden by', 'class', 'where'), ...groupsOf(waste).map(groupRow)], [0, 1, 2, 3, 4]),
    );
  const shown = waste.items.slice(0, most);
  if (shown.length > 0) yield* section(`largest ${shown.length} of ${formatCount(waste.items.length)} files`, tableLines(shown.map(fileRow), [0]));
  const counted = waste.layers.filter(({ wasted }) => wasted > 0);
  if (counted.length > 0) yield* section('layers', tableLines([head('layer', 'wasted', 'of', 'instruction'), ...counted.map(layerRow)], [0, 1, 2]));
  if (verdicts.length === 0) return;
  const rows = verdicts.map(({ rule, limit, passed, message }) => [
    passed ? paint('green', 'passed') : paint('red', 'failed'),
    rule,
    printable(limit),
    printable(message),
  ]);
  yield* section(`rules${config === undefined ? '' : ` (${printable(config)})`}`, tableLines(rows));
}

function* section(title: string, lines: Iterable<string>): Generator<string> {
  yield `\n${paint('bold', title)}\n`;
  for (const line of lines) yield `  ${line}`;
}

function sumRows({ efficiency, wasted, stored, compressed, size, hidden, base, duplicates }: WasteReport['waste']): readonly (readonly string[])[] {
  const rows = [
    ['efficiency', `${percent(efficiency)} of ${formatSize(stored)} in files`],
    ['wasted', `${formatSize(wasted)}, of which ${formatSize(hidden)} can never be seen`],
    ['as stored', `about ${formatSize(compressed)} of ${formatSize(size)}`],
    ...(base > 0 ? [['left out', `the lowest ${base === 1 ? 'layer' : `${base} layers`}`]] : []),
    ...(duplicates ? [] : [['not read', 'files of the same content at different paths (--duplicates)']]),
  ];
  return rows.map(([name = '', value = '']) => [paint('dim', name), value]);
}

/** A fraction in percent; only what is whole is shown as 100%. */
export function percent(fraction: number): string {
  return `${Math.floor(fraction * 10_000) / 100}%`;
}

function head(...names: readonly string[]): readonly string[] {
  return names.map((name) => paint('dim', name));
}

function groupRow(group: WasteGroup): readonly string[] {
  const { bytes, compressed, files, layer, hiddenBy = '-', where } = group;
  return [formatSize(bytes), formatSize(compressed), formatCount(files), String(layer), String(hiddenBy), className(group), printable(where)];
}

/** A class, and of leftovers the tool that left them. */
export function className({ class: name, leftover }: Pick<WasteGroup, 'class' | 'leftover'>): string {
  return leftover === undefined ? name : `${name} (${leftover})`;
}

function fileRow(file: WastedFile): readonly string[] {
  return [formatSize(file.size), className(file), printable(file.path) + (file.sameAs === undefined ? '' : ` = ${printable(file.sameAs)}`)];
}

function layerRow({ position, wasted, bytes, createdBy }: LayerWaste): readonly string[] {
  return [String(position), formatSize(wasted), formatSize(bytes), instructionText(createdBy)];
}
