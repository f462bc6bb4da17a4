import type { Image, Layer } from '../image/index.ts';

/**
 * How many layers, counted from the lowest, two images have in common: layers that unpack to the same tar, however they are compressed. It is the count of
 * one image's layers if the other is built on it.
 * @throws {ImageError} where a layer without a stated diffID cannot be read.
 */
export async function sharedLayers(one: Image, other: Image): Promise<number> {
  const [ours, theirs] = [await one.layers(), await other.layers()];
  for (const [position, layer] of ours.entries()) {
    const counterpart = theirs[position];
    if (!counterpart || (await diffIdOf(layer)) !== (await diffIdOf(counterpart))) return position;
  }
  return ours.length;
}

async function diffIdOf(layer: Layer): Promise<string> {
  return layer.diffId ?? layer.computeDiffId();
}
