import type { Command } from 'commander';
import { buildImages } from '../../build/index.ts';
import { parsePlatform } from '../../oci/index.ts';
import { sourceDate } from '../build/reproducible.ts';
import { addBuildOptions, type BuildVerbOptions, planFrom, writeBuilt } from '../build/write-built.ts';
import { addContainerOptions } from '../container-options.ts';
import { addExamples, addJson } from '../help.ts';
import { plainTree, withInput } from '../input.ts';
import { newImage } from '../new-image.ts';
import { UsageError } from '../outcome.ts';

interface Options extends BuildVerbOptions {
  readonly platform?: string;
}

export function define(command: Command): void {
  command
    .description(
      'Makes an image of one layer from a tar that holds a root file system, such as `docker export` writes: what `docker import` does. Owners, permissions and times are those of the tar. The digest is printed.',
    )
    .argument('<tar>', 'a tar, compressed or not, or - for standard input')
    .option('--platform <platform>', 'what it runs on, os/architecture[/variant]; linux/amd64 by default')
    .action(importTar);
  addContainerOptions(command);
  addBuildOptions(command, 'the layer');
  addJson(command);
  addExamples(command, [
    'lading import rootfs.tar.xz -t debian-mini:12 --cmd \'["/bin/bash"]\' -o debian.tar',
    'docker export box | lading import - -t box:1 -o oci:layout',
  ]);
}

async function importTar(tar: string, options: Options): Promise<void> {
  const { platform, json } = options;
  const wanted = newImage(options, 'gzip');
  const plan = {
    ...planFrom(options, wanted, sourceDate()),
    ...(platform !== undefined && { platform: parsePlatform(platform) }),
  };
  await withInput(tar, {}, async ({ archive }) => {
    if (archive.kind === 'folder')
      throw new UsageError(`Cannot import ${JSON.stringify(tar)}: it is a folder; \`build --add ${tar}:/\` makes an image of it`);
    if (archive.kind !== 'tar')
      throw new UsageError(
        `Cannot import ${JSON.stringify(tar)}: it is a ${archive.kind} and holds images already; \`convert\` writes them in another form`,
      );
    const layers = [{ tree: await plainTree(archive), createdBy: 'lading import' }];
    await writeBuilt(wanted, json, (store, building) => buildImages([{ ...plan, layers }], store, building));
  });
}
