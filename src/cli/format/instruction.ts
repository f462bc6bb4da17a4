import { printable } from './text.ts';

/** An instruction as its author wrote it, cut to what a screen holds. */
export function instructionText(createdBy = ''): string {
  const text = printable(
    createdBy
      .replace(/^\/bin\/sh -c #\(nop\)\s*/, '')
      .replace(/^\/bin\/sh -c /, 'RUN ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  return text.length > 72 ? `${text.slice(0, 71)}…` : text;
}
