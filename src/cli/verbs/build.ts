import { type Command, Option } from 'commander';
import { type BuildPlan, buildImages, type LayerPlan } from '../../build/index.ts';
import { formatPlatform, parsePlatform } from '../../oci/index.ts';
import { type Addition, parseAddition, withLayers } from '../build/addition.ts';
import { dateOf, sourceDate } from '../build/reproducible.ts';
import { addOutputOptions, type OutputOptions, writeBuilt } from '../build/write-built.ts';
import { imageChoice, parseCount } from '../choice.ts';
import { addContainerOptions, type ContainerOptions, collect, collectPair, containerChanges } from '../container-options.ts';
import { addExamples, addJson } from '../help.ts';
import { withInput } from '../input.ts';
import { UsageError } from '../outcome.ts';

interface Options extends ContainerOptions, OutputOptions {
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
    .addOption(new Option('--compression <name>', 'of the new layers, gzip by default').choices(['none', 'gzip', 'zstd']))
    .addOption(new Option('--level <level>', 'from 0 to 9 for gzip, 6 by default; from 1 to 22 for zstd, 3 by default').argParser(parseCount))
    .action((options: Options) => build(additions, options));
  addContainerOptions(command);
  addOutputOptions(command);
  addJson(command);
  addExamples(command, [
    'lading build --add dist:/app --entrypoint \'["/app/server"]\' -t app:1.0 -o app.tar',
    'lading build --base node.tar --add dist:/app --workdir /app --cmd \'["node","main.js"]\' -t app:1.0 -o oci:layout',
    'lading build --base oci:node:20 --platform linux/amd64 --platform linux/arm64 --add dist:/app -t app:1.0 -o oci:layout',
  ]);
}

async function build(additions: readonly Addition[], options: Options): Promise<void> {
  const { base, preserve = false } = options;
  if (base === undefined && additions.length === 0) throw new UsageError('Cannot build from nothing: give --add, or a base with --base');
  const time = sourceDate();
  const plan = planFrom(options, time);
  await withLayers(additions, { preserve, time }, (layers) =>
    withGrounds(options, ([first, ...others]) =>
      writeBuilt(options, (store) =>
        buildImages([{ ...plan(layers), ...first }, ...others.map((ground) => ({ ...plan(layers), ...ground }))], store),
      ),
    ),
  );
}

/** What the options ask for, but for the layers, which are read later. */
function planFrom(options: Options, time: number): (layers: readonly LayerPlan[]) => BuildPlan {
  const { author, annotation, compression, level } = options;
  const plan: BuildPlan = {
    container: containerChanges(options),
    created: dateOf(time),
    ...(author !== undefined && { author }),
    ...(annotation && { annotations: annotation }),
    ...(compression && { compression }),
    ...(level !== undefined && { level }),
  };
  return (layers) => ({ ...plan, layers });
}

/** Platform and base of one image. */
type Ground = Pick<BuildPlan, 'platform' | 'base'>;

/** Gives what each image stands on, while the base is open. */
async function withGrounds<T>({ base, image, platform }: Options, use: (grounds: readonly [Ground, ...Ground[]]) => Promise<T>): Promise<T> {
  const [first, ...others] = platform?.map((text) => parsePlatform(text)) ?? [];
  const [one, ...more] = [first, ...others].map((wanted): Ground => (wanted ? { platform: wanted } : {})) as [Ground, ...Ground[]];
  if (base === undefined) return use([one, ...more]);
  return withInput(base, {}, async (input) => {
    const { archive } = input;
    if (archive.kind === 'tar' || archive.kind === 'folder')
      throw new UsageError(
        `Cannot build on ${JSON.stringify(base)}: it is a ${archive.kind}, no image; \`import\` makes one of a tar, and --add-tar adds one`,
      );
    const choice = imageChoice(input, image === undefined ? {} : { image });
    const on = async (ground: Ground): Promise<Ground> => ({
      ...ground,
      base: await archive.image(ground.platform ? { ...choice, platform: formatPlatform(ground.platform) } : choice),
    });
    return use([await on(one), ...(await Promise.all(more.map(on)))]);
  });
}
