import { type Document, documentOf, openDocument } from './document.ts';
import { encodeJson } from './json-edit.ts';
import { note, record, text } from './shape.ts';

/** The file `oci-layout`, which says that a folder or an archive is an OCI image layout. */
export interface LayoutFile extends Document {
  readonly kind: 'layout';
  readonly imageLayoutVersion: string;
}

const VERSION = '1.0.0';

const members = record<{ readonly imageLayoutVersion: string }>({ imageLayoutVersion: text }, ['imageLayoutVersion']);

/**
 * Parses the file `oci-layout`. There is one version; another one is read all the same, and noted.
 * @throws {ImageError} `OCI_DOCUMENT`, `OCI_AMBIGUOUS`, `JSON_INVALID`, `JSON_DUPLICATE`
 */
export function parseLayoutFile(bytes: Uint8Array): LayoutFile {
  const field = openDocument(bytes, 'the file oci-layout');
  const { imageLayoutVersion } = members(field);
  if (imageLayoutVersion !== VERSION) note(field, 'warning', `has version ${JSON.stringify(imageLayoutVersion)}; containerd reads only ${VERSION}`);
  return { kind: 'layout', imageLayoutVersion, ...documentOf(field, bytes) };
}

/** The content of a new file `oci-layout`. */
export function encodeLayoutFile(): Uint8Array {
  return encodeJson({ imageLayoutVersion: VERSION });
}
