import { ImageError, LadingError } from '../errors.ts';
import { type ArtifactManifest, parseArtifactManifest } from './artifact-manifest.ts';
import { type ImageConfig, parseConfig } from './config.ts';
import { type DescriptorFile, parseDescriptor } from './descriptor.ts';
import { type Index, parseIndex } from './index-document.ts';
import { parseJson } from './json.ts';
import { type LayoutFile, parseLayoutFile } from './layout-file.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { type DocumentKind, documentKind } from './media-types.ts';
import { memberNamed, type Problem } from './shape.ts';

/** Any document of an image; `kind` says which. */
export type AnyDocument = Index | Manifest | ArtifactManifest | ImageConfig | LayoutFile | DescriptorFile;

const PARSERS: Readonly<Record<DocumentKind, (bytes: Uint8Array, mediaType?: string) => AnyDocument>> = {
  index: parseIndex,
  manifest: parseManifest,
  schema1: parseManifest,
  artifact: parseArtifactManifest,
  config: parseConfig,
  layout: parseLayoutFile,
  descriptor: parseDescriptor,
};

/** What a document is without its media type, by the first of these members that it has. `mediaType` is no help: a descriptor has one too. */
const MARKS: readonly (readonly [member: string, kind: DocumentKind])[] = [
  ['imageLayoutVersion', 'layout'],
  ['manifests', 'index'],
  ['layers', 'manifest'],
  ['fsLayers', 'schema1'],
  ['blobs', 'artifact'],
  ['rootfs', 'config'],
  ['architecture', 'config'],
  ['digest', 'descriptor'],
];

/**
 * Which document the bytes are by their members; `undefined` for other JSON.
 * @throws {ImageError} `JSON_INVALID`, `JSON_DUPLICATE`
 */
export function identifyDocument(bytes: Uint8Array): DocumentKind | undefined {
  const json = parseJson(bytes);
  if (!(json instanceof Map)) return undefined;
  return MARKS.find(([member]) => memberNamed(json, member) !== undefined)?.[1];
}

function kindOf(bytes: Uint8Array, mediaType: string | undefined): DocumentKind | undefined {
  return mediaType === undefined ? identifyDocument(bytes) : documentKind(mediaType);
}

/**
 * Parses a document of whatever kind `mediaType`, or without it the document's own members, say.
 * @throws {ImageError} as `parseManifest`; `OCI_DOCUMENT` also for what is no document of an image
 */
export function parseDocument(bytes: Uint8Array, mediaType?: string): AnyDocument {
  const kind = kindOf(bytes, mediaType);
  if (kind === undefined)
    throw new ImageError('OCI_DOCUMENT', 'Cannot read the JSON document: it is no index, manifest, configuration or descriptor of an image');
  return PARSERS[kind](bytes, mediaType);
}

/** What `validateDocument` found. The document conforms where no problem is an error; it is absent where it cannot be read at all. */
export interface Validation {
  readonly kind: DocumentKind | undefined;
  readonly document: AnyDocument | undefined;
  readonly problems: readonly Problem[];
}

/** Judges a document by the specification and throws nothing: what would end a reading is a problem like the others. JSON of another kind is judged as JSON only. */
export function validateDocument(bytes: Uint8Array, mediaType?: string): Validation {
  let kind: DocumentKind | undefined;
  try {
    kind = kindOf(bytes, mediaType);
    if (kind === undefined) {
      parseJson(bytes);
      return { kind, document: undefined, problems: [] };
    }
    const document = PARSERS[kind](bytes, mediaType);
    return { kind, document, problems: document.problems };
  } catch (error) {
    if (!(error instanceof LadingError)) throw error;
    const where = error instanceof ImageError ? error.where : '';
    return { kind, document: undefined, problems: [{ severity: 'error', where, message: error.message }] };
  }
}
