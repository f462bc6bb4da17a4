import { encodeText, hasEscapes } from '../bytes/index.ts';

/** A lossless path as the host's calls take it: as bytes where it is not UTF-8, which only POSIX systems allow. */
export function hostPath(path: string): string | Buffer {
  return process.platform !== 'win32' && hasEscapes(path) ? Buffer.from(encodeText(path)) : path;
}
