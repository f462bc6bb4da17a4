import { type Command, InvalidArgumentError, Option } from 'commander';
import { COMPRESSION_LEVELS } from '../compress/index.ts';
import { type LayerCompression, parseReference } from '../oci/index.ts';
import { parseCount } from './choice.ts';
import { type ImageDestination, imageDestination, imageName } from './image-destination.ts';
import { UsageError } from './outcome.ts';

/** What every verb is told that makes a new image. */
export interface NewImageOptions {
  readonly output: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly tag?: readonly string[];
  readonly compression?: LayerCompression;
  readonly level?: number;
}

/** Adds these options. What `--tag` and `--compression` do is said in the verb's own words. */
export function addNewImageOptions(command: Command, tag: string, compression: string): Command {
  return command
    .requiredOption('-o, --output <destination>', 'where to write: docker-archive:PATH, oci:DIR, oci-archive:PATH, a path alone, or -')
    .option('-f, --force', 'replace a file that is there')
    .option('-t, --tag <reference>', `${tag}; may be repeated`, collectName)
    .addOption(new Option('--compression <name>', compression).choices(['none', 'gzip', 'zstd']))
    .addOption(new Option('--level <level>', 'from 0 to 9 for gzip, from 1 to 22 for zstd; 3 by default').argParser(parseCount));
}

/** Where a new image goes, and how its layers are compressed. */
export interface NewImage {
  readonly destination: ImageDestination;
  /** Standard output takes the image, and nothing else may be printed there. */
  readonly isSilent: boolean;
  /** The names that the command line gives it. */
  readonly tags: readonly string[];
  readonly compression: { readonly compression?: LayerCompression; readonly level?: number };
}

/** Looks at all of it before there is any work. @throws {UsageError} and as `imageDestination`. */
export function newImage(options: NewImageOptions): NewImage {
  const { output, force = false, json = false, tag = [] } = options;
  const destination = imageDestination(output, force);
  const isSilent = destination.kind !== 'oci' && destination.file.kind === 'output';
  if (json && isSilent) throw new UsageError('Cannot print JSON: standard output takes the image; leave out --json, or name a file with -o');
  if (tag.length > 0 && destination.name !== undefined)
    throw new UsageError('Cannot name the image: both --tag and the destination do; leave out one');
  const tags = tag.map((name) => imageName(name, destination.kind));
  return { destination, isSilent, tags: [...new Set(tags)], compression: compressionFrom(options) };
}

function compressionFrom({ compression, level }: NewImageOptions): NewImage['compression'] {
  if (level === undefined) return compression ? { compression } : {};
  if (compression === undefined || compression === 'none')
    throw new UsageError('Cannot use a level: it is one of a compression; give --compression gzip or zstd');
  const { least, most } = COMPRESSION_LEVELS[compression];
  if (level < least || level > most) throw new UsageError(`Cannot use level ${level}: ${compression} has the levels ${least} to ${most}`);
  return { compression, level };
}

/** A tag alone is a name in layouts; whatever else there is must be a reference. */
function collectName(name: string, names: readonly string[] = []): readonly string[] {
  try {
    if (!/^\w[\w.-]{0,127}$/.test(name)) parseReference(name);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
  return [...names, name];
}
