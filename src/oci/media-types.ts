/**
 * Every media type that this package knows. What is not in these tables is an artifact of some other tool: it is listed and copied, never interpreted.
 */
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
export const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar';
/** The content `{}`: where a manifest must name something and has nothing to name. */
export const OCI_EMPTY = 'application/vnd.oci.empty.v1+json';
/** In release candidates of OCI 1.1 only; some registries still hold them. */
export const OCI_ARTIFACT = 'application/vnd.oci.artifact.manifest.v1+json';
export const OCI_LAYOUT = 'application/vnd.oci.layout.header.v1+json';
export const OCI_DESCRIPTOR = 'application/vnd.oci.descriptor.v1+json';
export const DOCKER_INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
export const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';
export const DOCKER_LAYER = 'application/vnd.docker.image.rootfs.diff.tar';

/** What a JSON document of an image can be. */
export type DocumentKind = 'index' | 'manifest' | 'config' | 'artifact' | 'layout' | 'descriptor' | 'schema1';

const KINDS: ReadonlyMap<string, DocumentKind> = new Map([
  [OCI_INDEX, 'index'],
  [DOCKER_INDEX, 'index'],
  [OCI_MANIFEST, 'manifest'],
  [DOCKER_MANIFEST, 'manifest'],
  [OCI_CONFIG, 'config'],
  [DOCKER_CONFIG, 'config'],
  [OCI_ARTIFACT, 'artifact'],
  [OCI_LAYOUT, 'layout'],
  [OCI_DESCRIPTOR, 'descriptor'],
  ['application/vnd.docker.distribution.manifest.v1+json', 'schema1'],
  ['application/vnd.docker.distribution.manifest.v1+prettyjws', 'schema1'],
]);

/** How a layer's tar is wrapped, by its media type. */
export type LayerCompression = 'none' | 'gzip' | 'zstd';

interface LayerType {
  readonly compression: LayerCompression;
  readonly distributable: boolean;
  readonly oci: string;
  readonly docker: string;
}

const OCI_FOREIGN_LAYER = 'application/vnd.oci.image.layer.nondistributable.v1.tar';
const DOCKER_FOREIGN_LAYER = 'application/vnd.docker.image.rootfs.foreign.diff.tar';

// Docker's schema 2 defines no zstd; BuildKit writes `.zstd` when it adds such a layer to a Docker image, and some converters write `+zstd`.
const LAYER_FORMS: readonly LayerType[] = [
  { compression: 'none', distributable: true, oci: OCI_LAYER, docker: DOCKER_LAYER },
  { compression: 'gzip', distributable: true, oci: `${OCI_LAYER}+gzip`, docker: `${DOCKER_LAYER}.gzip` },
  { compression: 'zstd', distributable: true, oci: `${OCI_LAYER}+zstd`, docker: `${DOCKER_LAYER}.zstd` },
  { compression: 'none', distributable: false, oci: OCI_FOREIGN_LAYER, docker: DOCKER_FOREIGN_LAYER },
  { compression: 'gzip', distributable: false, oci: `${OCI_FOREIGN_LAYER}+gzip`, docker: `${DOCKER_FOREIGN_LAYER}.gzip` },
  { compression: 'zstd', distributable: false, oci: `${OCI_FOREIGN_LAYER}+zstd`, docker: `${DOCKER_FOREIGN_LAYER}.zstd` },
];

const LAYERS: ReadonlyMap<string, LayerType> = new Map(
  LAYER_FORMS.flatMap((form) => [form.oci, form.docker, form.docker.replace('.tar.', '.tar+')].map((type) => [type, form] as const)),
);

const TO_DOCKER: ReadonlyMap<string, string> = new Map([
  [OCI_INDEX, DOCKER_INDEX],
  [OCI_MANIFEST, DOCKER_MANIFEST],
  [OCI_CONFIG, DOCKER_CONFIG],
]);
const TO_OCI: ReadonlyMap<string, string> = new Map([...TO_DOCKER].map(([oci, docker]) => [docker, oci]));

/** Which document a media type stands for; `undefined` for layers and for what other tools define. */
export function documentKind(mediaType: string): DocumentKind | undefined {
  return KINDS.get(mediaType);
}

/** Whether it is an OCI image index or a Docker manifest list. */
export function isIndex(mediaType: string): boolean {
  return KINDS.get(mediaType) === 'index';
}

/** Whether it is an image manifest, OCI or Docker schema 2. */
export function isManifest(mediaType: string): boolean {
  return KINDS.get(mediaType) === 'manifest';
}

/** Whether it is an image configuration, OCI or Docker. */
export function isConfig(mediaType: string): boolean {
  return KINDS.get(mediaType) === 'config';
}

/** Whether it is a file system layer: a tar, compressed or not. */
export function isLayer(mediaType: string): boolean {
  return LAYERS.has(mediaType);
}

/** What the media type says of a layer's compression; `undefined` if it is no layer. The bytes may say otherwise, and they are right. */
export function layerCompression(mediaType: string): LayerCompression | undefined {
  return LAYERS.get(mediaType)?.compression;
}

/** `false` for layers that may not be pushed elsewhere (Windows base layers, mostly). */
export function isDistributable(mediaType: string): boolean {
  return LAYERS.get(mediaType)?.distributable ?? true;
}

/** Whether it belongs to Docker's schema 2. */
export function isDocker(mediaType: string): boolean {
  return mediaType.startsWith('application/vnd.docker.');
}

/** The OCI media type of the same content. A type that has none is returned as it is. */
export function toOci(mediaType: string): string {
  return TO_OCI.get(mediaType) ?? LAYERS.get(mediaType)?.oci ?? mediaType;
}

/** The Docker media type of the same content. A type that has none is returned as it is. */
export function toDocker(mediaType: string): string {
  return TO_DOCKER.get(mediaType) ?? LAYERS.get(mediaType)?.docker ?? mediaType;
}

/** The same layer type with another compression: what a layer is called after it was recompressed. A type that is no layer is returned as it is. */
export function withCompression(mediaType: string, compression: LayerCompression): string {
  const from = LAYERS.get(mediaType);
  const to = LAYER_FORMS.find((form) => form.compression === compression && form.distributable === from?.distributable);
  if (!from || !to) return mediaType;
  return isDocker(mediaType) ? to.docker : to.oci;
}

// RFC 6838, section 4.2: type and subtype of at most 127 characters each.
const MEDIA_TYPE = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/;

/** Whether the text has the form of a media type. */
export function isMediaType(text: string): boolean {
  return MEDIA_TYPE.test(text);
}
