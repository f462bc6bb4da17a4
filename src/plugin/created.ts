import { isSourceDate } from '../node/index.ts';
import { parseTime } from '../oci/index.ts';

/** A time as seconds since 1970: it is given so, or as RFC 3339 writes it; `undefined` where it is neither. */
export function secondsOf(created: unknown): number | undefined {
  const seconds = typeof created === 'string' ? parseTime(created.toUpperCase()) : created;
  return isSourceDate(seconds) ? seconds : undefined;
}
