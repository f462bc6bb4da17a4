import { LadingError } from '../../errors.ts';
import type { Image } from '../../image/index.ts';
import { Tree } from '../../tree/index.ts';
import { lintDocuments } from './documents.ts';
import { lintEntries } from './entries.ts';
import { lintFiles } from './files.ts';
import type { LintFinding } from './finding.ts';
import { LayerView } from './layer-view.ts';
import { lintSecrets } from './secrets.ts';
import { VisibleFiles } from './visible.ts';
import { lintWhiteouts } from './whiteouts.ts';

export interface LintOptions {
  /** How many of the lowest layers are the base. What it brings of open rights, and no layer above changes, is only told of. Default 1: the lowest layer. */
  readonly base?: number;
}

/**
 * What engines do differently with an image, what the specification forbids in it, and what of its files is a danger. Findings come layer by layer, the lowest
 * first, then those of the merged tree. An image whose layers cannot be merged is checked as far as that goes. Digests are not checked: see `verify`.
 * @throws {ImageError} where documents or layers cannot be read.
 */
export async function* lint(image: Image, { base = 1 }: LintOptions = {}): AsyncGenerator<LintFinding> {
  yield* lintDocuments(image);
  const layers = (await image.layers()).filter((layer) => layer.isFileSystem);
  const top = layers.at(-1)?.position;
  const merged = await mergedTree(image, top);
  const visible = merged && new VisibleFiles(merged);
  for (const layer of layers) {
    const view = new LayerView(layer, await layer.index(), await mergedTree(image, layer.position - 1));
    yield* lintWhiteouts(view);
    yield* lintEntries(view);
    yield* lintSecrets(view, visible);
  }
  if (merged && top !== undefined) yield* lintFiles(merged, (await mergedTree(image, Math.min(base - 1, top))) ?? new Tree(), await image.layers());
}

/** The tree after a layer; `undefined` where it cannot be made, which is found in the layer that is at fault. */
async function mergedTree(image: Image, at = -1): Promise<Tree | undefined> {
  if (at < 0) return new Tree();
  try {
    return await image.tree(at);
  } catch (error) {
    if (error instanceof LadingError) return undefined;
    throw error;
  }
}
