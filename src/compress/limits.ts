import { LimitError } from '../errors.ts';

/** How far decompression may go. Sizes are in bytes. */
export interface DecompressLimits {
  /** What may come out in all. No limit by default: nothing is kept here, so whoever keeps it knows better. */
  readonly size: number;
  /**
   * How many bytes may come out for one that went in, once more than `ratioFrom` bytes have come out. Deflate makes at most 1032 of one, so gzip never
   * meets the default of 2,000, however sparse its content; zstd, xz and bzip2 can make ten thousand and more of one, which is what a bomb needs.
   */
  readonly ratio: number;
  /** Below this size the ratio does not count: 1 GiB by default. Small things of a high ratio, such as a file of zeros, are ordinary. */
  readonly ratioFrom: number;
  /** The window that a zstd frame may ask for, held in memory while it is unpacked: 128 MiB by default, which is what `zstd --long` takes. */
  readonly window: number;
}

const DEFAULTS: DecompressLimits = { size: Number.POSITIVE_INFINITY, ratio: 2000, ratioFrom: 2 ** 30, window: 2 ** 27 };

/** The limits asked for, the defaults for the rest. */
export function withDefaults(limits: Partial<DecompressLimits> = {}): DecompressLimits {
  return { ...DEFAULTS, ...limits };
}

/** Throws unless `size` bytes may have come out of `taken`. */
export function checkOutput(size: number, taken: number, limits: DecompressLimits): void {
  if (size > limits.size) throw exceeded('LIMIT_SIZE', 'size', limits.size, size);
  if (size > limits.ratioFrom && size > limits.ratio * taken) throw exceeded('LIMIT_RATIO', 'ratio', limits.ratio, Math.ceil(size / taken));
}

function exceeded(code: 'LIMIT_SIZE' | 'LIMIT_RATIO', name: 'size' | 'ratio', limit: number, actual: number): LimitError {
  const what = name === 'size' ? `more than ${limit} bytes come out` : `more than ${limit} bytes come out for one that goes in`;
  return new LimitError(code, `Cannot decompress any further: ${what}; raise limits.${name} if the data is trusted`, limit, actual);
}
