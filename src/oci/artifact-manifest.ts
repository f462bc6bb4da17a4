import { annotations, type Descriptor, descriptor, mediaType } from './descriptor.ts';
import { type Document, documentOf, openManifest } from './document.ts';
import { list, record } from './shape.ts';

interface ArtifactMembers {
  readonly artifactType?: string;
  readonly blobs?: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: ReadonlyMap<string, string>;
}

/** The artifact manifest of the release candidates of OCI 1.1, withdrawn before 1.1: content of any type, without a configuration. */
export interface ArtifactManifest extends ArtifactMembers, Document {
  readonly kind: 'artifact';
  readonly mediaType: string;
  readonly blobs: readonly Descriptor[];
}

const members = record<ArtifactMembers>({ artifactType: mediaType, blobs: list(descriptor), subject: descriptor, annotations });

/**
 * Parses an artifact manifest.
 * @throws {ImageError} as `parseManifest`
 */
export function parseArtifactManifest(bytes: Uint8Array, expected?: string): ArtifactManifest {
  const [field, mediaType] = openManifest(bytes, 'artifact', 'the artifact manifest', expected);
  const { blobs = [], ...rest } = members(field);
  return { ...rest, kind: 'artifact', mediaType, blobs, ...documentOf(field, bytes) };
}
