import { type DuplicateGroup, wastedBy } from '../analyze/index.ts';
import { compareText } from '../bytes/index.ts';
import { splitPath } from '../tree/index.ts';
import type { Total } from './directory-sizes.ts';
import { paint } from './format/paint.ts';
import { formatCount, formatSize } from './format/size.ts';
import { tableLines } from './format/table.ts';
import { printable } from './format/text.ts';
import { bytesOf } from './rows.ts';

/** A group of files of one content as `find --duplicates --json` prints it: docs/schema/duplicates.json. */
export function duplicateRow(group: DuplicateGroup): object {
  const { digest, size, files } = group;
  const names = files.flatMap(({ node, paths }, file) =>
    paths.map((path) => ({ path, file, layer: typeof node.origin === 'number' ? node.origin : undefined, pathBytes: bytesOf(path) })),
  );
  return { digest, size, wasted: wastedBy(group), files: names };
}

/** Groups as blocks of lines: what one file has and what all but one waste, then the names, hard links of one file on one line. */
export function* duplicateLines(groups: readonly DuplicateGroup[]): Generator<string> {
  for (const group of groups) {
    const { digest, size, files } = group;
    yield `${paint('bold', `${formatCount(files.length)} × ${formatSize(size)}`)}, ${formatSize(wastedBy(group))} wasted  ${paint('dim', digest)}\n`;
    const layered = files.some(({ node }) => node.origin !== undefined);
    yield* tableLines(files.map(({ node, paths }) => ['', ...(layered ? [`layer ${node.origin}`] : []), paths.map(printable).join(' = ')]));
  }
  const all = groups.reduce((sum, group) => sum + wastedBy(group), 0);
  if (groups.length > 0)
    yield `${paint('bold', `${formatSize(all)} wasted`)} in ${formatCount(groups.length)} ${groups.length === 1 ? 'group' : 'groups'}\n`;
}

/** A directory as `find --summarize --json` prints it: docs/schema/summary.json. */
export interface SummaryRow extends Total {
  readonly path: string;
  readonly pathBytes: string | undefined;
}

/** The directories down to `depth` levels below `top`, the one with the most bytes first. */
export function summaryRows(totals: ReadonlyMap<string, Total>, top: string, depth: number = Number.POSITIVE_INFINITY): readonly SummaryRow[] {
  const deepest = splitPath(top).length + depth;
  return [...totals]
    .filter(([path]) => splitPath(path).length <= deepest)
    .map(([path, { files, bytes }]) => ({ path, files, bytes, pathBytes: bytesOf(path) }))
    .sort((a, b) => b.bytes - a.bytes || compareText(a.path, b.path));
}

export function summaryLines(rows: readonly SummaryRow[]): Iterable<string> {
  return tableLines(
    rows.map(({ path, files, bytes }) => [formatSize(bytes), formatCount(files), paint('blue', printable(path) || '.')]),
    [0, 1],
  );
}
