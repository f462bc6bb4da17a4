import type { CommonLayer, FieldDifference, PathDifference, StepDifference } from '../../analyze/index.ts';
import { paint } from '../format/paint.ts';
import { formatCount, formatSize } from '../format/size.ts';
import { tableLines } from '../format/table.ts';
import { rowOf } from '../rows.ts';
import { fieldLine, type Kind, kindOf, pathLine, stepLine, textLines } from './lines.ts';

/** Everything that was found, and how much of it is told. */
export interface Report {
  readonly paths: readonly (PathDifference & { readonly diff?: string | undefined })[];
  /** Of two images, and not of two trees. */
  readonly images?: {
    readonly config: readonly FieldDifference[];
    readonly history: readonly StepDifference[];
    readonly common: readonly CommonLayer[];
    readonly layers: { readonly before: number; readonly after: number };
  };
  readonly raw?: readonly FieldDifference[] | undefined;
}

/** Whether there is a difference that counts. */
export function isDifferent({ paths, images }: Report): boolean {
  return paths.length > 0 || (images !== undefined && images.config.length + images.history.length > 0);
}

export function reportJson(report: Report, stat: boolean): object {
  const { paths, images, raw } = report;
  return {
    differ: isDifferent(report),
    summary: Object.fromEntries(KINDS.map((kind) => [kind, summaryOf(report, kind)])),
    paths: stat ? undefined : paths.map(pathJson),
    config: images?.config.map(fieldJson),
    history: images?.history.map(({ fields, ...step }) => ({ ...step, fields: fields.map(fieldJson) })),
    layers: images && { ...images.layers, common: images.common },
    raw: raw?.map(fieldJson),
  };
}

function pathJson({ path, kind, what, before, after, diff }: Report['paths'][number]): object {
  return { path, kind, what, before: before && rowOf(path, before), after: after && rowOf(path, after), diff };
}

function fieldJson(difference: FieldDifference): object {
  return { kind: kindOf(difference), ...difference };
}

export function* reportText(report: Report, stat: boolean): Generator<string> {
  const { paths, images, raw = [] } = report;
  if (stat) return yield* statLines(report);
  for (const difference of paths) {
    yield pathLine(difference);
    if (difference.diff) yield textLines(difference.diff);
  }
  for (const difference of images?.config ?? []) yield fieldLine(difference);
  for (const difference of images?.history ?? []) yield stepLine(difference);
  for (const difference of raw) yield `${paint('dim', 'stored')}   ${fieldLine(difference)}`;
}

const KINDS: readonly Kind[] = ['added', 'removed', 'changed'];

interface Summary {
  readonly paths: number;
  /** Bytes of the files that came or went; of those whose content changed, as they are now. */
  readonly bytes: number;
}

function summaryOf({ paths }: Report, kind: Kind): Summary {
  const found = paths.filter((difference) => difference.kind === kind && (kind !== 'changed' || difference.what.includes('content')));
  const bytes = found.reduce((sum, { before, after }) => sum + sizeOf(after ?? before), 0);
  return { paths: paths.filter((difference) => difference.kind === kind).length, bytes };
}

function sizeOf(node: PathDifference['after']): number {
  return node?.type === 'file' ? node.size : 0;
}

function statLines(report: Report): Iterable<string> {
  const { images } = report;
  const rows = KINDS.map((kind) => {
    const { paths, bytes } = summaryOf(report, kind);
    return [kind, formatCount(paths), `${formatSize(bytes)}${kind === 'changed' ? ` of changed content${aspectsText(report)}` : ''}`];
  });
  if (!images) return tableLines(rows, [1]);
  const { before, after } = images.layers;
  return tableLines(
    [
      ...rows,
      ['config', formatCount(images.config.length), ''],
      ['history', formatCount(images.history.length), ''],
      ['layers', formatCount(images.common.length), `in common, of ${before} and ${after}`],
    ],
    [1],
  );
}

function aspectsText({ paths }: Report): string {
  const counts = new Map<string, number>();
  for (const { what } of paths) for (const aspect of what) if (aspect !== 'size') counts.set(aspect, (counts.get(aspect) ?? 0) + 1);
  return [...counts].map(([aspect, count]) => `; ${aspect} ${formatCount(count)}`).join('');
}
