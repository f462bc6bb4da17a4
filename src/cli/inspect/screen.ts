import { paint } from '../format/paint.ts';
import { tableLines } from '../format/table.ts';
import { printable } from '../format/text.ts';

/** A label and its lines. Without lines there is nothing to show. */
export type ScreenRow = readonly [label: string, lines: readonly string[]];

/** What `inspect` has found out: as JSON, of the form of docs/schema/inspect.json, and for the screen. */
export interface View {
  readonly json: object;
  readonly rows: readonly ScreenRow[];
}

/** One screen: a title, and rows with their labels aligned. */
export function* screenLines(title: string, rows: readonly ScreenRow[]): Generator<string> {
  yield `${paint('bold', printable(title))}\n\n`;
  yield* tableLines(rows.flatMap(([label, lines]) => lines.map((line, i) => [paint('dim', i === 0 ? label : ''), line])));
}

/** Names or phrases in one line. */
export function listed(items: readonly string[]): string {
  return items.map(printable).join(', ');
}
