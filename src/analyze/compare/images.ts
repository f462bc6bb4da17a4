import type { Image } from '../../image/index.ts';
import { compareConfigs } from './config.ts';
import type { FieldDifference } from './fields.ts';
import { compareHistories, type StepDifference } from './history.ts';
import { type CommonLayer, commonLayers, treeBeside } from './layers.ts';
import { type CompareOptions, compareTrees, type PathDifference } from './trees.ts';

/** In what two images differ. */
export interface ImageComparison {
  /** Where their merged trees differ. They are read, and compared, as this is gone through; it can be gone through once. */
  readonly paths: AsyncIterable<PathDifference>;
  /** What their configurations say differently. */
  readonly config: readonly FieldDifference[];
  /** Empty where only what a user notices counts. */
  readonly history: readonly StepDifference[];
  /** The layers that both have. They are no difference, nor is their absence. */
  readonly common: readonly CommonLayer[];
}

/**
 * Compares two images, in whatever form they are stored. Layers of which both state the same diffID are read once, and not compared: two forms of one image do
 * not differ, and nothing of their files is read to tell.
 *
 * ```ts
 * const { paths, config } = await compareImages(before, after, { ignoreTime: true });
 * for await (const { path, kind, what } of paths) console.log(kind, path, what);
 * ```
 * @throws {ImageError} where an image cannot be read.
 */
export async function compareImages(before: Image, after: Image, options: CompareOptions = {}): Promise<ImageComparison> {
  const [lower, upper] = [await before.config(), await after.config()];
  return {
    paths: comparePaths(before, after, options),
    config: compareConfigs(lower, upper, options),
    history: options.semantic ? [] : compareHistories(lower.history, upper.history, options),
    common: commonLayers(await before.layers(), await after.layers()),
  };
}

async function* comparePaths(before: Image, after: Image, options: CompareOptions): AsyncGenerator<PathDifference> {
  const tree = await before.tree();
  yield* compareTrees(tree, await treeBeside(after, before), options);
}
