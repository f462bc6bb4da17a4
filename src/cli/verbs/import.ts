import { type Command, Option } from 'commander';
import { buildImages } from '../../build/index.ts';
import { parsePlatform } from '../../oci/index.ts';
import { dateOf, sourceDate } from '../build/reproducible.ts';
import { addOutputOptions, type OutputOptions, writeBuilt } from '../build/write-built.ts';
import { parseCount } from '../choice.ts';
import { addContainerOptions, type ContainerOptions, containerChanges } from '../container-options.ts';
import { addExamples, addJson } from '../help.ts';
import { plainTree, withInput } from '../input.ts';
import { UsageError } from '../outcome.ts';

interface Options extends ContainerOptions, OutputOptions {
  readonly platform?: string;
}

export function define(command: Command): void {
  command
    .description(
      'Makes an image of one layer from a tar that holds a root file system, such as `docker export` writes: what `docker import` does. Owners, permissions and times are those of the tar. The digest is printed.',
    )
    .argument('<tar>', 'a tar, compressed or not, or - for standard input')
    .option('--platform <platform>', 'what it runs on, os/architecture[/variant]; linux/amd64 by default')
    .addOption(new Option('--compression <name>', 'of the layer, gzip by default').choices(['none', 'gzip', 'zstd']))
    .addOption(new Option('--level <level>', 'from 0 to 9 for gzip, 6 by default; from 1 to 22 for zstd, 3 by default').argParser(parseCount))
    .action(importTar);
  addContainerOptions(command);
  addOutputOptions(command);
  addJson(command);
  addExamples(command, [
    'lading import rootfs.tar.xz -t debian-mini:12 --cmd \'["/bin/bash"]\' -o debian.tar',
    'docker export box | lading import - -t box:1 -o oci:layout',
  ]);
}

async function importTar(tar: string, options: Options): Promise<void> {
  const { platform, author, compression, level } = options;
  const created = dateOf(sourceDate());
  const container = containerChanges(options);
  await withInput(tar, {}, async ({ archive }) => {
    if (archive.kind === 'folder')
      throw new UsageError(`Cannot import ${JSON.stringify(tar)}: it is a folder; \`build --add ${tar}:/\` makes an image of it`);
    if (archive.kind !== 'tar')
      throw new UsageError(
        `Cannot import ${JSON.stringify(tar)}: it is a ${archive.kind} and holds images already; \`convert\` writes them in another form`,
      );
    const layers = [{ tree: await plainTree(archive), createdBy: 'lading import' }];
    const plan = {
      layers,
      container,
      created,
      ...(platform !== undefined && { platform: parsePlatform(platform) }),
      ...(author !== undefined && { author }),
      ...(compression && { compression }),
      ...(level !== undefined && { level }),
    };
    await writeBuilt(options, (store) => buildImages([plan], store));
  });
}
