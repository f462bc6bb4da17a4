import { existsSync } from 'node:fs';
import { sharedLayers } from '../../analyze/index.ts';
import { LadingError, quote } from '../../errors.ts';
import type { Image } from '../../image/index.ts';
import type { ImageArchive } from '../../open.ts';
import { parseAddress } from '../address.ts';
import { withChosenImage } from '../choice.ts';
import { UsageError } from '../outcome.ts';

/** How many layers a base has: the number that is given, or the layers of an image of the same archive, or of one elsewhere, that `image` is built on. */
export async function baseLayers(base: string | undefined, image: Image, archive: ImageArchive): Promise<number> {
  if (base === undefined) return 0;
  const { length } = await image.layers();
  if (/^\d+$/.test(base)) {
    if (Number(base) <= length) return Number(base);
    throw new UsageError(`Cannot leave out ${base} layers: the image has ${length}`);
  }
  const inside = await imageIn(archive, base);
  if (inside) return prefix(base, image, inside);
  if (!existsSync(parseAddress(base, existsSync).path))
    throw new UsageError(`Cannot find the base ${quote(base)}: it is no number of layers, no image of this archive, and no path`);
  return withChosenImage(base, {}, (other) => prefix(base, image, other));
}

async function imageIn(archive: ImageArchive, name: string): Promise<Image | undefined> {
  try {
    return await archive.image({ image: name });
  } catch (error) {
    if (error instanceof LadingError && error.code === 'IMAGE_NOT_FOUND') return undefined;
    throw error;
  }
}

async function prefix(name: string, image: Image, base: Image): Promise<number> {
  const { length } = await base.layers();
  const shared = await sharedLayers(image, base);
  if (shared === length) return length;
  throw new UsageError(
    `Cannot use the base ${quote(name)}: the image is not built on it; of its ${length} layers the image has the lowest ${shared}`,
  );
}
