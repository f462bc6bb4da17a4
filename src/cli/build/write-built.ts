import type { Command } from 'commander';
import type { BuiltImage, BuiltImages } from '../../build/index.ts';
import type { Descriptor, LayerCompression } from '../../oci/index.ts';
import { MemoryStore, type Store } from '../../store/index.ts';
import { collect } from '../container-options.ts';
import { type ImageDestination, imageDestination, writeImages } from '../image-destination.ts';
import { keep } from '../keep.ts';
import { UsageError } from '../outcome.ts';
import { writeJson, writeOut } from '../output.ts';

/** What a command line says of where and how a new image is written. */
export interface OutputOptions {
  readonly output: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly tag?: readonly string[];
  readonly author?: string;
  readonly compression?: LayerCompression;
  readonly level?: number;
}

/** Makes the images that are asked for, and writes them under their names. */
export async function writeBuilt(options: OutputOptions, make: (store: Store) => Promise<BuiltImages>): Promise<void> {
  const { output, force = false, json = false, tag = [] } = options;
  const destination = imageDestination(output, force);
  const isSilent = destination.kind !== 'oci' && destination.file.kind === 'output';
  if (json && isSilent) throw new UsageError('Cannot print JSON: standard output takes the image; leave out --json, or name a file with -o');
  const { store, descriptor, images } = await make(new MemoryStore({ keep }));
  const names = tag.length > 0 ? tag : [undefined];
  await writeImages(destination, { store, images: names.map((name) => ({ name, descriptor })) });
  if (json) await writeJson(await reportOf(destination, tag, descriptor, images));
  else if (!isSilent) await writeOut(`${descriptor.digest}\n`);
}

async function reportOf(
  { kind, path }: ImageDestination,
  tags: readonly string[],
  { digest }: Descriptor,
  built: readonly BuiltImage[],
): Promise<object> {
  return { kind: kind === 'oci' ? 'oci-layout' : kind, path, tags, digest, images: await Promise.all(built.map(imageJson)) };
}

async function imageJson({ image, layers }: BuiltImage): Promise<object> {
  const made = new Set(layers.map((layer) => layer?.descriptor.digest));
  return {
    digest: image.descriptor.digest,
    imageId: (await image.manifest()).config.digest,
    platform: image.descriptor.platform,
    layers: (await image.layers()).map(({ descriptor: { digest, size, mediaType }, diffId }) => ({
      digest,
      diffId,
      mediaType,
      size,
      made: made.has(digest),
    })),
  };
}

/** The options that every verb has that makes a new image. */
export function addOutputOptions(command: Command): Command {
  return command
    .requiredOption('-o, --output <destination>', 'where to write: docker-archive:PATH, oci:DIR, oci-archive:PATH, a path alone, or -')
    .option('-f, --force', 'replace a file that is there')
    .option('-t, --tag <reference>', 'a name of the image; may be repeated', collect)
    .option('--author <name>', 'who made it');
}
