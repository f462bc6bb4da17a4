import type { Command } from 'commander';
import type { ExtractReport, Loss } from '../../node/index.ts';
import { metadataOf, splitPath, Tree } from '../../tree/index.ts';
import { addTreeChoice, type TreeChoice, withTree } from '../choice.ts';
import { formatCount } from '../format/size.ts';
import { printable } from '../format/text.ts';
import { addExamples, addJson, IMAGE } from '../help.ts';
import { asShown } from '../input.ts';
import { interruptible } from '../interrupt.ts';
import { answerNo, note } from '../outcome.ts';
import { writeJson } from '../output.ts';

interface Options extends TreeChoice {
  readonly json?: boolean;
  readonly force?: boolean;
  readonly preserve?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      'Writes the tree to a folder, all of it or nothing, never through a link and never outside. What cannot be set is listed on standard error; the status is 1 where that was asked for.',
    )
    .argument('<image>', IMAGE)
    .argument('<dest>', 'a folder that is new or empty')
    .argument('[path...]', 'only these, with all below them')
    .option('-p, --preserve', 'owners, devices, setuid, setgid and sticky bits too')
    .option('-f, --force', 'merge into a folder that is not empty: what is in the way is replaced')
    .action(extract);
  addTreeChoice(command);
  addJson(command);
  addExamples(command, [
    'lading extract app.tar app',
    'lading extract app.tar conf etc/nginx etc/ssl',
    'sudo lading extract --preserve rootfs.tar /srv/root',
  ]);
}

async function extract(image: string, destination: string, paths: readonly string[], options: Options): Promise<void> {
  const { json, force = false, preserve = false } = options;
  await withTree(image, options, {}, async (tree) => {
    const { extractTree } = await import('../../node/index.ts');
    const wanted = paths.length > 0 ? selectPaths(tree, paths) : tree;
    const report = await interruptible((signal) => extractTree(wanted, destination, { force, preserve, signal }));
    if (report.losses.some((loss) => wasAskedFor(loss, preserve))) answerNo();
    if (json) return writeJson({ destination, ...report });
    for (const line of lossLines(report)) note(line);
  });
}

/** A tree of some paths, and the directories on the way to them. */
function selectPaths(tree: Tree, paths: readonly string[]): Tree {
  const selection = new Tree({ ...metadataOf(tree.root), type: 'directory', children: new Map() });
  for (const given of paths) {
    const path = asShown(tree, given);
    const node = tree.lookup(path) ?? tree.resolve(path);
    const names = splitPath(path);
    const parent = splitPath(tree.realpath(names.slice(0, -1).join('/')));
    parent.forEach((_, i) => {
      const above = parent.slice(0, i + 1).join('/');
      selection.set(above, { ...metadataOf(tree.resolve(above)), type: 'directory', children: new Map() });
    });
    selection.set([...parent, ...names.slice(-1)].join('/'), node);
  }
  return selection;
}

/** Node has no call for extended attributes, so without `--preserve` nobody waits for them. */
function wasAskedFor({ what, code }: Loss, preserve: boolean): boolean {
  return code !== 'NOT_PRESERVED' && (preserve || what !== 'xattrs');
}

const SHOWN = 3;

/** One line for losses of one kind and reason, with the first few paths. */
function* lossLines({ losses, rounded }: ExtractReport): Generator<string> {
  const groups = new Map<string, Loss[]>();
  for (const loss of losses) {
    const kind = `${loss.what}: ${loss.message}`;
    const group = groups.get(kind);
    if (group) group.push(loss);
    else groups.set(kind, [loss]);
  }
  for (const group of groups.values()) {
    const { what, message } = group[0] as Loss;
    const paths = group.slice(0, SHOWN).map(({ path }) => printable(path) || '.');
    const more = group.length > SHOWN ? ` and ${formatCount(group.length - SHOWN)} more (--json lists them)` : '';
    yield `${what === 'entry' ? 'not written' : `${what} not set`}: ${paths.join(', ')}${more}: ${message}`;
  }
  if (rounded > 0) yield `${formatCount(rounded)} ${rounded === 1 ? 'time was' : 'times were'} set to the microsecond: Node sets no nanoseconds`;
}
