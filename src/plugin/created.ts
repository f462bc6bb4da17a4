import { parseTime } from '../oci/index.ts';

/** The last second of the year 9999, which RFC 3339 ends with. */
const LAST = 253402300799;

/** A time as seconds since 1970: it is given so, or as RFC 3339 writes it; `undefined` where it is neither. */
export function secondsOf(created: unknown): number | undefined {
  const seconds = typeof created === 'string' ? parseTime(created.toUpperCase()) : created;
  return Number.isInteger(seconds) && (seconds as number) >= 0 && (seconds as number) <= LAST ? (seconds as number) : undefined;
}
