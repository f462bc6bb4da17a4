import type { Timestamp } from '../../tar/index.ts';

const DAY = 86_400;

/** RFC 3339 in UTC with nanoseconds; a year outside 0–9999 is in ISO 8601's expanded form, a sign and six digits or more. */
export function formatTime({ seconds, nanoseconds }: Timestamp): string {
  return `${toSecond(seconds)}.${digits(nanoseconds, 9)}Z`;
}

/** The same to the second, for people. */
export function shortTime({ seconds }: Timestamp): string {
  return `${toSecond(seconds)}Z`;
}

// `Date` ends 275,760 years from 1970; archives hold later times.
function toSecond(seconds: number): string {
  const days = Math.floor(seconds / DAY);
  const time = seconds - days * DAY;
  const clock = [Math.floor(time / 3600), Math.floor(time / 60) % 60, time % 60].map((part) => digits(part, 2));
  return `${date(days)}T${clock.join(':')}`;
}

/** The date so many days after 1970-01-01, by eras of 400 years that begin in March: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
function date(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return `${formatYear(yearOfEra + era * 400 + (month <= 2 ? 1 : 0))}-${digits(month, 2)}-${digits(day, 2)}`;
}

function formatYear(year: number): string {
  if (year >= 0 && year <= 9999) return digits(year, 4);
  return `${year < 0 ? '-' : '+'}${digits(Math.abs(year), 6)}`;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
