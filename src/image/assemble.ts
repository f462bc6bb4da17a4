import {
  createManifest,
  type Descriptor,
  edit,
  encodeJson,
  type History,
  isDocker,
  type Json,
  type JsonObject,
  type Manifest,
  OCI_CONFIG,
  type Platform,
  parseConfig,
  parseJson,
  parseManifest,
} from '../oci/index.ts';
import type { Store } from '../store/index.ts';
import type { StoredLayer } from './store-layer.ts';

/** What an image is made of. */
export interface ImageParts {
  /** The configuration, as JSON or as plain data: `architecture`, `os`, `config` and what else it has. Its `rootfs` is written from the layers. */
  readonly config: JsonObject | { readonly [name: string]: unknown };
  /** The lowest first. Their content need not be in the store. */
  readonly layers: readonly StoredLayer[];
  /** Replaces the history of the configuration. */
  readonly history?: readonly History[] | undefined;
  /** The annotations of the manifest. Default: those of `manifest`. */
  readonly annotations?: ReadonlyMap<string, string> | Readonly<Record<string, string>> | undefined;
  /** An image that this one is made from: its media types, and what else its manifest has, are kept. */
  readonly manifest?: Manifest;
}

/**
 * Writes the configuration and the manifest of an image, and says what names it. The same parts give the same bytes: nothing is added, no clock is read. The
 * descriptor has the platform that the configuration states, for an index to choose by.
 *
 * ```ts
 * const descriptor = await assembleImage(store, { config: { architecture: 'amd64', os: 'linux' }, layers: [await storeLayer(store, tar)] });
 * await store.tag(descriptor, 'app:1.0');
 * ```
 *
 * @throws {ImageError} `OCI_DOCUMENT` where the configuration is none.
 */
export async function assembleImage(store: Store, parts: ImageParts): Promise<Descriptor> {
  const config = configBytes(parts);
  const platform = platformOf(config);
  const stored = await store.ingest(parts.manifest?.config.mediaType ?? OCI_CONFIG, config);
  const { raw, mediaType } = manifestOf(parts, stored);
  const descriptor = await store.ingest(mediaType, raw);
  return platform ? { ...descriptor, platform } : descriptor;
}

function configBytes({ config, layers, history }: ImageParts): Uint8Array {
  const json = config instanceof Map ? config : (parseJson(encodeJson(config)) as JsonObject);
  const typed = edit(json, ['rootfs', 'type'], 'layers');
  const rooted = edit(
    typed,
    ['rootfs', 'diff_ids'],
    layers.map(({ diffId }) => diffId),
  );
  return encodeJson(history ? edit(rooted, ['history'], history) : rooted);
}

function platformOf(config: Uint8Array): Platform | undefined {
  const { os, architecture, variant, 'os.version': version, 'os.features': features } = parseConfig(config);
  if (!os || !architecture) return undefined;
  return {
    architecture,
    os,
    ...(version !== undefined && { 'os.version': version }),
    ...(features !== undefined && { 'os.features': features }),
    ...(variant !== undefined && { variant }),
  };
}

function manifestOf({ layers, annotations, manifest }: ImageParts, config: Descriptor): Manifest {
  const descriptors = layers.map(({ descriptor }) => descriptor);
  const said = annotations && new Map(annotations instanceof Map ? annotations : Object.entries(annotations));
  if (!manifest) return createManifest({ config, layers: descriptors, ...(said && { annotations: said }) });
  const members: readonly (readonly [string, unknown])[] = [
    ['config', config],
    ['layers', descriptors],
    ...(said && !isDocker(manifest.mediaType) ? [['annotations', said.size > 0 ? said : undefined] as const] : []),
  ];
  const json = members.reduce<ReadonlyMap<string, Json>>((whole, [name, value]) => edit(whole, [name], value), manifest.json);
  return parseManifest(encodeJson(json), manifest.mediaType);
}
