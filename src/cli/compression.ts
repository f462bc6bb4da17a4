import { type Command, Option } from 'commander';
import { COMPRESSION_LEVELS, compress } from '../compress/index.ts';
import type { LayerCompression } from '../oci/index.ts';
import { parseCount } from './choice.ts';
import { UsageError } from './outcome.ts';

/** How layers that are written are to be compressed. */
export interface CompressionChoice {
  readonly compression?: LayerCompression;
  readonly level?: number;
}

/** Adds `--compression`, in the verb's own words, and `--level`. */
export function addCompression(command: Command, words: string): Command {
  const levels = Object.entries(COMPRESSION_LEVELS).map(([name, { least, most, usual }]) => `${name} has ${least} to ${most}, by default ${usual}`);
  return command
    .addOption(new Option('--compression <name>', words).choices(['none', 'gzip', 'zstd']))
    .addOption(new Option('--level <level>', levels.join('; ')).argParser(parseCount));
}

/**
 * What was chosen, and can be: looked at before there is any work. A level alone is one of what is `usual`.
 * @throws {UsageError} @throws {LadingError} `COMPRESS_UNSUPPORTED`
 */
export function compressionFrom({ compression, level }: CompressionChoice, usual?: 'gzip'): CompressionChoice {
  if (compression === undefined && level !== undefined && usual) return compressionFrom({ compression: usual, level });
  const leveled = level !== undefined && { level };
  if (compression !== undefined && compression !== 'none') assertPossible(() => compress([], { format: compression, ...leveled }));
  else if (leveled) throw new UsageError('Cannot use a level: it is one of a compression; give --compression gzip or zstd');
  return { ...(compression && { compression }), ...leveled };
}

function assertPossible(begin: () => unknown): void {
  try {
    begin();
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}
