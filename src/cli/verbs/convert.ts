import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { type ConvertedImage, compareConversion, type ImageSet, imagesToCopy, recompressImages } from '../../convert.ts';
import type { RecompressOptions } from '../../image/index.ts';
import { formatPlatform } from '../../oci/index.ts';
import { MemoryStore, writableOverlay } from '../../store/index.ts';
import { imageChoice, parseCount, type TreeChoice } from '../choice.ts';
import { addCompression, type CompressionChoice, compressionFrom } from '../compression.ts';
import { addExamples, addJson, IMAGE } from '../help.ts';
import { type ImageDestination, imageDestination, renamed, tagAll, withLayout, writeImages } from '../image-destination.ts';
import { withInput } from '../input.ts';
import { tagsOf } from '../inspect/image-facts.ts';
import { keepMade } from '../keep.ts';
import { note, UsageError } from '../outcome.ts';
import { writeJson } from '../output.ts';

interface Options extends Pick<TreeChoice, 'image' | 'platform'>, CompressionChoice {
  readonly json?: boolean;
  readonly output?: string;
  readonly force?: boolean;
  readonly jobs?: number;
  readonly classic?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      'Writes images in another form: docker-archive:PATH[:REF], oci:DIR[:REF], oci-archive:PATH[:REF], or a path alone, which is an OCI layout if it is a folder and else a docker-archive. All images go along unless one is chosen, and into an OCI layout that is there they are added. Content stays byte for byte, and so do digests, unless --compression asks for another one.',
    )
    .argument('<image>', IMAGE)
    .argument('[destination]', 'where to write')
    .option('-o, --output <destination>', 'where to write; - is standard output')
    .option('-f, --force', 'replace a file that is there')
    .addOption(new Option('--image <image>', 'only what has this tag, position (@N), digest or image ID'))
    .addOption(new Option('--platform <platform>', 'only the one for os/architecture[/variant]'));
  addCompression(command, 'compress all layers so')
    .addOption(new Option('--jobs <count>', 'how many layers at once; by default as many as there are processors').argParser(parseCount))
    .option('--classic', 'a docker-archive as engines before 25 wrote it, with plain layers')
    .action(convert);
  addJson(command);
  addExamples(command, [
    'lading convert app.tar oci:layout',
    'lading convert app.tar oci:layout --compression gzip',
    'lading convert oci:layout:1.2 docker-archive:app.tar:app:1.2',
    'lading convert images.tar --image app:1.2 -o - | docker load',
  ]);
}

async function convert(image: string, path: string | undefined, options: Options): Promise<void> {
  const destination = destinationFrom(path, options);
  const recompression = recompressionFrom(options);
  await withInput(image, {}, async (input) => {
    const { archive } = input;
    if (archive.kind === 'tar' || archive.kind === 'folder')
      throw new UsageError(`Cannot convert: this is a ${archive.kind} and holds no images; \`import\` makes an image of a tar`);
    const from = await imagesToCopy(archive, imageChoice(input, options));
    renamed(from.images, destination.name); // before the work, whether it can be
    const images = await write(destination, from, recompression, options.classic, (to) => compareConversion(from, to));
    await report(images, destination, options.json);
  });
}

function destinationFrom(path: string | undefined, { output, force = false, classic, json }: Options): ImageDestination {
  const argument = output ?? path;
  if (argument === undefined || (output !== undefined && path !== undefined))
    throw new UsageError('Cannot convert: name one destination, as the second argument or with -o');
  const destination = imageDestination(argument, force);
  if (classic && destination.kind !== 'docker-archive') throw new UsageError('Cannot write the classic form: it is one of a docker-archive');
  if (json && destination.kind !== 'oci' && destination.file.kind === 'output')
    throw new UsageError('Cannot print JSON: standard output takes the archive; leave out --json, or name a file with -o');
  return destination;
}

function recompressionFrom({ jobs = availableParallelism(), classic, ...choice }: Options): RecompressOptions | undefined {
  if (jobs < 1) throw new UsageError('Cannot work with 0 jobs: give at least 1');
  const { compression, ...rest } = compressionFrom(choice);
  if (!classic) return compression && { compression, jobs, ...rest };
  if (compression !== undefined && compression !== 'none') throw new UsageError('Cannot compress layers: the classic form has plain ones');
  return { compression: 'none', jobs };
}

/**
 * Writes, and looks at what was written while it is open. Recompressed layers that go into an archive wait in temporary files, for its headers need their
 * sizes first.
 */
async function write<T>(
  destination: ImageDestination,
  from: ImageSet,
  options: RecompressOptions | undefined,
  classic: boolean | undefined,
  look: (written: ImageSet) => Promise<T>,
): Promise<T> {
  const { name } = destination;
  if (!options) {
    await writeImages(destination, from, classic);
    return look({ ...from, images: renamed(from.images, name) });
  }
  if (destination.kind === 'oci')
    return withLayout(destination.path, async (store, signal) => {
      const images = renamed(await recompressImages(from, store, { ...options, signal }), name);
      await tagAll(store, images);
      return look({ store, images });
    });
  const store = writableOverlay(new MemoryStore({ keep: keepMade }), from.store);
  const images = renamed(await recompressImages(from, store, options), name);
  await writeImages(destination, { store, images }, classic);
  return look({ store, images });
}

async function report(images: readonly ConvertedImage[], { kind, path }: ImageDestination, json = false): Promise<void> {
  for (const image of images) {
    if (kind === 'docker-archive' && image.withoutRootFs) note(`engines do not load ${called(image)}: its configuration has no rootfs`);
  }
  if (json) return writeJson({ kind: kind === 'oci' ? 'oci-layout' : kind, path, images: images.map(imageJson) });
  for (const image of images) {
    const { before, after, attested } = image;
    if (before === after) continue;
    note(`the manifest of ${called(image)} is ${after} now; it was ${before}`);
    if (attested) note(`an attestation of ${called(image)} still names the old digest`);
  }
}

function called({ names, platform, imageId }: ConvertedImage): string {
  const [tag = imageId ?? 'an image'] = tagsOf(names);
  return platform ? `${tag} (${formatPlatform(platform)})` : tag;
}

function imageJson({ names, platform, imageId, before, after, attested }: ConvertedImage): object {
  return {
    tags: tagsOf(names),
    platform,
    imageId,
    digestBefore: before ?? null,
    digest: after,
    changed: before !== after,
    ...(attested && { attested }),
  };
}
