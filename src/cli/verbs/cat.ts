import type { Command } from 'commander';
import { decodeText, hasEscapes, toBase64 } from '../../bytes/index.ts';
import { PathError } from '../../errors.ts';
import { collect } from '../../stream/index.ts';
import type { FileNode, Tree } from '../../tree/index.ts';
import { addTreeChoice, type TreeChoice, withTree } from '../choice.ts';
import { addExamples, addJson, IMAGE } from '../help.ts';
import { locate } from '../input.ts';
import { writeJson, writeStream } from '../output.ts';

interface Options extends TreeChoice {
  readonly json?: boolean;
}

export function define(command: Command): void {
  command
    .description('Prints the content of files, one after the other. Links are followed.')
    .argument('<image>', IMAGE)
    .argument('<path...>', 'files in it; !/ steps into an archive')
    .action(print);
  addTreeChoice(command);
  addJson(command);
  addExamples(command, [
    'lading cat app.tar etc/os-release',
    "lading cat app.tar 'opt/data.tar.gz!/etc/app.conf'",
    'docker export app | lading cat - etc/passwd',
  ]);
}

async function print(image: string, paths: readonly string[], options: Options): Promise<void> {
  await withTree(image, options, {}, async (tree) => {
    const files: { path: string; node: FileNode }[] = [];
    for (const path of paths) files.push({ path, node: await fileAt(tree, path) });
    if (options.json) return writeJson(await Promise.all(files.map(contentOf)));
    for (const { node } of files) await writeStream(node.body.stream());
  });
}

async function fileAt(outer: Tree, whole: string): Promise<FileNode> {
  const { tree, path } = await locate(outer, whole);
  const node = tree.resolve(path);
  if (node.type === 'file') return node;
  if (node.type === 'directory') throw new PathError('EISDIR', 'print', whole, 'it is a directory; `ls` lists it');
  throw new PathError('EINVAL', 'print', whole, `it is a ${node.type}, which has no content in an archive`);
}

/** What is larger does not belong in JSON. */
const LARGEST = 64 * 1024 * 1024;

/** A file in JSON: its content as text, or in base64 where it is not UTF-8. */
async function contentOf({ path, node }: { path: string; node: FileNode }): Promise<object> {
  const bytes = await collect(node.body.stream(), LARGEST);
  const text = decodeText(bytes);
  return { path, size: node.size, ...(hasEscapes(text) ? { base64: toBase64(bytes) } : { text }) };
}
