import { digestOf, parseDigest } from '../digest/index.ts';
import { ImageError } from '../errors.ts';
import type { Image, Layer } from '../image/index.ts';
import { chainIds } from '../layer/index.ts';
import { type Descriptor, encodeJson, type ImageConfig } from '../oci/index.ts';
import { contentOf, fetchDocument, type ReadableStore } from '../store/index.ts';
import type { EntryInit } from '../tar/index.ts';
import type { TaggedImage } from './tagged-image.ts';

/*
 * The form of engines from 1.10 to 24 and, through `repositories` and the folders with a JSON each, of those before: a folder for each layer in its place, which
 * is known by the layers below it too. A layer that an image has twice is a link the second time, as those engines wrote it.
 */

/** The members of a classic docker-archive, in no order. @throws {ImageError} `IMAGE_LAYERS` for a layer that is no plain tar. */
export async function classicMembers(store: ReadableStore, images: readonly TaggedImage[]): Promise<readonly EntryInit[]> {
  const members = new Map<string, EntryInit>();
  const first = new Map<string, string>();
  const entries: object[] = [];
  const repositories = new Map<string, Map<string, string>>();
  for (const { image, tags } of images) {
    const folders = await layerFolders(image);
    const added = folders.flatMap((folder) => folderMembers(store, folder, first));
    const { config } = await image.manifest();
    const name = `${hexOf(config.digest)}.json`;
    for (const member of [...added, { name, body: await fetchDocument(store, config) }]) members.set(member.name, member);
    entries.push({ Config: name, RepoTags: tags.length > 0 ? tags : null, Layers: folders.map(({ layer }) => first.get(layer.digest)) });
    for (const tag of tags) addTag(repositories, tag, folders.at(-1)?.id);
  }
  const listed: EntryInit[] = repositories.size > 0 ? [{ name: 'repositories', body: encodeJson(repositories) }] : [];
  return [...members.values(), { name: 'manifest.json', body: encodeJson(entries) }, ...listed];
}

/** The folder of a layer. `first` has the member of each layer by its digest. */
function folderMembers(store: ReadableStore, { id, json, layer }: LayerFolder, first: Map<string, string>): readonly EntryInit[] {
  const name = `${id}/layer.tar`;
  const known = first.get(layer.digest) ?? name;
  first.set(layer.digest, known);
  return [
    { name: `${id}/` },
    { name: `${id}/VERSION`, body: '1.0' },
    { name: `${id}/json`, body: encodeJson(json) },
    known === name ? { name, body: contentOf(store, layer), size: layer.size } : { name, type: 'symlink', linkname: `../${known}` },
  ];
}

interface LayerFolder {
  readonly id: string;
  readonly json: object;
  readonly layer: Descriptor;
}

async function layerFolders(image: Image): Promise<readonly LayerFolder[]> {
  const [layers, config, { config: described }] = await Promise.all([image.layers(), image.config(), image.manifest()]);
  await Promise.all(layers.map(assertPlain));
  const chain = chainIds(layers.map(({ descriptor }) => descriptor.digest));
  // The top one has the configuration, so images of the same layers have different ones.
  const ids = chain.map((id, i) => (i === layers.length - 1 ? hexOf(digestOf(new TextEncoder().encode(`${id} ${described.digest}`))) : hexOf(id)));
  return layers.map((layer, i) => ({
    id: ids[i] as string,
    json: v1Json(layer, ids[i] as string, ids[i - 1], i === layers.length - 1 ? config : undefined),
    layer: layer.descriptor,
  }));
}

async function assertPlain(layer: Layer): Promise<void> {
  const compression = await layer.compression();
  if (!compression) return;
  const reason = `its layer ${layer.position} is compressed (${compression}), and the classic form has plain tars; recompress the image with \`none\` first`;
  throw new ImageError('IMAGE_LAYERS', `Cannot write the image: ${reason}`);
}

/** What engines before 1.10 read of a layer. The top one tells how the image is run. */
function v1Json({ history }: Layer, id: string, parent: string | undefined, config: ImageConfig | undefined): object {
  const own = config ? new Map([...config.json].filter(([name]) => name !== 'rootfs' && name !== 'history')) : new Map<string, unknown>();
  const command = history?.created_by === undefined ? null : [history.created_by];
  if (!own.has('created')) own.set('created', history?.created ?? EPOCH);
  if (!own.has('container_config')) own.set('container_config', { Cmd: command });
  return new Map([['id', id], ...(parent === undefined ? [] : ([['parent', parent]] as const)), ...own]);
}

const EPOCH = '1970-01-01T00:00:00Z';

function addTag(repositories: Map<string, Map<string, string>>, tag: string, id: string | undefined): void {
  if (id === undefined) return;
  const colon = tag.lastIndexOf(':');
  const repository = tag.slice(0, colon);
  const tags = repositories.get(repository) ?? new Map<string, string>();
  repositories.set(repository, tags.set(tag.slice(colon + 1), id));
}

function hexOf(digest: string): string {
  return parseDigest(digest).encoded;
}
