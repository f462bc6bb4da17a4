import { type Command, InvalidArgumentError } from 'commander';
import { parseReference } from '../oci/index.ts';
import { addCompression, type CompressionChoice, compressionFrom } from './compression.ts';
import { type ImageDestination, imageDestination, imageName } from './image-destination.ts';
import { UsageError } from './outcome.ts';

/** What every verb is told that makes a new image. */
export interface NewImageOptions extends CompressionChoice {
  readonly output: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly tag?: readonly string[];
}

/** Adds these options. What `--tag` and `--compression` do is said in the verb's own words. */
export function addNewImageOptions(command: Command, tag: string, compression: string): Command {
  command
    .requiredOption('-o, --output <destination>', 'where to write: docker-archive:PATH, oci:DIR, oci-archive:PATH, a path alone, or -')
    .option('-f, --force', 'replace a file that is there')
    .option('-t, --tag <reference>', `${tag}; may be repeated`, collectName);
  return addCompression(command, compression);
}

/** Where a new image goes, and how its layers are compressed. */
export interface NewImage {
  readonly destination: ImageDestination;
  /** Standard output takes the image, and nothing else may be printed there. */
  readonly isSilent: boolean;
  /** The names that the command line gives it. */
  readonly tags: readonly string[];
  readonly compression: CompressionChoice;
}

/** Looks at all of it before there is any work; `usual` is what new layers are compressed with. @throws {UsageError} and as `imageDestination`. */
export function newImage(options: NewImageOptions, usual?: 'gzip'): NewImage {
  const { output, force = false, json = false, tag = [] } = options;
  const destination = imageDestination(output, force);
  const isSilent = destination.kind !== 'oci' && destination.file.kind === 'output';
  if (json && isSilent) throw new UsageError('Cannot print JSON: standard output takes the image; leave out --json, or name a file with -o');
  if (tag.length > 0 && destination.name !== undefined)
    throw new UsageError('Cannot name the image: both --tag and the destination do; leave out one');
  const tags = tag.map((name) => imageName(name, destination.kind));
  return { destination, isSilent, tags: [...new Set(tags)], compression: compressionFrom(options, usual) };
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
