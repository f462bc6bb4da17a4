import type { History, HistoryRow } from '../oci/index.ts';
import type { Image } from './image.ts';

/** What a change of an image says of itself in the history. */
export interface StepOptions {
  /** Time of the step, as RFC 3339 has it. Default: when the image was made, for no clock is read. */
  readonly created?: string;
  /** What made the step. Default: the name of the change. */
  readonly createdBy?: string;
  readonly comment?: string;
}

/** The history entry of a change to an image. */
export async function stepOf(image: Image, what: string, { created, createdBy = what, comment }: StepOptions): Promise<History> {
  const time = created ?? (await image.config()).created;
  return { ...(time !== undefined && { created: time }), created_by: createdBy, ...(comment !== undefined && { comment }) };
}

/**
 * The history whose steps align with layers as these rows do: a step without a layer says so, a layer without a step gets an empty one where others come
 * later. An image without a history stays without: a step of one layer only would be taken for that of the lowest.
 */
export function historyOf(rows: readonly HistoryRow[]): readonly History[] | undefined {
  const last = rows.findLastIndex(({ entry }) => entry !== undefined);
  if (last < 0) return undefined;
  return rows.slice(0, last + 1).map(({ entry, layer }) => {
    if (!entry) return {};
    return layer === undefined && !entry.empty_layer ? { ...entry, empty_layer: true } : entry;
  });
}

/** The rows with one more step, unless the image has layers and tells of none of them. */
export function withStep(rows: readonly HistoryRow[], row: HistoryRow, at: number = rows.length): readonly HistoryRow[] {
  const isSilent = rows.length > 0 && rows.every(({ entry }) => entry === undefined);
  return rows.toSpliced(at, 0, isSilent ? { entry: undefined, layer: row.layer } : row);
}
