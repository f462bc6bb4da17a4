import { type Digest, parseDigest } from '../digest/index.ts';

/** The file `oci-layout`, by which a folder is known as a layout. */
export const LAYOUT_FILE = 'oci-layout';
export const INDEX_FILE = 'index.json';

/** Where a layout keeps content. The digest's grammar is checked first: it makes a path here (CVE-2024-3727). */
export function blobPath(digest: Digest | string): string {
  const { algorithm, encoded } = parseDigest(digest);
  return `blobs/${algorithm}/${encoded}`;
}
