import type { Aspect, FieldDifference, FieldValue, PathDifference, StepDifference } from '../../analyze/index.ts';
import type { Node } from '../../tree/index.ts';
import { type Colour, paint } from '../format/paint.ts';
import { formatSize } from '../format/size.ts';
import { printable } from '../format/text.ts';
import { formatTime } from '../format/time.ts';

export type Kind = PathDifference['kind'];

const COLOURS: Readonly<Record<Kind, Colour>> = { added: 'green', removed: 'red', changed: 'yellow' };
const WIDTH = 'changed'.length;

/** One difference as a line: what happened, where, and in what. */
export function pathLine({ kind, path, what, before, after }: PathDifference): string {
  const details = before && after ? what.filter((aspect) => aspect !== 'size').map((aspect) => detail(aspect, before, after)) : [];
  return line(kind, printable(path), details.join(', '));
}

export function fieldLine(difference: FieldDifference): string {
  const { field, name, before, after } = difference;
  return line(kindOf(difference), [field, name ?? ''].map(printable).join(' ').trimEnd(), arrow(valueText(before), valueText(after)));
}

export function stepLine({ position, before, after, fields }: StepDifference): string {
  const step = printable((after ?? before)?.created_by ?? '-');
  const kind = before && after ? 'changed' : before ? 'removed' : 'added';
  const details = fields.map(({ field, before: left, after: right }) => `${field} ${arrow(valueText(left), valueText(right))}`).join(', ');
  return line(kind, `history ${position}`, kind === 'changed' ? details : step);
}

/** The lines of a unified diff, coloured. */
export function textLines(diff: string): string {
  const lines = diff.replace(/\n$/, '').split('\n');
  const coloured = lines.map((text) => {
    const colour: Colour | undefined = text.startsWith('@@') ? 'cyan' : text.startsWith('+') ? 'green' : text.startsWith('-') ? 'red' : undefined;
    const shown = text[0] + text.slice(1).split('\t').map(printable).join('\t');
    return `${colour ? paint(colour, shown) : shown}\n`;
  });
  return coloured.join('');
}

/** Whether a field came, went, or changed. */
export function kindOf({ before, after }: FieldDifference): Kind {
  return before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
}

function line(kind: Kind, subject: string, details: string): string {
  return `${paint(COLOURS[kind], kind.padEnd(WIDTH))}  ${subject}${details && `  ${details}`}\n`;
}

/** As JSON; nothing for what has a name and no value. */
function valueText(value: FieldValue | undefined): string {
  if (value === undefined || value === true) return '';
  return JSON.stringify(value).split('\\').map(printable).join('\\'); // what JSON has escaped is not escaped again
}

function arrow(before: string, after: string): string {
  return [before, after].filter((text) => text !== '').join(' → ');
}

function detail(aspect: Aspect, before: Node, after: Node): string {
  const told = TOLD[aspect];
  return told ? `${aspect} ${told(before)} → ${told(after)}` : contentText(aspect, before, after);
}

function contentText(aspect: Aspect, before: Node, after: Node): string {
  if (aspect !== 'content' || before.type !== 'file' || after.type !== 'file' || before.size === after.size) return aspect;
  const [left, right] = [formatSize(before.size), formatSize(after.size)];
  return left === right ? `content ${before.size} → ${after.size} bytes` : `content ${left} → ${right}`;
}

const TOLD: Readonly<Partial<Record<Aspect, (node: Node) => string>>> = {
  type: ({ type }) => type,
  target: (node) => (node.type === 'symlink' ? printable(node.target) : ''),
  device: (node) => ('devmajor' in node ? `${node.devmajor}:${node.devminor}` : ''),
  mode: ({ mode }) => mode.toString(8).padStart(4, '0'),
  owner: ({ uid, gid }) => `${uid}:${gid}`,
  time: ({ mtime }) => formatTime(mtime).replace(/\.?0*Z$/, 'Z'),
};
