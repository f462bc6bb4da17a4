/** Whether it is a whole second from 1970 to the end of the year 9999, where RFC 3339 ends. */
export function isSourceDate(seconds: unknown): seconds is number {
  return Number.isInteger(seconds) && (seconds as number) >= 0 && (seconds as number) <= 253_402_300_799;
}

/**
 * The second that everything made is to be of: `SOURCE_DATE_EPOCH` (reproducible-builds.org), or 0.
 * @throws {RangeError} where the variable is no number of seconds.
 */
export function sourceDate(environment: NodeJS.ProcessEnv = process.env): number {
  const { SOURCE_DATE_EPOCH } = environment;
  const text = SOURCE_DATE_EPOCH || '0';
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || !isSourceDate(seconds))
    throw new RangeError(`Cannot read SOURCE_DATE_EPOCH: ${JSON.stringify(text)} is no number of seconds since 1970`);
  return seconds;
}

/** A second as an image configuration writes it. */
export function dateOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
