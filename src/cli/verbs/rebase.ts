import type { Command } from 'commander';
import { type Image, rebaseImage } from '../../image/index.ts';
import { addChangeOptions, type Change, type ChangeVerbOptions, writeChanged } from '../change/write-changed.ts';
import { withChosenImage } from '../choice.ts';
import { addExamples, IMAGE } from '../help.ts';

interface Options extends ChangeVerbOptions {
  readonly from: string;
  readonly onto: string;
  readonly baseName?: string;
}

export function define(command: Command): void {
  command
    .description(
      'Puts the layers that an image has above its base on another base. They are not looked into: they must do as well there as on the old one. What the image sets itself in its configuration stays, all else is taken from the new base.',
    )
    .argument('<image>', IMAGE)
    .requiredOption('--from <image>', 'the base that it stands on: its layers are the lowest ones of the image')
    .requiredOption('--onto <image>', 'the new base')
    .option('--base-name <reference>', 'what the new base is called, for the annotation org.opencontainers.image.base.name')
    .action((image: string, options: Options) =>
      withBase(options.from, options, (from) =>
        withBase(options.onto, options, (onto) => writeChanged(image, options, rebasing(from, onto, options))),
      ),
    );
  addChangeOptions(command, 'new layers, of which a rebase makes none');
  addExamples(command, [
    'lading rebase app.tar --from debian-12.4.tar --onto debian-12.5.tar -o app-12.5.tar',
    'lading rebase oci:images:app --from oci:images:base-1 --onto oci:images:base-2 -o oci:images:app',
  ]);
}

/** The base for the platform that is asked for, where there are several. */
function withBase<T>(argument: string, { platform, semantics }: Options, use: (base: Image) => Promise<T>): Promise<T> {
  return withChosenImage(argument, { ...(platform !== undefined && { platform }), ...(semantics && { semantics }) }, use);
}

function rebasing(from: Image, onto: Image, { baseName }: Options): Change {
  return (image, store) => rebaseImage(image, from, onto, store, baseName === undefined ? {} : { baseName });
}
