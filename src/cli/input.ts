import { existsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { LimitError, quote } from '../errors.ts';
import { type Archive, type ArchiveKind, type FolderArchive, type OpenOptions, open, type TarArchive } from '../open.ts';
import { MAX_NESTING, openNested } from '../open-nested.ts';
import type { ByteStream } from '../stream/index.ts';
import type { Tree } from '../tree/index.ts';
import { parseAddress, splitSteps, type Transport } from './address.ts';
import { fromPrintable, printable } from './format/text.ts';
import { keep } from './keep.ts';
import { note, UsageError } from './outcome.ts';
import { hideProgress, showsProgress, watchedSource, watchedStream, watchTime } from './progress.ts';

/** How an input is read: what of it a verb will ask for, and how layers merge. */
export type Reading = Pick<OpenOptions, 'kind' | 'listOnly' | 'digest' | 'semantics'>;

/** An archive that is open, and the image in it that its transport named. */
export interface Input {
  readonly archive: Archive;
  readonly reference: string | undefined;
  /** Its bytes as they are stored, where that is known before they are read. */
  readonly size: number | undefined;
}

const KINDS: Readonly<Record<Transport, ArchiveKind>> = { 'docker-archive': 'docker-archive', oci: 'oci-layout', 'oci-archive': 'oci-archive' };

/** Opens what an IMAGE argument names, and closes it when `use` is done with it. */
export async function withInput<T>(argument: string, reading: Reading, use: (input: Input) => Promise<T>): Promise<T> {
  const { transport, path, reference, steps } = parseAddress(argument, existsSync);
  const kind = transport && KINDS[transport];
  const stop = watchFolder(path);
  try {
    const outer = await openPlace(path, { ...(steps.length > 0 ? {} : reading), ...(kind && { kind }) });
    try {
      if (steps.length === 0) return await use({ archive: outer, reference, size: sizeOf(path) });
      return await use(await enter(await treeOf(outer, reference), steps, reading));
    } finally {
      await outer.close();
    }
  } finally {
    stop();
    hideProgress();
  }
}

/** The tree of an input: of a tar or folder the one it is, of several images the one that its transport names, or there is but one. */
function treeOf(archive: Archive, reference?: string): Promise<Tree> {
  if (archive.kind === 'tar' || archive.kind === 'folder') return plainTree(archive);
  return archive.tree(reference === undefined ? {} : { image: reference });
}

/** The tree of what holds no images. Of a folder, what no tree can hold is told. */
export async function plainTree(archive: TarArchive | FolderArchive): Promise<Tree> {
  if (archive.kind === 'tar') return archive.tree();
  const { tree, losses } = await archive.read();
  for (const { path, message } of losses) note(`left out ${printable(path)}: ${message}`);
  return tree;
}

/** The tree, and the path in it, that a PATH argument leads to: through `!/` into archives inside archives. What exists as it stands is no step. */
export async function locate(tree: Tree, path = ''): Promise<{ readonly tree: Tree; readonly path: string }> {
  const steps = splitSteps(path);
  const last = steps.pop() as string;
  if (steps.length === 0 || tree.lookup(path)) return { tree, path: asShown(tree, path) };
  const { archive } = await enter(tree, steps);
  const inner = await treeOf(archive);
  return { tree: inner, path: asShown(inner, last) };
}

/** A path as it stands, or, where nothing has it, as listings show names: `caf\xe9` is one that no terminal can send. */
export function asShown(tree: Tree, path: string): string {
  if (!path.includes('\\') || tree.lookup(path)) return path;
  const meant = fromPrintable(path);
  return tree.lookup(meant) ? meant : path;
}

/** Whether a PATH argument has steps into archives, so that bodies will be read. */
export function hasSteps(path = ''): boolean {
  return splitSteps(path).length > 1;
}

/** Opens the archive at the first path, the one at the second path inside it, and so on. */
async function enter(tree: Tree, steps: readonly string[], reading: Reading = {}, within?: Archive): Promise<Input> {
  if (steps.length > MAX_NESTING) throw tooDeep(steps);
  const [step = '', ...deeper] = steps;
  const node = tree.resolve(step);
  const canHold = node.type === 'file' || node.type === 'directory';
  const archive = canHold && (await openNested(node, { ...openOptions(deeper.length > 0 ? {} : reading), ...(within && { within }) }));
  if (!archive || archive.kind === 'folder') throw new UsageError(`Cannot step into ${quote(step)}: it is a ${node.type}, not an archive`);
  if (deeper.length > 0) return enter(await treeOf(archive), deeper, reading, archive);
  return { archive, reference: undefined, size: node.type === 'file' ? node.size : undefined };
}

function sizeOf(path: string): number | undefined {
  const stat = path === '-' ? undefined : statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? stat.size : undefined;
}

function tooDeep(steps: readonly string[]): LimitError {
  const message = `Cannot step into ${quote(steps.join('!/'))}: it is ${steps.length} archives deep, over the limit of ${MAX_NESTING}`;
  return new LimitError('LIMIT_NESTING', message, MAX_NESTING, steps.length);
}

async function openPlace(path: string, reading: Reading): Promise<Archive> {
  const options = openOptions(reading);
  if (path === '-') {
    const input = await pipedInput();
    return open(showsProgress() ? watchedStream(input, 'reading') : input, options);
  }
  if (!showsProgress() || sizeOf(path) === undefined) return open(path, options);
  const { openFile } = await import('../node/index.ts');
  return open(watchedSource(await openFile(path), `reading ${basename(path)}`), options); // the file stays open until the command ends
}

/** The files of a folder are not gone through one after the other, so only time can be told. */
function watchFolder(path: string): () => void {
  const isFolder = path !== '-' && statSync(path, { throwIfNoEntry: false })?.isDirectory();
  return isFolder && showsProgress() ? watchTime(`reading ${basename(path)}`) : () => undefined;
}

function openOptions(reading: Reading): OpenOptions {
  return { ...reading, jobs: availableParallelism(), spill: keep };
}

async function pipedInput(): Promise<ByteStream> {
  if (process.stdin.isTTY) throw new UsageError('Cannot read standard input: it is a terminal; give a file, or pipe an archive in');
  const { standardInput } = await import('../node/index.ts');
  return standardInput();
}
