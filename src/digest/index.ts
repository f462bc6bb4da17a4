export { algorithmOf, asDigest, type Digest, type DigestParts, isDigest, parseDigest } from './digest.ts';
export { Digester, digestOf, digestSource, digestStream } from './digester.ts';
export type { HashAlgorithm, Hasher } from './hasher.ts';
export { type Expected, verifyStream } from './verify.ts';
