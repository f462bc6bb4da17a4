/** An incremental hash. `digest` ends it: no call may follow. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array;
}

/** The algorithms that this package computes. Both sides of the seam `#hash` export `createHasher(algorithm): Hasher`. */
export type HashAlgorithm = 'sha256' | 'sha512';
