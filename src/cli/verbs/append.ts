import type { Command } from 'commander';
import { appendLayer, type ChangeOptions, type Image } from '../../image/index.ts';
import type { Store } from '../../store/index.ts';
import type { Source } from '../../stream/index.ts';
import { addChangeOptions, type ChangeVerbOptions, writeChanged } from '../change/write-changed.ts';
import { addExamples, IMAGE } from '../help.ts';
import { withInput } from '../input.ts';
import { UsageError } from '../outcome.ts';

export function define(command: Command): void {
  command
    .description(
      'Puts layers on top of an image. Each layer is a tar, compressed or not, which is taken as it is: what it names .wh.NAME removes NAME. `build --base` makes layers of files and folders.',
    )
    .argument('<image>', IMAGE)
    .argument('<layer...>', 'tars, the lowest first')
    .action((image: string, layers: readonly string[], options: ChangeVerbOptions) =>
      writeChanged(image, options, (old, store, change) => appendAll(old, layers, store, change), 'gzip'),
    );
  addChangeOptions(command, 'the new layers, gzip by default');
  addExamples(command, [
    'lading append app.tar ca-certificates.tar -o app-ca.tar',
    'lading append oci:layout:1.2 fix.tar.gz -o oci:layout:1.2-fixed',
  ]);
}

async function appendAll(image: Image, [layer, ...rest]: readonly string[], store: Store, options: ChangeOptions): Promise<Image> {
  if (layer === undefined) return image;
  const appended = await withInput(layer, {}, async ({ archive }) => {
    if (archive.kind !== 'tar')
      throw new UsageError(
        `Cannot append ${JSON.stringify(layer)}: it is a ${archive.kind}, no plain tar; \`build --base\` makes layers of files and folders`,
      );
    return appendLayer(image, archive.bytes as Source, store, options); // kept, since not only a list was asked for
  });
  return appendAll(appended, rest, store, options);
}
