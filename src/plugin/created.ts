/** The last second of the year 9999, which RFC 3339 ends with. */
const LAST = 253402300799;

/** A time as seconds since 1970: it is given so, or as RFC 3339 writes it; `undefined` where it is neither. */
export function secondsOf(created: unknown): number | undefined {
  const seconds = typeof created === 'string' ? parsed(created.toUpperCase()) : created;
  return Number.isInteger(seconds) && (seconds as number) >= 0 && (seconds as number) <= LAST ? (seconds as number) : undefined;
}

// RFC 3339, 5.6. Without a zone the time would be another one on each machine; the hour 24 is of ISO 8601.
const DATE_TIME = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

function parsed(text: string): number | undefined {
  const [, date] = DATE_TIME.exec(text) ?? [];
  return date !== undefined && isDate(date) ? Math.floor(Date.parse(text) / 1000) : undefined;
}

/** `Date` takes the 30th of February for the first of March. */
function isDate(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}
