const DATE_TIME = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * A time as RFC 3339 writes it, in seconds since 1970, without their fraction; `undefined` for what is none. Read as strictly as engines do: `T` and `Z` are
 * capitals, there are no leap seconds, and the day is one that its month has.
 */
export function parseTime(text: string): number | undefined {
  const [, date] = DATE_TIME.exec(text) ?? [];
  const milliseconds = Date.parse(text);
  if (date === undefined || Number.isNaN(milliseconds) || !isDate(date)) return undefined;
  return Math.floor(milliseconds / 1000);
}

/** `Date` takes the 30th of February for one of March. */
function isDate(date: string): boolean {
  return new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
}
