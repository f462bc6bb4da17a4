import { annotations, type Descriptor, descriptor, mediaType } from './descriptor.ts';
import { type Document, documentOf, openManifest } from './document.ts';
import { encodeJson } from './json-edit.ts';
import { OCI_INDEX } from './media-types.ts';
import { fail, list, memberNamed, note, record } from './shape.ts';

interface IndexMembers {
  readonly manifests?: readonly Descriptor[];
  readonly artifactType?: string;
  readonly subject?: Descriptor;
  readonly annotations?: ReadonlyMap<string, string>;
}

/** An OCI image index (`index.json` of a layout is one too) or a Docker manifest list. Descriptors may repeat, and may name other indexes. */
export interface Index extends IndexMembers, Document {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
}

const members = record<IndexMembers>({ manifests: list(descriptor), artifactType: mediaType, subject: descriptor, annotations });

/**
 * Parses an index. `expected` is the media type of its descriptor, where there is one. A descriptor of an unknown media type is no fault of the index.
 * @throws {ImageError} as `parseManifest`
 */
export function parseIndex(bytes: Uint8Array, expected?: string): Index {
  const [field, mediaType] = openManifest(bytes, 'index', 'the image index', expected);
  const given = memberNamed(field.value, 'manifests');
  if (given === undefined) fail(field, 'has no "manifests"');
  // What Go writes for a list that was never filled; layouts without an image hold it.
  if (given === null) note(field, 'error', 'has null for "manifests"');
  const { manifests = [], ...rest } = members(field);
  return { ...rest, kind: 'index', mediaType, manifests, ...documentOf(field, bytes) };
}

/** What a new index is made from. */
export type IndexInit = IndexMembers & { readonly mediaType?: string };

/** Makes an index: the same members give the same bytes. Without `mediaType` it is an OCI index. */
export function createIndex(init: IndexInit): Index {
  const { mediaType = OCI_INDEX, artifactType, manifests = [], subject, annotations } = init;
  return parseIndex(encodeJson({ schemaVersion: 2, mediaType, artifactType, manifests, subject, annotations }));
}
