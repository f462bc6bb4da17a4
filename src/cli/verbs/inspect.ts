import { type Command, Option } from 'commander';
import type { LayerCompression } from '../../oci/index.ts';
import { addImageChoice, imageChoice, type TreeChoice, treeReading, withChosenImage } from '../choice.ts';
import { addExamples, addJson, IMAGE } from '../help.ts';
import { type Input, withInput } from '../input.ts';
import { screenLines } from '../inspect/screen.ts';
import { writeJson, writeOut, writeText } from '../output.ts';

interface Options extends TreeChoice {
  readonly json?: boolean;
  readonly raw?: 'manifest' | 'config';
  readonly registryDigest?: LayerCompression;
}

export function define(command: Command): void {
  command
    .description(
      'Says what it is and what it holds, on one screen. Of images: platform, configuration, layers with their sizes, what of them is hidden, and the instruction behind each. Of a tar: entries by type, sizes, times, the largest files, and what is notable.',
    )
    .argument('<image>', IMAGE)
    .addOption(new Option('--raw <document>', "an image's document, byte for byte").choices(['manifest', 'config']))
    .addOption(
      new Option(
        '--registry-digest [compression]',
        'the digest that a registry would give it, with layers compressed by lading: gzip if not said otherwise',
      ).choices(['gzip', 'zstd', 'none']),
    )
    .action(inspect);
  addImageChoice(command);
  addJson(command);
  addExamples(command, [
    'lading inspect app.tar',
    'lading inspect --json app.tar',
    'lading inspect --raw config --image app:1.2 images.tar',
    'lading inspect --registry-digest app.tar',
    'docker save app | lading inspect -',
  ]);
}

async function inspect(argument: string, options: Options): Promise<void> {
  const { json, raw, registryDigest } = options;
  if (raw) {
    const { rawDocument } = await import('../inspect/images.ts');
    return withChosenImage(argument, options, async (image) => writeOut(await rawDocument(image, raw)));
  }
  if (registryDigest) {
    const { showRegistryDigest } = await import('../inspect/registry-digest.ts');
    return withInput(argument, {}, (input) => showRegistryDigest(input.archive, imageChoice(input, options), registryDigest, json));
  }
  await withInput(argument, { listOnly: true, ...treeReading(options) }, async (input) => {
    const view = await viewOf(argument, input, options);
    return json ? writeJson(view.json) : writeText(view.lines);
  });
}

interface View {
  /** Of the form of docs/schema/inspect.json. */
  readonly json: object;
  readonly lines: Iterable<string>;
}

/** Each kind is looked at in a file of its own, loaded where it is met. */
async function viewOf(title: string, input: Input, choice: TreeChoice): Promise<View> {
  const { archive, size } = input;
  if (archive.kind !== 'tar' && archive.kind !== 'folder')
    return (await import('../inspect/images.ts')).inspectImages(archive, imageChoice(input, choice));
  const { json, rows } =
    archive.kind === 'tar'
      ? await (await import('../inspect/tar.ts')).inspectTar(archive, size)
      : await (await import('../inspect/folder.ts')).inspectFolder(archive);
  return { json, lines: screenLines(title, rows) };
}
