import { digestOf } from '../../src/digest/index.ts';
import { encodeJson, OCI_LAYER } from '../../src/oci/index.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import { hexOf, type PlainImage } from './image.ts';
import { LayoutBuilder } from './layout.ts';
import { type Packing, pack } from './pack.ts';

/** The members of a docker-archive. */
export type Members = readonly EntryInit[];

export interface Tagged {
  readonly image: PlainImage;
  readonly tags: readonly string[] | null;
}

export const member = (name: string, body: Uint8Array | string): EntryInit => ({ name, body });
export const manifestJson = (entries: unknown): EntryInit => member('manifest.json', encodeJson(entries));

const v1Id = (image: PlainImage, position: number): string => hexOf(digestOf(new TextEncoder().encode(`${image.diffIds.slice(0, position + 1)}`)));

function repositories(images: readonly Tagged[]): EntryInit {
  const names: Record<string, Record<string, string>> = {};
  for (const { image, tags } of images) {
    for (const tag of tags ?? []) {
      const colon = tag.lastIndexOf(':');
      names[tag.slice(0, colon)] = { ...names[tag.slice(0, colon)], [tag.slice(colon + 1)]: v1Id(image, image.tars.length - 1) };
    }
  }
  return member('repositories', encodeJson(names));
}

function v1Folders({ image }: Tagged, layer: (position: number) => EntryInit): EntryInit[] {
  return image.tars.flatMap((_, i) => {
    const id = v1Id(image, i);
    const command = { created: '2016-03-18T18:22:48.810791943Z', container_config: { Cmd: ['/bin/sh', '-c', `#(nop) ADD ${i} && true`] } };
    const json = {
      id,
      ...(i > 0 && { parent: v1Id(image, i - 1) }),
      ...command,
      docker_version: '1.9.1',
      architecture: 'amd64',
      os: 'linux',
      Size: 1,
    };
    return [{ name: `${id}/` }, member(`${id}/VERSION`, '1.0'), member(`${id}/json`, encodeJson(json)), { ...layer(i), name: `${id}/layer.tar` }];
  });
}

const tarMember = (image: PlainImage, position: number): EntryInit => member('', image.tars[position] as Uint8Array);

/** As engines before 1.10 wrote: folders of layers and `repositories`. */
export function legacy(...images: readonly Tagged[]): Members {
  return [...images.flatMap((tagged) => v1Folders(tagged, (i) => tarMember(tagged.image, i))), repositories(images)];
}

/** As engines from 1.10 to 24 write: the same folders, the configuration, `manifest.json`. */
export function classic(...images: readonly Tagged[]): Members {
  const entries = images.map(({ image, tags }) => ({
    Config: `${hexOf(digestOf(image.config))}.json`,
    RepoTags: tags,
    Layers: image.tars.map((_, i) => `${v1Id(image, i)}/layer.tar`),
  }));
  const folders = images.flatMap((tagged) => [
    ...v1Folders(tagged, (i) => tarMember(tagged.image, i)),
    member(`${hexOf(digestOf(tagged.image.config))}.json`, tagged.image.config),
  ]);
  return [...folders, manifestJson(entries), repositories(images)];
}

/** As skopeo writes: layers by their diffID, links to them in folders of the old form. */
export function skopeo(...images: readonly Tagged[]): Members {
  const tars = images.flatMap(({ image }) => image.tars.map((tar, i) => member(`${hexOf(image.diffIds[i] as string)}.tar`, tar)));
  const links = images.flatMap((tagged) =>
    v1Folders(tagged, (i) => ({ name: '', type: 'symlink', linkname: `../${hexOf(tagged.image.diffIds[i] as string)}.tar` })),
  );
  const entries = images.map(({ image, tags }) => ({
    Config: `${hexOf(digestOf(image.config))}.json`,
    RepoTags: tags,
    Layers: image.diffIds.map((id) => `${hexOf(id)}.tar`),
  }));
  const configs = images.map(({ image }) => member(`${hexOf(digestOf(image.config))}.json`, image.config));
  return [...tars, ...configs, ...links, manifestJson(entries), repositories(images)];
}

/** As kaniko writes: the configuration under its digest, layers under that of their gzip. Jib calls the configuration `config.json`. */
export function kaniko({ image, tags }: Tagged, config: string = digestOf(image.config), packing: Packing = 'gzip'): Members {
  const layers = image.tars.map((tar) => pack(tar, packing));
  const names = layers.map((layer) => `${hexOf(digestOf(layer))}.tar.gz`);
  const entry = { Config: config, RepoTags: tags, Layers: names };
  return [member(config, image.config), ...layers.map((layer, i) => member(names[i] as string, layer)), manifestJson([entry])];
}

/** As docker 25 and later write: `manifest.json` and an OCI layout over the same plain layers. */
export function hybrid(...images: readonly Tagged[]): Members {
  const layout = new LayoutBuilder();
  const manifests = images.flatMap(({ image, tags }) => layout.named(layout.image(image), ...(tags ?? [])));
  const entries = images.map(({ image, tags }) => ({
    Config: `blobs/sha256/${hexOf(digestOf(image.config))}`,
    RepoTags: tags,
    Layers: image.diffIds.map((id) => `blobs/sha256/${hexOf(id)}`),
    LayerSources: Object.fromEntries(image.diffIds.map((digest, i) => [digest, { mediaType: OCI_LAYER, size: image.tars[i]?.length, digest }])),
  }));
  return [...layout.members(manifests), manifestJson(entries), repositories(images)];
}

/** As docker writes that keeps its images in containerd: compressed layers, an index of platforms with their attestations, `manifest.json` for one of them. */
export function containerdStore({ image, tags }: Tagged, others: readonly PlainImage[] = []): Members {
  const layout = new LayoutBuilder();
  const own = layout.image(image, { packing: 'gzip' });
  const attestation = layout.attestation(own);
  const rest = others.map((other) => layout.image(other, { packing: 'gzip', platform: { os: 'linux', architecture: 'arm64' } }));
  const index = layout.index([{ ...own, platform: { os: 'linux', architecture: 'amd64' } }, attestation, ...rest]);
  const entry = {
    Config: `blobs/sha256/${hexOf(digestOf(image.config))}`,
    RepoTags: tags,
    Layers: image.tars.map((tar) => `blobs/sha256/${hexOf(digestOf(pack(tar, 'gzip')))}`),
  };
  return [...layout.members(layout.named(index, ...(tags ?? []))), manifestJson([entry])];
}
