import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Image, ImageChoice } from '../image/index.ts';
import type { Archive } from '../open.ts';
import type { Semantics, Tree } from '../tree/index.ts';
import { type Input, type Reading, withInput } from './input.ts';
import { UsageError } from './outcome.ts';

/** Which of several trees a command line means. */
export interface TreeChoice {
  readonly image?: string;
  readonly platform?: string;
  readonly semantics?: Semantics;
  readonly at?: number;
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
  return addImageChoice(command).addOption(new Option('--at <layer>', 'the tree as it is after this layer, counted from 0').argParser(parseCount));
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
export function withChosenImage<T>(argument: string, choice: TreeChoice, use: (image: Image) => Promise<T>): Promise<T> {
  return withInput(argument, treeReading(choice), async (input) => {
    const { archive } = input;
    if (archive.kind === 'tar' || archive.kind === 'folder')
      throw new UsageError(`Cannot choose an image: this is a ${archive.kind} and holds none; \`ls\`, \`cat\` and \`find\` read it as it is`);
    return use(await archive.image(imageChoice(input, choice)));
  });
}

/** The tree that is meant, of an input that is open. @throws {ImageError} `IMAGE_AMBIGUOUS`, `IMAGE_NOT_FOUND`. */
export async function chosenTree(input: Input, choice: TreeChoice): Promise<Tree> {
  const { archive } = input;
  const { image, platform, at } = choice;
  if (archive.kind !== 'tar' && archive.kind !== 'folder') return (await archive.image(imageChoice(input, choice))).tree(at);
  if ((image ?? platform ?? at) !== undefined)
    throw new UsageError(`Cannot choose an image: this is a ${archive.kind} and holds none; leave out --image, --platform and --at`);
  return archive.tree();
}

function imageChoice({ reference }: Input, { image, platform }: TreeChoice): ImageChoice {
  if (image !== undefined && reference !== undefined) throw new UsageError('Cannot choose an image: both --image and the transport name one');
  const wanted = image ?? reference;
  return { ...(wanted !== undefined && { image: wanted }), ...(platform !== undefined && { platform }) };
}
