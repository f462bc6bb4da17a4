import { type Command, Option } from 'commander';
import { joinPath, type NamedNode, type Node, splitPath, type Tree } from '../../tree/index.ts';
import { addTreeChoice, parseCount, type TreeChoice, withTree } from '../choice.ts';
import { directorySizes } from '../directory-sizes.ts';
import { paint } from '../format/paint.ts';
import { formatSize } from '../format/size.ts';
import { printable } from '../format/text.ts';
import { addExamples, addJson, IMAGE } from '../help.ts';
import { hasSteps, locate } from '../input.ts';
import { colourName } from '../listing.ts';
import { writeJson, writeText } from '../output.ts';

interface Options extends TreeChoice {
  readonly json?: boolean;
  readonly depth?: number;
}

export function define(command: Command): void {
  command
    .description('Draws the directories with the bytes below each. A file with several names counts at the first of them.')
    .argument('<image>', IMAGE)
    .argument('[path]', 'the directory to begin with; !/ steps into an archive')
    .addOption(new Option('-d, --depth <levels>', 'how many levels to draw').argParser(parseCount))
    .action(draw);
  addTreeChoice(command);
  addJson(command);
  addExamples(command, ['lading tree --depth 2 app.tar', 'lading tree app.tar usr/share']);
}

async function draw(image: string, path: string | undefined, options: Options): Promise<void> {
  const { depth = Number.POSITIVE_INFINITY, json } = options;
  await withTree(image, options, { listOnly: !hasSteps(path) }, async (outer) => {
    const { tree, path: at } = await locate(outer, path);
    const sizes = directorySizes(tree, at);
    if (json) return writeJson(branchOf(tree, splitPath(at).join('/'), sizes, depth));
    return writeText(lines(tree, at, sizes, depth));
  });
}

/** A node with what is below it: docs/schema/tree.json. */
interface Branch {
  readonly path: string;
  readonly type: Node['type'];
  readonly size: number;
  readonly target: string | undefined;
  readonly children: readonly Branch[] | undefined;
}

function branchOf(tree: Tree, path: string, sizes: Sizes, depth: number): Branch {
  const node = tree.resolve(path);
  return { path, type: node.type, size: sizes.get(path) ?? 0, target: undefined, children: branchesIn(tree, path, sizes, depth) };
}

function branchesIn(tree: Tree, directory: string, sizes: Sizes, depth: number): readonly Branch[] | undefined {
  if (depth === 0) return undefined;
  return tree.list(directory).map(({ name, node }) => {
    const path = joinPath(directory, name);
    const { type } = node;
    const children = type === 'directory' ? branchesIn(tree, path, sizes, depth - 1) : undefined;
    return { path, type, size: sizeOf(node, path, sizes), target: node.type === 'symlink' ? node.target : undefined, children };
  });
}

/** The drawing, a line for each node. */
function* lines(tree: Tree, from: string, sizes: Sizes, depth: number): Generator<string> {
  const top = splitPath(from).join('/');
  yield `${paint('blue', printable(top) || '.')}  ${dimSize(sizes.get(top) ?? 0)}\n`;
  const stack = depth > 0 ? [{ path: top, items: tree.list(top), next: 0, prefix: '' }] : [];
  for (let level = stack.at(-1); level; level = stack.at(-1)) {
    const item = level.items[level.next++];
    if (!item) {
      stack.pop();
      continue;
    }
    const path = joinPath(level.path, item.name);
    const isLast = level.next === level.items.length;
    yield `${level.prefix}${isLast ? '└── ' : '├── '}${label(item, path, sizes)}\n`;
    if (item.node.type !== 'directory' || stack.length >= depth) continue;
    stack.push({ path, items: tree.list(path), next: 0, prefix: level.prefix + (isLast ? '    ' : '│   ') });
  }
}

function label({ name, node }: NamedNode, path: string, sizes: Sizes): string {
  const shown = colourName(node, name);
  if (node.type === 'symlink') return `${shown} -> ${printable(node.target)}`;
  return node.type === 'file' || node.type === 'directory' ? `${shown}  ${dimSize(sizeOf(node, path, sizes))}` : shown;
}

function sizeOf(node: Node, path: string, sizes: Sizes): number {
  return node.type === 'file' ? node.size : (sizes.get(path) ?? 0);
}

function dimSize(bytes: number): string {
  return paint('dim', formatSize(bytes));
}

type Sizes = ReadonlyMap<string, number>;
