import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { HashAlgorithm, Hasher } from './hasher.ts';

/** A hasher in JavaScript, for runtimes without one of their own: WebCrypto hashes no stream. */
export function createHasher(algorithm: HashAlgorithm): Hasher {
  return algorithm === 'sha256' ? sha256.create() : sha512.create();
}
