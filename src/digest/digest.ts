import { LadingError, quote } from '../errors.ts';
import type { HashAlgorithm } from './hasher.ts';

/** A digest as OCI writes it, `algorithm:encoded`, checked by `parseDigest` or computed here. */
export type Digest = `${string}:${string}`;

/** The two parts of a digest. `encoded` holds no separator of paths, so both parts may name a file. */
export interface DigestParts {
  readonly algorithm: string;
  readonly encoded: string;
}

// OCI image-spec 1.1, descriptor.md, "Digests".
const GRAMMAR = /^([a-z0-9]+(?:[+._-][a-z0-9]+)*):([a-zA-Z0-9=_-]+)$/;
const ENCODED: Readonly<Record<HashAlgorithm, RegExp>> = { sha256: /^[a-f0-9]{64}$/, sha512: /^[a-f0-9]{128}$/ };

/**
 * Takes a digest apart. An algorithm that this package does not know passes, as the specification asks, if the grammar allows it.
 * @throws {LadingError} `DIGEST_INVALID` where the text is no digest.
 */
export function parseDigest(text: string): DigestParts {
  const [, algorithm, encoded] = GRAMMAR.exec(text) ?? [];
  if (algorithm === undefined || encoded === undefined) throw invalid(text, 'it has not the form algorithm:encoded');
  if (isComputable(algorithm) && !ENCODED[algorithm].test(encoded))
    throw invalid(text, `${algorithm} is written as lower-case hex of its full length`);
  return { algorithm, encoded };
}

/** Whether the text is a digest by the grammar that `parseDigest` holds it to. */
export function isDigest(text: string): text is Digest {
  try {
    parseDigest(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * The text itself, once it is known to be a digest.
 * @throws {LadingError} `DIGEST_INVALID`
 */
export function asDigest(text: string): Digest {
  parseDigest(text);
  return text as Digest;
}

/**
 * The algorithm of a digest, if content can be checked against it here.
 * @throws {LadingError} `DIGEST_INVALID`, `DIGEST_ALGORITHM`
 */
export function algorithmOf(digest: string): HashAlgorithm {
  const { algorithm } = parseDigest(digest);
  if (isComputable(algorithm)) return algorithm;
  throw new LadingError('DIGEST_ALGORITHM', `Cannot check ${quote(digest)}: only sha256 and sha512 are computed here`);
}

function isComputable(algorithm: string): algorithm is HashAlgorithm {
  return Object.hasOwn(ENCODED, algorithm);
}

function invalid(text: string, reason: string): LadingError {
  return new LadingError('DIGEST_INVALID', `Cannot read the digest ${quote(text)}: ${reason}`);
}
