import { type Catalog, type CatalogImage, catalogOf, Image, type ImageOptions, LayerCache } from '../image/index.ts';
import { isLayout, LayoutStore, treeFolder } from '../layout/index.ts';
import type { Descriptor } from '../oci/index.ts';
import type { ReadableStore } from '../store/index.ts';
import type { Tree } from '../tree/index.ts';
import { type DockerImage, type DockerLayer, DockerStore } from './docker-store.ts';
import { isLegacy, legacyImages } from './legacy.ts';
import { type ManifestEntry, parseManifestFile } from './manifest-file.ts';
import { Members } from './members.ts';

/** The images of a docker-archive, and whether it is an OCI layout as well. */
export interface DockerArchive extends Catalog {
  readonly oci: boolean;
  /** The store of the images that `manifest.json` has alone, and that of the layout, if there is one. */
  readonly stores: readonly ReadableStore[];
}

const MANIFEST = 'manifest.json';

/**
 * Whether the members of an archive are those of a docker-archive, of any age. A `manifest.json` that holds an object is some other program's;
 * one that holds `null`, or nothing that can be read, is a faulty archive's.
 */
export async function isDockerArchive(tree: Tree): Promise<boolean> {
  const members = new Members(tree);
  if (!members.file(MANIFEST)) return isLegacy(members);
  const start = new TextDecoder().decode(await members.source(MANIFEST).read(0, 64));
  return !start.trimStart().startsWith('{');
}

/**
 * Reads a docker-archive. Its images are those of `manifest.json`, in that order; where the archive is an OCI layout too, each is seen through the
 * OCI manifest that agrees with it, and images that only the layout names follow.
 * @throws {ImageError} for faulty documents, missing members, and layers that do not agree with the configuration.
 */
export async function openDockerArchive(tree: Tree, options: ImageOptions = {}): Promise<DockerArchive> {
  const members = new Members(tree);
  const layoutStore = await layoutOf(tree);
  const layout = layoutStore && (await catalogOf(layoutStore, { ...options, cache: new LayerCache(layoutStore, options) }));
  const store = new DockerStore();
  const cache = new LayerCache(store, options);
  const left = new Set(layout?.images);
  const images: CatalogImage[] = [];
  for (const image of await dockerImages(members)) {
    const descriptor = await store.add(image);
    const own = new Image(store, descriptor, { ...options, cache });
    const same = layout && (await sameImage(layout.images, own));
    if (same) left.delete(same);
    images.push(
      same
        ? { ...same, names: [...new Set([...image.names, ...same.names])] }
        : { names: image.names, image: own, digest: undefined, platform: undefined },
    );
  }
  const stores = layoutStore ? [store, layoutStore] : [store];
  return { oci: layout !== undefined, stores, images: [...images, ...left], artifacts: layout?.artifacts ?? [] };
}

async function layoutOf(tree: Tree): Promise<LayoutStore | undefined> {
  const folder = treeFolder(tree);
  return (await isLayout(folder)) ? LayoutStore.open(folder) : undefined;
}

async function dockerImages(members: Members): Promise<readonly DockerImage[]> {
  if (!members.file(MANIFEST)) return legacyImages(members);
  const entries = parseManifestFile(await members.document(MANIFEST));
  return Promise.all(entries.map((entry) => dockerImage(members, entry)));
}

async function dockerImage(members: Members, { Config, RepoTags = [], Layers = [], LayerSources }: ManifestEntry): Promise<DockerImage> {
  const sources = [...(LayerSources?.values() ?? [])];
  const layer = (path: string): DockerLayer =>
    (members.file(path) ? undefined : sources.find((source) => isNamedBy(path, source))) ?? members.source(path);
  return { names: RepoTags, config: await members.document(Config), layers: Layers.map(layer) };
}

/** A layer that is not in the archive is found among the sources by the digest in its path. */
function isNamedBy(path: string, { digest }: Descriptor): boolean {
  return path.includes(digest.slice(digest.indexOf(':') + 1));
}

/**
 * The image that a layout has for one of `manifest.json`: the same configuration, as many layers, all there. Archives of docker 25.0.0 have OCI
 * manifests that lack layers or order them wrongly (moby#47065, #47072, #47150); there `manifest.json` is right.
 */
async function sameImage(candidates: readonly CatalogImage[], image: Image): Promise<CatalogImage | undefined> {
  const wanted = await image.manifest();
  for (const candidate of candidates) {
    try {
      const { config, layers } = await candidate.image.manifest();
      if (config.digest !== wanted.config.digest || layers.length !== wanted.layers.length) continue;
      const there = await Promise.all(layers.map((layer) => candidate.image.store.exists(layer)));
      const agrees = layers.every(({ mediaType, digest }, i) => !mediaType.endsWith('.tar') || digest === wanted.layers[i]?.digest);
      if (agrees && there.every(Boolean)) return candidate;
    } catch {
      // A faulty manifest is no match; `verify` says what is wrong with it.
    }
  }
  return undefined;
}
