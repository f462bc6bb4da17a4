import { type Digest, digestOf } from '../digest/index.ts';
import { type CatalogImage, type Image, sameReference } from '../image/index.ts';
import { diffIds, layerCompression, parseConfig } from '../oci/index.ts';
import { sameSource } from '../stream/index.ts';
import type { DockerImage } from './docker-store.ts';

/*
 * An archive of docker 25 and later has two views: `manifest.json`, which Docker, podman and skopeo read, and an OCI layout, which containerd prefers.
 * Whoever makes them tell different things has one reader check what another one runs.
 */

/** An image of `manifest.json`, and the layout's image that is the same, if there is one. */
export interface SeenImage {
  readonly names: readonly string[];
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

/** The image that a layout has for one of `manifest.json`: the same configuration, and layers that are the same members or say that they have the same content. */
export async function sameImage(candidates: readonly CatalogImage[], found: DockerImage): Promise<CatalogImage | undefined> {
  const id = digestOf(found.config);
  const ids = diffIds(parseConfig(found.config));
  for (const candidate of candidates) {
    if ((await idOf(candidate.image)) === id && (await hasLayers(candidate.image, found, ids))) return candidate;
  }
  return undefined;
}

async function hasLayers(image: Image, { layers: own }: DockerImage, ids: readonly string[] | undefined): Promise<boolean> {
  const { layers } = await image.manifest();
  if (layers.length !== own.length) return false;
  for (const [i, descriptor] of layers.entries()) {
    const layer = own[i] as DockerImage['layers'][number];
    if ('digest' in layer) {
      if (layer.digest !== descriptor.digest) return false;
    } else if (!(await image.store.exists(descriptor))) return false;
    else if (!sameSource(layer, await image.store.open(descriptor)) && !(isPlain(descriptor.mediaType) && descriptor.digest === ids?.[i]))
      return false;
  }
  return true;
}

function isPlain(mediaType: string): boolean {
  return layerCompression(mediaType) === 'none';
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
  return same ? { ...same, names: [...new Set([...names, ...same.names])] } : { names, image, digest: undefined, platform: undefined };
}

async function idOf(image: Image): Promise<Digest> {
  return (await image.manifest()).config.digest;
}
