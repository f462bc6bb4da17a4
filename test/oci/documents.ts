import { LadingError } from '../../src/errors.ts';

/** Bytes of a document: a text as it stands, or a value as JSON. */
export const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

export const textOf = (document: Uint8Array): string => new TextDecoder().decode(document);

/** The code of the error that `act` throws, and `none` if it throws none. Other errors than those of the package fail the test. */
export function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof LadingError) return error.code;
    throw error;
  }
  return 'none';
}

/** The error that `act` throws. */
export function errorOf(act: () => unknown): LadingError {
  try {
    act();
  } catch (error) {
    if (error instanceof LadingError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

export const DIGEST_A: string = `sha256:${'a'.repeat(64)}`;
export const DIGEST_B: string = `sha256:${'b'.repeat(64)}`;

export const OCI = 'application/vnd.oci.image';
export const MANIFEST: string = `${OCI}.manifest.v1+json`;
export const INDEX: string = `${OCI}.index.v1+json`;
export const CONFIG: string = `${OCI}.config.v1+json`;
export const DOCKER = 'application/vnd.docker';
export const DOCKER_MANIFEST: string = `${DOCKER}.distribution.manifest.v2+json`;
export const DOCKER_LIST: string = `${DOCKER}.distribution.manifest.list.v2+json`;

export const config: object = { mediaType: CONFIG, digest: DIGEST_A, size: 7023 };
export const layer: object = { mediaType: `${OCI}.layer.v1.tar+gzip`, digest: DIGEST_B, size: 32654 };
export const manifest: object = { schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] };
export const index: object = { schemaVersion: 2, mediaType: INDEX, manifests: [{ mediaType: MANIFEST, digest: DIGEST_A, size: 7143 }] };
export const imageConfig: object = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [DIGEST_A] } };
