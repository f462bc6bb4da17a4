import { annotations, type Descriptor, descriptor, mediaType } from './descriptor.ts';
import { type Document, documentOf, openManifest } from './document.ts';
import { encodeJson } from './json-edit.ts';
import { isConfig, isDocker, OCI_MANIFEST } from './media-types.ts';
import { fail, list, memberNamed, note, record } from './shape.ts';

interface ManifestMembers {
  readonly config: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly artifactType?: string;
  /** What this manifest is about (a signature's image). It may be missing from the store. */
  readonly subject?: Descriptor;
  readonly annotations?: ReadonlyMap<string, string>;
}

/** An image manifest, OCI or Docker schema 2. An artifact has this form too: see `isImageManifest`. */
export interface Manifest extends ManifestMembers, Document {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly layers: readonly Descriptor[];
}

const members = record<ManifestMembers>({ config: descriptor, layers: list(descriptor), artifactType: mediaType, subject: descriptor, annotations }, [
  'config',
]);

/**
 * Parses an image manifest. `expected` is the media type of its descriptor, where there is one.
 * @throws {ImageError} `OCI_DOCUMENT`, `OCI_AMBIGUOUS` (also where the body's media type is not the expected one), `OCI_UNSUPPORTED`, `JSON_INVALID`, `JSON_DUPLICATE`
 */
export function parseManifest(bytes: Uint8Array, expected?: string): Manifest {
  const [field, mediaType] = openManifest(bytes, 'manifest', 'the image manifest', expected);
  if (memberNamed(field.value, 'layers') === undefined) fail(field, 'has no "layers"');
  const { layers = [], ...rest } = members(field);
  if (layers.length === 0) note(field, 'error', 'has no layer');
  return { ...rest, kind: 'manifest', mediaType, layers, ...documentOf(field, bytes) };
}

/** What a new manifest is made from. */
export type ManifestInit = ManifestMembers & { readonly mediaType?: string };

/** Makes a manifest: the same members give the same bytes. Without `mediaType` it is an OCI manifest. */
export function createManifest(init: ManifestInit): Manifest {
  const { mediaType = OCI_MANIFEST, artifactType, config, layers = [], subject, annotations } = init;
  return parseManifest(encodeJson({ schemaVersion: 2, mediaType, artifactType, config, layers, subject, annotations }));
}

/**
 * Whether the manifest is that of an image: its configuration is one, or it is an old Docker manifest that calls it a mere file.
 * Otherwise it is an artifact, and its layers may be anything.
 */
export function isImageManifest({ config, mediaType }: Manifest): boolean {
  return isConfig(config.mediaType) || (isDocker(mediaType) && config.mediaType === 'application/octet-stream');
}
