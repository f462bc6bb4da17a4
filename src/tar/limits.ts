import { LimitError } from '../errors.ts';

/** What an archive may declare before reading it stops with a `LimitError`. The defaults let real archives of many gigabytes through. */
export interface Limits {
  /** Bytes of all extended headers and long names in front of one entry. */
  readonly metadata: number;
  /** Records of global extended headers that are in force at once: each entry with records of its own carries them all. */
  readonly globals: number;
  /** Entries of one archive. */
  readonly entries: number;
  /** Runs of data in one sparse file. Unbounded maps exhausted memory in other readers: CVE-2025-58183. */
  readonly sparse: number;
}

export const DEFAULT_LIMITS: Limits = { metadata: 1024 * 1024, globals: 100, entries: 10_000_000, sparse: 10_000 };

const CODES = { metadata: 'LIMIT_METADATA', globals: 'LIMIT_METADATA', entries: 'LIMIT_ENTRIES', sparse: 'LIMIT_SPARSE' } as const;

/** Throws if `actual` is over the named limit; `what` says of what there is too much. */
export function checkLimit(limits: Limits, name: keyof Limits, actual: number, what: string): void {
  if (actual <= limits[name]) return;
  throw new LimitError(
    CODES[name],
    `Cannot read the archive: ${what} is over the limit of ${limits[name]}; raise limits.${name} if you trust it`,
    limits[name],
    actual,
  );
}
