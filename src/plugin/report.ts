import { relative } from 'node:path';
import type { BuiltImage } from '../build/index.ts';
import { type Descriptor, formatPlatform } from '../oci/index.ts';
import type { NamedLayer } from './layers.ts';
import type { Target } from './target.ts';

/** What a build made. */
export interface Made {
  /** Of the image, or of the index of several. */
  readonly descriptor: Descriptor;
  readonly tags: readonly string[];
  readonly targets: readonly Target[];
  /** One for each platform. */
  readonly built: readonly BuiltImage[];
  /** The layers that were planned, in the order in which each image has them. */
  readonly layers: readonly NamedLayer[];
}

/** `lading: app:1.0 sha256:… in image.tar: base 45.2 MB, dependencies 1.2 MB (cached), code 12 kB`. */
export async function summaryOf({ descriptor, tags, targets, built, layers }: Made, folder: string): Promise<string> {
  const places = targets.map(({ path }) => relative(folder, path) || '.');
  const [first] = built as readonly [BuiltImage];
  const own = first.layers.flatMap((made, i) =>
    made ? [`${layers[i]?.name} ${sizeText(made.descriptor.size)}${made.isCached ? ' (cached)' : ''}`] : [],
  );
  const base = await baseSize(first);
  const parts = [...(base > 0 ? [`base ${sizeText(base)}`] : []), ...own];
  return `${[tags.join(', '), descriptor.digest, ...(places.length > 0 ? [`in ${places.join(', ')}`] : [])].join(' ')}: ${parts.join(', ')}`;
}

async function baseSize({ image, layers }: BuiltImage): Promise<number> {
  const own = layers.filter((layer) => layer !== undefined).length;
  const all = (await image.manifest()).layers;
  return all.slice(0, all.length - own).reduce((sum, { size }) => sum + size, 0);
}

/** Sizes as people read them, in decimal units. */
function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${['kB', 'MB', 'GB'][power - 1]}`;
}

/** The same for programs. Paths are relative to the project. */
export async function metadataOf({ descriptor, tags, targets, built, layers }: Made, folder: string): Promise<object> {
  return {
    digest: descriptor.digest,
    tags,
    outputs: targets.map(({ kind, path }) => ({ kind: kind === 'oci' ? 'oci-layout' : kind, path: relative(folder, path) || '.' })),
    images: await Promise.all(built.map((image) => imageMetadata(image, layers))),
  };
}

async function imageMetadata({ image, layers }: BuiltImage, names: readonly NamedLayer[]): Promise<object> {
  const { platform, digest } = image.descriptor;
  const made = layers.flatMap((layer, i) => (layer ? [{ ...layer, name: names[i]?.name }] : []));
  const all = await image.layers();
  return {
    digest,
    imageId: (await image.manifest()).config.digest,
    platform: platform && formatPlatform(platform),
    layers: all.map(({ descriptor, diffId }, i) => {
      const own = made[i - (all.length - made.length)];
      return { name: own?.name ?? 'base', digest: descriptor.digest, diffId, size: descriptor.size, cached: own?.isCached ?? false };
    }),
  };
}
