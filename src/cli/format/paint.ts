const CODES = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33', blue: '1;34', cyan: '36' } as const;

/** A colour, or a weight, of text. */
export type Colour = keyof typeof CODES;

/** Whether standard output is a terminal that has colours, and neither `NO_COLOR` nor `TERM=dumb` speaks against it. */
export function hasColours(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors();
}

/** Colours text where there are colours. */
export function paint(colour: Colour, text: string): string {
  return hasColours() && text !== '' ? `\x1b[${CODES[colour]}m${text}\x1b[0m` : text;
}
