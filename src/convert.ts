import { LadingError, quote } from './errors.ts';
import {
  type CatalogArtifact,
  type CatalogImage,
  catalogOf,
  type ImageChoice,
  imageId,
  platformOf,
  Recompression,
  type RecompressOptions,
  sameReference,
  selectImage,
} from './image/index.ts';
import { diffIds, type Platform, withoutName } from './oci/index.ts';
import type { ImageArchive } from './open.ts';
import { MemoryStore, type NamedDescriptor, overlayStores, type ReadableStore, type Store, writableOverlay } from './store/index.ts';
import { type ByteStream, createSource, drain, type Source } from './stream/index.ts';

/** Images that are to be written somewhere, by name, and the store that has all of their content. */
export interface ImageSet {
  readonly store: ReadableStore;
  readonly images: readonly NamedDescriptor[];
}

/**
 * The images of an archive as they are to be copied: all that it names, artifacts and attestations with their images, or only what is chosen. A name chooses all
 * that has it, such as every platform of an index; a platform one image. Where the two views of a docker-archive contradict each other, its images are those of
 * `manifest.json`.
 * @throws {ImageError} `IMAGE_AMBIGUOUS`, `IMAGE_NOT_FOUND` @throws {LadingError} the fault of an image that cannot be read, where all are wanted.
 */
export async function imagesToCopy(archive: ImageArchive, choice: ImageChoice = {}): Promise<ImageSet> {
  const store = archive.stores.reduce<ReadableStore>(
    (upper, lower) => (upper === lower ? upper : overlayStores(upper, lower)),
    archive.stores[0] as ReadableStore,
  );
  const all = await namedContent(archive);
  if (choice.image === undefined && choice.platform === undefined) {
    const faulty = archive.artifacts.find(({ kind }) => kind === 'faulty');
    if (faulty) throw leftOut(faulty);
    return { store, images: all };
  }
  const named = choice.platform === undefined ? all.filter(({ name }) => name !== undefined && sameReference(name, choice.image as string)) : [];
  if (new Set(named.map(({ descriptor }) => descriptor.digest)).size === 1)
    return { store, images: all.filter(({ descriptor }) => named.some((each) => each.descriptor === descriptor)) };
  return { store, images: entriesOf(await selectImage(archive.images, choice, archive.artifacts)) };
}

/** An image that cannot be read cannot be copied, and is not left out in silence. */
function leftOut({ names: [name], descriptor, error }: CatalogArtifact): LadingError {
  const { code, message } = error as LadingError;
  return new LadingError(code, `Cannot copy all images: ${quote(name ?? descriptor.digest)} is faulty; choose others with --image. ${message}`, {
    cause: error,
  });
}

async function namedContent({ stores, images, disagreements }: ImageArchive): Promise<readonly NamedDescriptor[]> {
  if (disagreements.some(({ severity }) => severity === 'error')) return firstOfEachName(images);
  const listed = (await Promise.all(stores.map((store) => store.list()))).flat();
  const isListed = (name: string | undefined): boolean =>
    name === undefined || listed.some((entry) => entry.name !== undefined && sameReference(entry.name, name));
  return [...listed, ...images.flatMap(entriesOf).filter(({ name }) => !isListed(name))];
}

/** The images one by one; those of `manifest.json` come first, and keep a name that the layout gives to another one. */
function firstOfEachName(images: readonly CatalogImage[]): readonly NamedDescriptor[] {
  const taken: string[] = [];
  return images.flatMap((entry) => {
    const names = entry.names.filter((name) => !taken.some((other) => sameReference(other, name)));
    taken.push(...entry.names);
    return entriesOf({ ...entry, names }).map(({ name, descriptor }) => ({ name, descriptor: withoutName(descriptor) }));
  });
}

function entriesOf({ names, image: { descriptor } }: CatalogImage): readonly NamedDescriptor[] {
  return names.length > 0 ? names.map((name) => ({ name, descriptor })) : [{ name: undefined, descriptor }];
}

/** The same images with their layers compressed in one way; what changes is taken by `destination`. */
export async function recompressImages(
  { store, images }: ImageSet,
  destination: Store,
  options: RecompressOptions,
): Promise<readonly NamedDescriptor[]> {
  const recompression = new Recompression(store, destination, options);
  const changed: NamedDescriptor[] = [];
  for (const { name, descriptor } of images) changed.push({ name, descriptor: await recompression.descriptor(descriptor) });
  return changed;
}

/** What became of an image. */
export interface ConvertedImage {
  readonly names: readonly string[];
  readonly platform: Platform | undefined;
  /** The digest of its configuration, which stays. */
  readonly imageId: string | undefined;
  /** Digest of its manifest; where the place that it comes from has none, of the one that lading gives it. */
  readonly before: string;
  readonly after: string;
  /** Whether an attestation goes with it whose statement names the manifest by its old digest. */
  readonly attested: boolean;
  /** Whether its configuration is read and has no `rootfs`: engines load no archive of such an image. */
  readonly withoutRootFs: boolean;
}

/** Tells, image by image, what became of digests. The images of both sets are in the same order. */
export async function compareConversion(from: ImageSet, to: ImageSet): Promise<readonly ConvertedImage[]> {
  const [before, after] = await Promise.all([listOf(from), listOf(to)]);
  const attested = new Set(after.artifacts.flatMap(({ kind, subject }) => (kind === 'attestation' ? [subject] : [])));
  return Promise.all(
    after.images.map(async (entry, i): Promise<ConvertedImage> => {
      const { digest } = entry.image.descriptor;
      const old = before.images[i] ?? entry;
      return {
        names: entry.names,
        platform: await platformOf(entry),
        imageId: await imageId(entry),
        before: old.image.descriptor.digest,
        after: digest,
        attested: attested.has(digest),
        withoutRootFs: await lacksRootFs(entry),
      };
    }),
  );
}

function lacksRootFs({ image }: CatalogImage): Promise<boolean> {
  return image.config().then(
    (config) => diffIds(config) === undefined,
    () => false, // whoever reads a faulty one is told
  );
}

function listOf({ store, images }: ImageSet): ReturnType<typeof catalogOf> {
  return catalogOf({ ...overlayStores(store, store), list: async () => images });
}

/**
 * The same images as a registry would have them after a push with lading's compressor: manifests and indexes with their digests. Layers are compressed for
 * it and let go; only their digests are kept. Another compressor, or another release of this one, gives others.
 */
export async function registryImages(from: ImageSet, options: RecompressOptions): Promise<readonly NamedDescriptor[]> {
  return recompressImages(from, writableOverlay(new MemoryStore({ keep: measured }), from.store), options);
}

/** Nothing but the size of what passes. */
async function measured(stream: ByteStream): Promise<Source> {
  const read = async (): Promise<Uint8Array> => {
    throw new TypeError('Cannot read what was only measured');
  };
  return createSource({ read }, await drain(stream));
}
