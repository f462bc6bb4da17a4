import { DigestError } from '../errors.ts';
import { type ByteStream, lentLike } from '../stream/index.ts';
import { algorithmOf } from './digest.ts';
import { Digester } from './digester.ts';

/** What a descriptor promises of its content: a digest and, where it is known, the size in bytes. */
export interface Expected {
  readonly digest: string;
  readonly size?: number;
}

/**
 * Passes a stream on and makes sure that it is what a descriptor promises. The size comes first: a chunk that leads past it is not passed on, so
 * content that never ends costs nothing. The digest is known only at the end: what was passed on is to be trusted when the stream has ended without
 * an error, not before.
 * @throws {LadingError} `DIGEST_INVALID` or `DIGEST_ALGORITHM`, before anything is read.
 * @throws {DigestError} `DIGEST_SIZE`, `DIGEST_MISMATCH`
 */
export function verifyStream(stream: ByteStream, expected: Expected): ByteStream {
  return lentLike(passVerified(stream, expected, new Digester(algorithmOf(expected.digest))), stream);
}

async function* passVerified(
  stream: ByteStream,
  { digest, size = Number.POSITIVE_INFINITY }: Expected,
  digester: Digester,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    digester.update(chunk);
    if (digester.size > size) throw sizeError(digest, size, digester.size, 'goes on past');
    yield chunk;
  }
  if (digester.size !== size && Number.isFinite(size)) throw sizeError(digest, size, digester.size, 'ends before');
  const actual = digester.digest();
  if (actual !== digest)
    throw new DigestError('DIGEST_MISMATCH', `Cannot trust the content of ${digest}: its bytes have the digest ${actual}`, digest, actual);
}

function sizeError(digest: string, expected: number, actual: number, how: string): DigestError {
  return new DigestError('DIGEST_SIZE', `Cannot trust the content of ${digest}: it ${how} its ${expected} bytes`, expected, actual);
}
