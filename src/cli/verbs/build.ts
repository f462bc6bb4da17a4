import type { Command } from 'commander';
import { type BuildPlan, buildImages } from '../../build/index.ts';
import { formatPlatform, type Platform, parsePlatform } from '../../oci/index.ts';
import { type Addition, parseAddition, withLayers } from '../build/addition.ts';
import { sourceDate } from '../build/reproducible.ts';
import { addBuildOptions, type BuildVerbOptions, planFrom, writeBuilt } from '../build/write-built.ts';
import { imageChoice } from '../choice.ts';
import { addContainerOptions, collect, collectPair } from '../container-options.ts';
import { addExamples, addJson } from '../help.ts';
import { withInput } from '../input.ts';
import { newImage } from '../new-image.ts';
import { UsageError } from '../outcome.ts';

interface Options extends BuildVerbOptions {
  readonly base?: string;
  readonly image?: string;
  readonly platform?: readonly string[];
  readonly preserve?: boolean;
  readonly annotation?: Readonly<Record<string, string>>;
}

export function define(command: Command): void {
  const additions: Addition[] = [];
  command
    .description(
      "Makes an image: on a base or from nothing, with one layer for each --add, in their order. A folder's contents land in DEST, without what its .dockerignore names. Files get one owner (root), one time and plain permissions, so that the same files always make the same image; --preserve keeps those of the disk. The digest is printed.",
    )
    .option('--base <image>', 'the image to stand on: a file, a folder, or TRANSPORT:PATH:REF')
    .option('--image <image>', 'of several images of the base, the one with this tag, position (@N), digest or image ID')
    .option('--add <src:dest>', 'a folder or file, and where in the image it goes; may be repeated', (text) =>
      additions.push(parseAddition('disk', text)),
    )
    .option('--add-tar <tar:dest>', 'what is in a tar, with its owners, permissions and times; may be repeated', (text) =>
      additions.push(parseAddition('tar', text)),
    )
    .option('--preserve', 'keep owners, permissions and times of the disk')
    .option('--platform <platform>', 'what it runs on, os/architecture[/variant]; repeated: one image for each, as one index', collect)
    .option('--annotation <name=value>', 'an annotation of the manifest; may be repeated', collectPair)
    .action((options: Options) => build(additions, options));
  addContainerOptions(command);
  addBuildOptions(command, 'the new layers');
  addJson(command);
  addExamples(command, [
    'lading build --add dist:/app --entrypoint \'["/app/server"]\' -t app:1.0 -o app.tar',
    'lading build --base node.tar --add dist:/app --workdir /app --cmd \'["node","main.js"]\' -t app:1.0 -o oci:layout',
    'lading build --base oci:node:20 --platform linux/amd64 --platform linux/arm64 --add dist:/app -t app:1.0 -o oci:layout',
  ]);
}

async function build(additions: readonly Addition[], options: Options): Promise<void> {
  const { base, preserve = false, annotation, json } = options;
  if (base === undefined && additions.length === 0) throw new UsageError('Cannot build from nothing: give --add, or a base with --base');
  const wanted = newImage(options, 'gzip');
  const time = sourceDate();
  const plan = { ...planFrom(options, wanted, time), ...(annotation && { annotations: annotation }) };
  const reading = { preserve, time, output: wanted.destination.path };
  await withGrounds(options, (grounds) =>
    withLayers(additions, reading, (layers) => {
      const [first, ...others] = grounds.map((ground): BuildPlan => ({ ...plan, layers, ...ground })) as [BuildPlan, ...BuildPlan[]];
      return writeBuilt(wanted, json, (store, building) => buildImages([first, ...others], store, building));
    }),
  );
}

/** Platform and base of one image. */
type Ground = Pick<BuildPlan, 'platform' | 'base'>;

/** Gives what each image stands on, while the base is open. */
async function withGrounds<T>({ base, image, platform = [] }: Options, use: (grounds: readonly Ground[]) => Promise<T>): Promise<T> {
  const platforms = distinctPlatforms(platform);
  const grounds: readonly Ground[] = platforms.length > 0 ? platforms.map((wanted) => ({ platform: wanted })) : [{}];
  if (base === undefined && image !== undefined) throw new UsageError('Cannot choose an image of the base: name the base with --base');
  if (base === undefined) return use(grounds);
  return withInput(base, {}, async (input) => {
    const { archive } = input;
    if (archive.kind === 'tar' || archive.kind === 'folder')
      throw new UsageError(
        `Cannot build on ${JSON.stringify(base)}: it is a ${archive.kind}, no image; \`import\` makes one of a tar, and --add-tar adds one`,
      );
    const choice = imageChoice(input, image === undefined ? {} : { image });
    const onBase = async (ground: Ground): Promise<Ground> => ({
      ...ground,
      base: await archive.image(ground.platform ? { ...choice, platform: formatPlatform(ground.platform) } : choice),
    });
    return use(await Promise.all(grounds.map(onBase)));
  });
}

function distinctPlatforms(texts: readonly string[]): readonly Platform[] {
  const platforms = new Map<string, Platform>();
  for (const platform of texts.map((text) => parsePlatform(text))) {
    const name = formatPlatform(platform);
    if (platforms.has(name)) throw new UsageError(`Cannot build two images for ${name}: an index has one for each platform`);
    platforms.set(name, platform);
  }
  return [...platforms.values()];
}
