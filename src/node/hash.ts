import { createHash } from 'node:crypto';
import type { HashAlgorithm, Hasher } from '../digest/index.ts';

/** A hasher of Node's own OpenSSL. */
export function createHasher(algorithm: HashAlgorithm): Hasher {
  return createHash(algorithm);
}
