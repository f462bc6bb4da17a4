import { createIndex, type Descriptor } from '../oci/index.ts';
import { overlayStores, type ReadableStore, type Store } from '../store/index.ts';
import { type BuiltImage, buildImage } from './build-image.ts';
import { checkPlan } from './check-plan.ts';
import type { BuildOptions, BuildPlan } from './plan.ts';

/** Images that were made together. */
export interface BuiltImages {
  /** Of the image where there is but one, and else of an index of all. */
  readonly descriptor: Descriptor;
  /** Has all that the descriptor leads to. */
  readonly store: ReadableStore;
  readonly images: readonly BuiltImage[];
}

/** Makes an image for each plan, one for each platform, and of several an index. @throws As `buildImage` and `buildIndex`. */
export async function buildImages(plans: readonly [BuildPlan, ...BuildPlan[]], store: Store, options: BuildOptions = {}): Promise<BuiltImages> {
  plans.forEach(checkPlan);
  const [plan, ...others] = plans;
  const first = await buildImage(plan, store, options);
  const images = [first];
  for (const other of others) images.push(await buildImage(other, store, options));
  const descriptor =
    others.length === 0
      ? first.image.descriptor
      : await buildIndex(
          images.map(({ image }) => image.descriptor),
          store,
        );
  return {
    descriptor,
    store: images.slice(1).reduce<ReadableStore>((upper, { image }) => overlayStores(upper, image.store), first.image.store),
    images,
  };
}

/**
 * One image for several platforms: an index of images, in the order given. Each descriptor should tell its platform, as those of `buildImage` do.
 * @throws {RangeError} where two are for the same platform.
 */
export async function buildIndex(images: readonly Descriptor[], store: Store): Promise<Descriptor> {
  const platforms = images.map(
    ({ platform }) => platform && [platform.os, platform.architecture, platform.variant, platform['os.version']].join('/'),
  );
  const twice = platforms.find((platform, i) => platform !== undefined && platforms.indexOf(platform) < i);
  if (twice !== undefined) throw new RangeError(`Cannot make an index: two of its images are for ${twice.replace(/\/+$/, '')}`);
  const { raw, mediaType } = createIndex({ manifests: images });
  return store.ingest(mediaType, raw);
}
