import { TarError } from '../errors.ts';
import { BLOCK } from './format.ts';

/** The error of an archive that ends inside a body. */
export function bodyTruncated(name: string, offset: number, wanted: number, there: number): TarError {
  return new TarError('TAR_TRUNCATED', `Cannot read ${JSON.stringify(name.slice(0, 80))}: its body at ${offset} has ${Math.max(there, 0)} of ${wanted} bytes; the archive was cut, or not copied whole`, offset, name);
}

/** Bytes between the end of a body and the next block. */
export function paddingOf(stored: number): number {
  return (BLOCK - (stored % BLOCK)) % BLOCK;
}
