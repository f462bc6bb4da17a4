import type { History } from './config.ts';

/** One line of an image's past: an instruction, the layer that it made (counted from 0), or both. */
export interface HistoryRow {
  readonly entry: History | undefined;
  readonly layer: number | undefined;
}

/**
 * Sets history entries beside layers, oldest first. Each entry that is no `empty_layer` takes the next layer; entries for which no layer is left
 * and layers for which no entry is left stand alone, for both happen (`history` is optional, and builders add or forget entries).
 * Where the numbers agree, the alignment is the one of the specification.
 */
export function alignHistory(history: readonly History[], layers: number): readonly HistoryRow[] {
  let next = 0;
  const rows: HistoryRow[] = history.map((entry) => ({ entry, layer: entry.empty_layer || next >= layers ? undefined : next++ }));
  while (next < layers) rows.push({ entry: undefined, layer: next++ });
  return rows;
}
