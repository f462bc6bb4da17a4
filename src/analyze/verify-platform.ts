import type { CatalogImage } from '../image/index.ts';
import { formatPlatform, type ImageConfig, normalizePlatform, type Platform } from '../oci/index.ts';
import type { Finding } from './finding.ts';

/** The platform by which an index has engines choose an image must be the one of its configuration, which is what the image runs on. */
export function* verifyPlatform({ platform: said, image }: CatalogImage, { os, architecture, variant }: ImageConfig): Generator<Finding> {
  if (!said || !os || !architecture) return;
  const actual = { os, architecture, ...(variant && { variant }) };
  if (isSame(normalizePlatform(said), normalizePlatform(actual), Boolean(said.variant && variant))) return;
  const message = `the index says ${formatPlatform(said)}, the configuration ${formatPlatform(actual)}`;
  yield { code: 'PLATFORM', severity: 'warning', where: image.descriptor.digest, message };
}

/** A variant that one side leaves out contradicts nothing. */
function isSame(said: Platform, actual: Platform, haveVariants: boolean): boolean {
  return said.os === actual.os && said.architecture === actual.architecture && (!haveVariants || said.variant === actual.variant);
}
