import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { LayerPlan } from '../../build/index.ts';
import { uniformTree } from '../../build/index.ts';
import { decodeText } from '../../bytes/index.ts';
import { PathError } from '../../errors.ts';
import { collect as collectBytes } from '../../stream/index.ts';
import { Tree } from '../../tree/index.ts';
import { printable } from '../format/text.ts';
import { isFolder } from '../image-destination.ts';
import { plainTree, withInput } from '../input.ts';
import { note, UsageError } from '../outcome.ts';

/** What a command line adds to an image as one layer. */
export interface Addition {
  /** What is on the disk, or what is in a tar. */
  readonly kind: 'disk' | 'tar';
  readonly source: string;
  /** An absolute path in the image. */
  readonly target: string;
}

/** Takes SRC:DEST apart. @throws {UsageError} */
export function parseAddition(kind: Addition['kind'], text: string): Addition {
  const colon = text.lastIndexOf(':');
  const [source, target] = [text.slice(0, colon), text.slice(colon + 1)];
  if (colon < 1 || !target.startsWith('/'))
    throw new UsageError(`Cannot add ${JSON.stringify(text)}: it is SRC:DEST, and DEST is an absolute path in the image, such as dist:/app`);
  return { kind, source, target };
}

export interface AdditionOptions {
  /** Keep owners, permissions and times as they are on the disk. */
  readonly preserve: boolean;
  /** The time of all files, in seconds. */
  readonly time: number;
  /** Where the image is written, which is never a part of it. */
  readonly output: string;
}

/** Reads what is to be added, and gives the layers to `use`, while what they are read from is open. */
export async function withLayers<T>(
  additions: readonly Addition[],
  options: AdditionOptions,
  use: (layers: readonly LayerPlan[]) => Promise<T>,
  done: readonly LayerPlan[] = [],
): Promise<T> {
  const [addition, ...rest] = additions;
  if (!addition) return use(done);
  if (addition.kind === 'disk') return withLayers(rest, options, use, [...done, await fromDisk(addition, options)]);
  return withInput(addition.source, {}, async ({ archive }) => {
    if (archive.kind !== 'tar')
      throw new UsageError(`Cannot add ${JSON.stringify(addition.source)}: it is a ${archive.kind}, no plain tar; --base takes images`);
    return withLayers(rest, options, use, [...done, layer(addition, await plainTree(archive))]);
  });
}

function layer({ target }: Addition, tree: Tree): LayerPlan {
  return { tree, at: target, createdBy: `lading build: add ${target}` };
}

async function fromDisk(addition: Addition, { preserve, time, output }: AdditionOptions): Promise<LayerPlan> {
  const { tree, target } = isFolder(addition.source)
    ? { tree: await folderTree(addition.source, output), target: addition.target }
    : await fileTree(addition);
  return layer({ ...addition, target }, preserve ? tree : uniformTree(tree, { mtime: { seconds: time, nanoseconds: 0 } }));
}

/** A folder without what its `.dockerignore` names. */
async function folderTree(path: string, output: string): Promise<Tree> {
  const { applyDockerignore, treeFromDisk } = await import('../../node/index.ts');
  const { tree, losses } = await treeFromDisk(path);
  for (const { path, message } of losses) note(`left out ${printable(path)}: ${message}`);
  leaveOut(tree, path, output);
  if (!tree.lookup(IGNORE)) return tree;
  const rules = tree.resolve(IGNORE); // a link to .gitignore is no reason to take everything
  if (rules.type !== 'file') throw new PathError('INPUT_KIND', 'read', join(path, IGNORE), 'it is no regular file');
  return applyDockerignore(tree, decodeText(await collectBytes(rules.body.stream())));
}

const IGNORE = '.dockerignore';

/** An image that is written where it is made from would be in the next one, and that in the one after it. */
function leaveOut(tree: Tree, folder: string, output: string): void {
  const path = relative(realpathSync(folder), realPlace(output)).split(sep).join('/');
  if (path === '') throw new UsageError(`Cannot write into ${JSON.stringify(output)}: it is what the image is made of; write beside it`);
  if (path.split('/')[0] !== '..' && tree.remove(path)) note(`left out ${printable(path)}: the image is written there`);
}

/** A path without links, whether anything is there or not. */
function realPlace(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(realPlace(dirname(path)), basename(path));
}

/** A file goes into a DEST that ends with a slash, and else becomes it, as with COPY. */
async function fileTree({ source, target }: Addition): Promise<{ tree: Tree; target: string }> {
  const { fileFromDisk } = await import('../../node/index.ts');
  const at = target.endsWith('/') ? `${target}${basename(source)}` : target;
  const slash = at.lastIndexOf('/');
  const tree = new Tree();
  tree.set(at.slice(slash + 1), await fileFromDisk(source));
  return { tree, target: at.slice(0, slash + 1) };
}
