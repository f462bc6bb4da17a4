import { ImageError } from '../errors.ts';
import { blobPath, layoutMembers, sortMembers } from '../layout/index.ts';
import { type Descriptor, diffIds, encodeJson } from '../oci/index.ts';
import type { NamedDescriptor, ReadableStore } from '../store/index.ts';
import { type ByteStream, streamLater } from '../stream/index.ts';
import { type EntryInit, writeTar } from '../tar/index.ts';
import { classicMembers } from './classic.ts';
import { type TaggedImage, taggedImages } from './tagged-image.ts';

/** What a docker-archive is to be. */
export interface DockerArchiveOptions {
  /**
   * The form of engines before 25, and before 1.10: `layer.tar`s in folders, `repositories`, no OCI layout. Its layers must be plain tars; of what is no image
   * nothing is in it.
   */
  readonly classic?: boolean;
}

/**
 * Writes a docker-archive. It is an OCI layout as well: `manifest.json` and `index.json` tell the same over the same content, and each content is in it
 * once. Any number of images, tags and platforms is possible; of an index the first image has its tags in `manifest.json`. Artifacts and attestations
 * are in the layout alone. A layer that is not in the store, and need not be, is named with where it comes from. The same images give the same bytes.
 * @throws {ImageError} `BLOB_MISSING`, or `IMAGE_LAYERS` for a compressed layer in the classic form, before the first byte. @throws {DigestError}
 */
export function writeDockerArchive(store: ReadableStore, images: readonly NamedDescriptor[], options: DockerArchiveOptions = {}): ByteStream {
  return streamLater(async () => writeTar(sortMembers(await membersOf(store, images, options))));
}

async function membersOf(
  store: ReadableStore,
  images: readonly NamedDescriptor[],
  { classic = false }: DockerArchiveOptions,
): Promise<readonly EntryInit[]> {
  const found = await taggedImages(store, images);
  return classic ? classicMembers(store, found) : [...(await layoutMembers(store, images)), await manifestMember(store, found)];
}

async function manifestMember(store: ReadableStore, images: readonly TaggedImage[]): Promise<EntryInit> {
  const entries = await Promise.all(
    images.map(async ({ image, tags }) => {
      const { config, layers } = await image.manifest();
      const sources = await elsewhere(store, layers, diffIds(await image.config()) ?? []);
      return {
        Config: blobPath(config.digest),
        RepoTags: tags.length > 0 ? tags : null,
        Layers: layers.map(({ digest }) => blobPath(digest)),
        LayerSources: sources,
      };
    }),
  );
  return { name: 'manifest.json', body: encodeJson(entries) };
}

/** The descriptors of layers that are not here, by their diffIDs; `undefined` where there are none. */
async function elsewhere(store: ReadableStore, layers: readonly Descriptor[], ids: readonly string[]): Promise<object | undefined> {
  const isHere = await Promise.all(layers.map((layer) => store.exists(layer)));
  const sources = layers.flatMap((layer, i) => (isHere[i] ? [] : [[idOf(ids, i), layer] as const]));
  return sources.length > 0 ? Object.fromEntries(sources) : undefined;
}

function idOf(ids: readonly string[], position: number): string {
  const id = ids[position];
  if (id !== undefined) return id;
  throw new ImageError('IMAGE_LAYERS', `Cannot write the image: the configuration has no diffID for its layer ${position}`, '/rootfs/diff_ids');
}
