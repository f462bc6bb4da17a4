import { type Digest, digestOf } from '../digest/index.ts';
import { type CatalogImage, type Image, sameReference } from '../image/index.ts';
import { type Descriptor, diffIds, layerCompression, parseConfig } from '../oci/index.ts';
import type { ReadableStore } from '../store/index.ts';
import { sameSource } from '../stream/index.ts';
import type { DockerImage, DockerLayer } from './docker-store.ts';

/*
 * An archive of docker 25 and later has two views: `manifest.json`, which Docker, podman and skopeo read, and an OCI layout, which containerd prefers.
 * Whoever makes them tell different things has one reader check what another one runs.
 */

/** An image of `manifest.json`, and the layout's image that is the same, if there is one. */
export interface SeenImage {
  readonly names: readonly string[];
  /** That of the layout itself, where both views lead to the same members. */
  readonly image: Image;
  readonly same: CatalogImage | undefined;
}

/** A contradiction between the two views. */
export interface Disagreement {
  readonly severity: 'error' | 'warning';
  /** The image ID in `manifest.json`. */
  readonly where: string;
  readonly message: string;
}

/** An image of the layout that is the same as one of `manifest.json`. */
export interface SameImage {
  readonly entry: CatalogImage;
  /** Its layers are the same members. If not, they only say that they have the same content. */
  readonly isShared: boolean;
}

/** The image that a layout has for one of `manifest.json`: the same configuration, and the same layers in the same order. */
export async function sameImage(candidates: readonly CatalogImage[], found: DockerImage): Promise<SameImage | undefined> {
  const id = digestOf(found.config);
  const ids = diffIds(parseConfig(found.config));
  for (const entry of candidates) {
    const { config, layers } = await entry.image.manifest();
    if (config.digest !== id || layers.length !== found.layers.length) continue;
    const copies = await Promise.all(found.layers.map((own, i) => likeness(entry.image.store, layers[i] as Descriptor, own, ids?.[i])));
    if (!copies.includes(undefined)) return { entry, isShared: !copies.includes('copy') };
  }
  return undefined;
}

async function likeness(
  store: ReadableStore,
  seen: Descriptor,
  own: DockerLayer,
  diffId: Digest | undefined,
): Promise<'shared' | 'copy' | undefined> {
  if ('digest' in own) return own.digest === seen.digest ? 'shared' : undefined;
  if (seen.size !== own.size || !(await store.exists(seen))) return undefined;
  if (sameSource(own, await store.open(seen))) return 'shared';
  return layerCompression(seen.mediaType) === 'none' && seen.digest === diffId ? 'copy' : undefined;
}

/**
 * The images of both views, those of `manifest.json` first, and what the views tell differently. Archives of docker 25.0.0 have OCI manifests that lack
 * layers or order them wrongly (moby#47065, #47072, #47150): an image of the layout that contradicts one of `manifest.json` is left out.
 */
export async function joinViews(
  seen: readonly SeenImage[],
  layout: readonly CatalogImage[],
): Promise<{ readonly images: readonly CatalogImage[]; readonly disagreements: readonly Disagreement[] }> {
  const ids = new Map(await Promise.all(layout.map(async (entry) => [entry, await idOf(entry.image)] as const)));
  const disagreements: Disagreement[] = [];
  const covered = new Set<CatalogImage>();
  for (const one of layout.length > 0 ? seen : []) {
    const where = await idOf(one.image);
    const views = one.same ? [one.same] : layout.filter((entry) => ids.get(entry) === where);
    for (const view of views) covered.add(view);
    if (!one.same) disagreements.push({ where, ...(views.length > 0 ? OTHER_LAYERS : NOT_THERE) });
    for (const name of one.names) {
      const holders = layout.filter(({ names }) => names.some((other) => sameReference(other, name)));
      if (holders.length > 0 && !holders.some((entry) => ids.get(entry) === where)) disagreements.push({ where, ...otherImage(name) });
    }
  }
  return { images: [...seen.map(shownImage), ...layout.filter((entry) => !covered.has(entry))], disagreements };
}

const OTHER_LAYERS = { severity: 'error', message: 'index.json has this image with other layers than manifest.json' } as const;
// An untagged image is missing from the index of an archive of several: moby#51389.
const NOT_THERE = { severity: 'warning', message: 'manifest.json has this image, index.json has not' } as const;

function otherImage(name: string): Pick<Disagreement, 'severity' | 'message'> {
  return { severity: 'error', message: `${name} is this image in manifest.json, and another one in index.json` };
}

function shownImage({ names, image, same }: SeenImage): CatalogImage {
  const all = [...new Set([...names, ...(same?.names ?? [])])];
  return image === same?.image ? { ...same, names: all } : { names: all, image, digest: undefined, indexes: [], platform: same?.platform };
}

async function idOf(image: Image): Promise<Digest> {
  return (await image.manifest()).config.digest;
}
