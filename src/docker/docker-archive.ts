import { digestOf } from '../digest/index.ts';
import { LadingError } from '../errors.ts';
import { type Catalog, type CatalogArtifact, catalogOf, Image, type ImageOptions, LayerCache } from '../image/index.ts';
import { isLayout, LayoutStore, treeFolder } from '../layout/index.ts';
import { OCI_CONFIG } from '../oci/index.ts';
import type { ReadableStore } from '../store/index.ts';
import type { Tree } from '../tree/index.ts';
import { type DockerImage, DockerStore } from './docker-store.ts';
import { isLegacy, legacyImages } from './legacy.ts';
import { isManifestFile, parseManifestFile } from './manifest-file.ts';
import { manifestImage } from './manifest-image.ts';
import { Members } from './members.ts';
import { type Disagreement, joinViews, type SeenImage, sameImage } from './views.ts';

/** The images of a docker-archive, and whether it is an OCI layout as well. */
export interface DockerArchive extends Catalog {
  readonly oci: boolean;
  /** The store of the images that `manifest.json` has alone, and that of the layout, if there is one. */
  readonly stores: readonly ReadableStore[];
  /** What the two views of an archive that is both tell differently. */
  readonly disagreements: readonly Disagreement[];
}

const MANIFEST = 'manifest.json';
const JOBS = 4;

/** Whether the members of an archive are those of a docker-archive, of any age. */
export async function isDockerArchive(tree: Tree): Promise<boolean> {
  const members = new Members(tree);
  const manifest = members.file(MANIFEST);
  return manifest ? isManifestFile(manifest.body) : isLegacy(members);
}

/**
 * Reads a docker-archive. Its images are those of `manifest.json`, in that order; where the archive is an OCI layout too, each is seen through the
 * OCI manifest that agrees with it, and images that only the layout names follow. One that cannot be read is among the artifacts, as `faulty`; a layout
 * that cannot be read is a disagreement.
 * @throws {ImageError} for a faulty `manifest.json` and missing configurations.
 */
export async function openDockerArchive(tree: Tree, options: ImageOptions = {}): Promise<DockerArchive> {
  const layout = await openLayout(tree, options);
  const { store, seen, faulty } = await readImages(new Members(tree), layout, options);
  const { images, disagreements } = await joinViews(seen, layout.images);
  return {
    oci: layout.store !== undefined,
    stores: layout.store ? [store, layout.store] : [store],
    images,
    artifacts: [...faulty, ...layout.artifacts],
    disagreements: [...layout.faults, ...disagreements],
  };
}

interface Layout extends Catalog {
  readonly store?: LayoutStore;
  readonly faults: readonly Disagreement[];
}

/** The archive as a layout, empty if it is none. */
async function openLayout(tree: Tree, options: ImageOptions): Promise<Layout> {
  const none = { images: [], artifacts: [], faults: [] };
  const folder = treeFolder(tree);
  if (!(await isLayout(folder))) return none;
  try {
    const store = await LayoutStore.open(folder);
    return { store, ...(await catalogOf(store, { ...options, cache: new LayerCache(store, options) })), faults: [] };
  } catch (error) {
    if (!(error instanceof LadingError)) throw error;
    return {
      ...none,
      faults: [{ severity: 'error', where: 'index.json', message: `there is an OCI layout beside manifest.json: ${error.message}` }],
    };
  }
}

async function readImages(members: Members, layout: Layout, options: ImageOptions): Promise<ImagesRead> {
  const store = new DockerStore(options, options.jobs ?? JOBS);
  const seen: SeenImage[] = [];
  const faulty: CatalogArtifact[] = [];
  for (const listed of await listedImages(members)) {
    try {
      const found = await listed.read();
      const same = await sameImage(layout.images, found);
      const image = same?.isShared ? same.entry.image : new Image(store, await store.add(found), { ...options, cache: store.cache });
      seen.push({ names: found.names, image, same: same?.entry });
    } catch (error) {
      if (!(error instanceof LadingError)) throw error;
      faulty.push(faultyImage(listed, error));
    }
  }
  return { store, seen, faulty };
}

interface ImagesRead {
  readonly store: DockerStore;
  readonly seen: readonly SeenImage[];
  readonly faulty: readonly CatalogArtifact[];
}

/** An image whose layers are still to be looked for. */
interface ListedImage {
  readonly names: readonly string[];
  readonly config: Uint8Array;
  read(): Promise<DockerImage>;
}

async function listedImages(members: Members): Promise<readonly ListedImage[]> {
  if (!members.file(MANIFEST)) return (await legacyImages(members)).map((image) => ({ ...image, read: async () => image }));
  const entries = parseManifestFile(await members.document(MANIFEST));
  return Promise.all(
    entries.map(async (entry) => {
      const config = await members.document(entry.Config);
      return { names: entry.RepoTags ?? [], config, read: async () => manifestImage(members, entry, config) };
    }),
  );
}

function faultyImage({ names, config }: ListedImage, error: LadingError): CatalogArtifact {
  const descriptor = { mediaType: OCI_CONFIG, digest: digestOf(config), size: config.length };
  return { names, descriptor, kind: 'faulty', artifactType: OCI_CONFIG, subject: undefined, error };
}
