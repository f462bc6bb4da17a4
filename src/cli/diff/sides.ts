import type { CatalogImage } from '../../image/index.ts';
import { selectImage } from '../../image/index.ts';
import type { Tree } from '../../tree/index.ts';
import { chosenTree, imageChoice, type TreeChoice, treeReading } from '../choice.ts';
import { type Input, type Reading, withInput } from '../input.ts';
import { UsageError } from '../outcome.ts';

/** Options that are told once for both sides, or as `LEFT,RIGHT`. */
export interface SideOptions {
  readonly image?: string;
  readonly platform?: string;
  readonly at?: string;
  readonly layer?: string;
  readonly semantics?: 'overlay' | 'sequential';
}

/** What is compared: two images as wholes, or two trees. */
export type Sides =
  | { readonly kind: 'images'; readonly before: CatalogImage; readonly after: CatalogImage }
  | { readonly kind: 'trees'; readonly before: Tree; readonly after: Tree };

/** Opens what two arguments name. One that is named twice is opened once, so that what it holds is known to be the same. */
export function withSides<T>(before: string, after: string, options: SideOptions, use: (sides: Sides) => Promise<T>): Promise<T> {
  const choices = [sideOf(options, 0), sideOf(options, 1)] as const;
  const reading: Reading = treeReading(choices[0]);
  return withInput(before, reading, (left) => {
    if (before === after) return sides([left, left], choices).then(use);
    return withInput(after, reading, (right) => sides([left, right], choices).then(use));
  });
}

function sideOf({ image, platform, at, layer, semantics }: SideOptions, side: 0 | 1): TreeChoice {
  const given = Object.entries({ image, platform, at, layer }).flatMap(([name, value]) => {
    const own = value?.includes(',') ? value.split(',')[side] : value;
    return own ? [[name, name === 'at' ? position(own) : own] as const] : [];
  });
  return { ...Object.fromEntries(given), ...(semantics && { semantics }) };
}

function position(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`Cannot use --at ${text}: a layer is a whole number from 0`);
  return Number(text);
}

async function sides(inputs: readonly [Input, Input], choices: readonly [TreeChoice, TreeChoice]): Promise<Sides> {
  const [before, after] = [await wholeImage(inputs[0], choices[0]), await wholeImage(inputs[1], choices[1])];
  if (before && after) return { kind: 'images', before, after };
  return { kind: 'trees', before: await chosenTree(inputs[0], choices[0]), after: await chosenTree(inputs[1], choices[1]) };
}

/** The image that is meant; `undefined` where there is none, or only a part of it is meant. */
async function wholeImage(input: Input, choice: TreeChoice): Promise<CatalogImage | undefined> {
  const { archive } = input;
  if (archive.kind === 'tar' || archive.kind === 'folder' || choice.at !== undefined || choice.layer !== undefined) return undefined;
  return selectImage(archive.images, imageChoice(input, choice), archive.artifacts);
}
