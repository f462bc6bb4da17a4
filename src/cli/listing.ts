import type { Node, Tree, WalkEntry } from '../tree/index.ts';
import { formatMode } from './format/mode.ts';
import { type Colour, hasColours, paint } from './format/paint.ts';
import { tableLines } from './format/table.ts';
import { printable } from './format/text.ts';
import { shortTime } from './format/time.ts';

/** Entries as lines that are their paths. */
export function* nameLines(entries: Iterable<WalkEntry>): Generator<string> {
  const isColoured = hasColours();
  for (const { path, node } of entries) yield `${isColoured ? colourName(node, path) : printable(path)}\n`;
}

/** Entries of a tree as `ls -l` shows them, owners by name where the tree has names. */
export function longLines(tree: Tree, entries: readonly WalkEntry[]): Iterable<string> {
  return tableLines(
    entries.map(({ path, node }) => [
      formatMode(node.type, node.mode),
      String(tree.nlink(node)),
      printable(node.uname) || String(node.uid),
      printable(node.gname) || String(node.gid),
      sizeOf(node),
      shortTime(node.mtime),
      colourName(node, path) + (node.type === 'symlink' ? ` -> ${printable(node.target)}` : ''),
    ]),
    [1, 4],
  );
}

/** Bytes of a file; of a device its two numbers. */
function sizeOf(node: Node): string {
  if (node.type === 'character-device' || node.type === 'block-device') return `${node.devmajor}, ${node.devminor}`;
  return node.type === 'file' ? String(node.size) : '-';
}

const COLOURS: Readonly<Record<Node['type'], Colour | undefined>> = {
  directory: 'blue',
  symlink: 'cyan',
  'character-device': 'yellow',
  'block-device': 'yellow',
  fifo: 'yellow',
  file: undefined,
};

/** A name, coloured by what it names. Without colours the mode is not looked at, for which an archive would have to be read again. */
export function colourName(node: Node, name: string): string {
  if (!hasColours()) return printable(name);
  const colour = node.type === 'file' && node.mode & 0o111 ? 'green' : COLOURS[node.type];
  return colour ? paint(colour, printable(name)) : printable(name);
}
