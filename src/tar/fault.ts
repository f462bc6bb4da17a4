import { type ErrorCode, TarError } from '../errors.ts';

/** What is thrown of something in the archive that starts at `offset` and cannot be read. */
export function fault(code: ErrorCode, offset: number, reason: string, what = 'header', entry?: string): TarError {
  return new TarError(code, `Cannot read the ${what} at ${offset}: ${reason}`, offset, entry);
}
