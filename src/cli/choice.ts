import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Image, ImageChoice, Layer } from '../image/index.ts';
import type { Archive, ImageArchive } from '../open.ts';
import type { Semantics, Tree } from '../tree/index.ts';
import { type Input, plainTree, type Reading, withInput } from './input.ts';
import { UsageError } from './outcome.ts';

/** Which of several trees a command line means. */
export interface TreeChoice {
  readonly image?: string;
  readonly platform?: string;
  readonly semantics?: Semantics;
  readonly at?: number;
  readonly layer?: string;
}

/** The options by which a verb that reads one image is told which. */
export function addImageChoice(command: Command): Command {
  return command
    .addOption(new Option('--image <image>', 'of several images, the one with this tag, position (@N), digest or image ID'))
    .addOption(new Option('--platform <platform>', 'the one for os/architecture[/variant]'))
    .addOption(new Option('--semantics <name>', 'how layers merge').choices(['overlay', 'sequential']));
}

/** The options by which a verb that reads one tree is told which. */
export function addTreeChoice(command: Command): Command {
  return addImageChoice(command)
    .addOption(new Option('--at <layer>', 'the tree as it is after this layer, counted from 0').argParser(parseCount))
    .addOption(new Option('--layer <layer>', 'one layer alone, by its number from 0 or its digest, whiteouts shown').conflicts('at'));
}

/** A whole number from 0, for `Option.argParser`. */
export function parseCount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0.');
  return Number(text);
}

/** Opens an IMAGE argument and gives the tree that is meant. */
export function withTree<T>(argument: string, choice: TreeChoice, reading: Reading, use: (tree: Tree, archive: Archive) => Promise<T>): Promise<T> {
  return withInput(argument, { ...reading, ...treeReading(choice) }, async (input) => use(await chosenTree(input, choice), input.archive));
}

/** What of a choice has to be known when the input is opened. */
export function treeReading({ semantics }: TreeChoice): Reading {
  return semantics ? { semantics } : {};
}

/** Opens an IMAGE argument that must hold images, and gives the one that is meant. */
export function withChosenImage<T>(argument: string, choice: TreeChoice, use: (image: Image, archive: ImageArchive) => Promise<T>): Promise<T> {
  return withInput(argument, treeReading(choice), async (input) => {
    const { archive } = input;
    if (archive.kind === 'tar' || archive.kind === 'folder')
      throw new UsageError(`Cannot choose an image: this is a ${archive.kind} and holds none; \`ls\`, \`cat\` and \`find\` read it as it is`);
    return use(await archive.image(imageChoice(input, choice)), archive);
  });
}

/** The tree that is meant, of an input that is open. @throws {ImageError} `IMAGE_AMBIGUOUS`, `IMAGE_NOT_FOUND`. */
export async function chosenTree(input: Input, choice: TreeChoice): Promise<Tree> {
  const { archive } = input;
  const { image, platform, at, layer } = choice;
  if (archive.kind !== 'tar' && archive.kind !== 'folder') return treeOfImage(await archive.image(imageChoice(input, choice)), choice);
  if ((image ?? platform ?? at ?? layer) !== undefined)
    throw new UsageError(`Cannot choose an image: this is a ${archive.kind} and holds none; leave out --image, --platform, --at and --layer`);
  return plainTree(archive);
}

async function treeOfImage(image: Image, { at, layer }: TreeChoice): Promise<Tree> {
  const layers = await image.layers();
  const has = `the image has ${layers.length}, counted from 0`;
  if (at !== undefined && at >= layers.length) throw new UsageError(`Cannot show the tree after layer ${at}: ${has}`);
  if (layer === undefined) return image.tree(at);
  const position = /^\d+$/.test(layer) ? Number(layer) : layers.findIndex((each) => hasDigest(each, layer));
  if (!layers[position]) throw new UsageError(`Cannot show layer ${layer}: ${has}`);
  return image.layerTree(position);
}

/** Whether a digest, which may be shortened, is that of the layer or of its tar. */
function hasDigest({ descriptor, diffId }: Layer, digest: string): boolean {
  const wanted = digest.includes(':') ? digest : `sha256:${digest}`;
  return descriptor.digest.startsWith(wanted) || (diffId?.startsWith(wanted) ?? false);
}

/** The choice among images that the command line makes, by options or by its transport. */
export function imageChoice({ reference }: Input, { image, platform }: TreeChoice): ImageChoice {
  if (image !== undefined && reference !== undefined) throw new UsageError('Cannot choose an image: both --image and the transport name one');
  const wanted = image ?? reference;
  return { ...(wanted !== undefined && { image: wanted }), ...(platform !== undefined && { platform }) };
}
