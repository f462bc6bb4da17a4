import { ImageError, quote } from '../errors.ts';
import { type JsonObject, parseJson } from './json.ts';
import { type DocumentKind, documentKind, OCI_ARTIFACT, OCI_INDEX, OCI_MANIFEST } from './media-types.ts';
import { documentField, type Field, fail, memberNamed, note, object, type Problem } from './shape.ts';

/** What every parsed document keeps: an untouched one goes out as `raw`, byte for byte, and a changed one is made from `json`. */
export interface Document {
  /** The bytes it was parsed from. They are not copied: do not write into them. */
  readonly raw: Uint8Array;
  /** All members, also those that this package does not know. */
  readonly json: JsonObject;
  /** What is not as the specification says, and was read all the same. Empty for a document that conforms. */
  readonly problems: readonly Problem[];
}

/** Parses bytes that must be one JSON object. */
export function openDocument(bytes: Uint8Array, what: string): Field & { readonly value: JsonObject } {
  const field = documentField(parseJson(bytes, what), what);
  return { ...field, value: object(field) };
}

/** The common part of a parsed document. To be called when everything is read, for the problems are complete only then. */
export function documentOf(field: Field & { readonly value: JsonObject }, raw: Uint8Array): Document {
  return { raw, json: field.value, problems: Object.freeze([...field.document.problems]) };
}

type ManifestKind = 'index' | 'manifest' | 'artifact';

// By these members each kind is known, and no document may have those of two (CVE-2021-41190): a reader who expects an index would see other content than
// a reader who expects a manifest, under one digest.
const MEMBERS: ReadonlyMap<DocumentKind, readonly string[]> = new Map([
  ['index', ['manifests']],
  ['manifest', ['layers', 'config']],
  ['artifact', ['blobs']],
  ['schema1', ['fsLayers']],
]);

const DEFAULT_TYPE: Readonly<Record<ManifestKind, string>> = { index: OCI_INDEX, manifest: OCI_MANIFEST, artifact: OCI_ARTIFACT };

/** Opens a document that names others, and makes sure that it is of one kind only. Returns it with its media type. */
export function openManifest(
  bytes: Uint8Array,
  kind: ManifestKind,
  what: string,
  expected: string | undefined,
): readonly [ReturnType<typeof openDocument>, string] {
  const field = openDocument(bytes, what);
  const mediaType = agreedType(field, expected) ?? DEFAULT_TYPE[kind];
  const kinds = kindsByMembers(field.value);
  if (documentKind(mediaType) === 'schema1' || kinds.includes('schema1'))
    fail(field, 'is a Docker manifest of schema version 1, which is not read; pull and push the image with a current engine', 'OCI_UNSUPPORTED');
  if (kinds.length > 1) fail(field, `has the members of ${kinds.map(withArticle).join(' and of ')}`, 'OCI_AMBIGUOUS');
  if (documentKind(mediaType) !== kind) fail(field, `says that it is ${quote(mediaType)}`, 'OCI_AMBIGUOUS');
  if (kind !== 'artifact') checkVersion(field);
  return [field, mediaType];
}

/**
 * What the document says of its type. Where its descriptor says otherwise the descriptor is right (the specification's "media type conflicts"), as long as
 * both say the same kind: Docker's manifests under OCI's type are found in old layouts.
 */
function agreedType(field: ReturnType<typeof openDocument>, expected: string | undefined): string | undefined {
  const own = memberNamed(field.value, 'mediaType');
  if (typeof own !== 'string' || own === '') return expected;
  if (expected === undefined || own === expected) return own;
  const conflict = `says that it is ${quote(own)}, its descriptor says ${quote(expected)}`;
  if (documentKind(own) !== documentKind(expected)) fail(field, conflict, 'OCI_AMBIGUOUS');
  note(field, 'warning', conflict);
  return expected;
}

function checkVersion(field: ReturnType<typeof openDocument>): void {
  const version = memberNamed(field.value, 'schemaVersion') ?? undefined;
  if (version === undefined) note(field, 'error', 'has no "schemaVersion"');
  else if (version !== 2) throw new ImageError('OCI_DOCUMENT', `Cannot read ${field.document.what}: its schemaVersion is not 2`, '/schemaVersion');
}

function kindsByMembers(json: JsonObject): readonly DocumentKind[] {
  const has = (name: string): boolean => (memberNamed(json, name) ?? null) !== null;
  return [...MEMBERS].filter(([, names]) => names.some(has)).map(([kind]) => kind);
}

function withArticle(kind: DocumentKind): string {
  return `${kind === 'manifest' ? 'a' : 'an'} ${kind}`;
}
