/** Rows as lines with their cells aligned, two spaces between them. Columns whose number is in `right` are aligned there; the last is not filled up. */
export function* tableLines(rows: readonly (readonly string[])[], right: readonly number[] = []): Generator<string> {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, widthOf(cell));
  for (const row of rows) {
    const cells = row.map((cell, i) => {
      const fill = ' '.repeat((widths[i] as number) - widthOf(cell));
      return right.includes(i) ? fill + cell : i === row.length - 1 ? cell : cell + fill;
    });
    yield `${cells.join('  ').trimEnd()}\n`;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour is an escape sequence
const COLOUR = /\x1b\[[0-9;]*m/g;

/** Columns on a screen, where every character but those of colour takes one. */
function widthOf(cell: string): number {
  return cell.includes('\x1b') ? cell.replace(COLOUR, '').length : cell.length;
}
