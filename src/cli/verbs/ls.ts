import type { Command } from 'commander';
import { basename, joinPath, type Node, splitPath, type Tree, type WalkEntry } from '../../tree/index.ts';
import { addTreeChoice, type TreeChoice, withTree } from '../choice.ts';
import { addExamples, addJson, IMAGE } from '../help.ts';
import { hasSteps, locate } from '../input.ts';
import { longLines, nameLines } from '../listing.ts';
import { writeJsonArray, writeText } from '../output.ts';
import { digestFiles, rowsOf } from '../rows.ts';

interface Options extends TreeChoice {
  readonly json?: boolean;
  readonly long?: boolean;
  readonly recursive?: boolean;
  readonly digest?: boolean;
}

export function define(command: Command): void {
  command
    .description('Lists a directory; with -R everything below it. Names are in byte order.')
    .argument('<image>', IMAGE)
    .argument('[path]', 'a path in it; !/ steps into an archive')
    .option('-l, --long', 'mode, number of names, owner, size and time too')
    .option('-R, --recursive', 'everything below the path, by paths from the root')
    .option('--digest', 'the SHA-256 of each file too (with --json)')
    .action(list);
  addTreeChoice(command);
  addJson(command);
  addExamples(command, [
    'lading ls app.tar',
    'lading ls -l app.tar etc',
    "lading ls -R app.tar 'opt/data.tar.gz!/'",
    'docker export app | lading ls -R --json --digest -',
  ]);
}

async function list(image: string, path: string | undefined, options: Options): Promise<void> {
  const { digest = false, json, long, recursive = false } = options;
  await withTree(image, options, { digest, listOnly: !hasSteps(path) }, async (outer) => {
    const { tree, path: at } = await locate(outer, path);
    const found = entriesAt(tree, at, recursive);
    if (json) {
      const entries = [...found];
      return writeJsonArray(rowsOf(tree, entries, digest ? await digestFiles(entries) : undefined));
    }
    const shown = recursive ? found : withoutFolders(found);
    return writeText(long ? longLines(tree, [...shown]) : nameLines(shown));
  });
}

function* withoutFolders(entries: Iterable<WalkEntry>): Generator<WalkEntry> {
  for (const { path, node } of entries) yield { path: basename(path), node };
}

/** What is in a directory, or below it; what is no directory is listed itself. */
function entriesAt(tree: Tree, path: string, recursive: boolean): Iterable<WalkEntry> {
  const at = splitPath(path).join('/');
  const node = followed(tree, path);
  if (node.type !== 'directory') return [{ path: at, node }];
  return recursive ? tree.walk(path) : tree.list(path).map(({ name, node: child }) => ({ path: joinPath(at, name), node: child }));
}

/** What a path leads to if that is a directory, else what is there: a link is shown as it is, even one that leads nowhere. */
function followed(tree: Tree, path: string): Node {
  const node = tree.lookup(path);
  if (node?.type !== 'symlink') return node ?? tree.resolve(path);
  try {
    const target = tree.resolve(path);
    return target.type === 'directory' ? target : node;
  } catch {
    return node;
  }
}
