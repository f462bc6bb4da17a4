import { createIndex, type Descriptor } from '../oci/index.ts';
import type { Store } from '../store/index.ts';

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
