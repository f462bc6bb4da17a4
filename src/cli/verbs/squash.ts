import type { Command } from 'commander';
import { type SquashOptions, squashLayers } from '../../image/index.ts';
import { addChangeOptions, type Change, type ChangeVerbOptions, writeChanged } from '../change/write-changed.ts';
import { addExamples, IMAGE } from '../help.ts';
import { UsageError } from '../outcome.ts';

export function define(command: Command): void {
  command
    .description(
      'Makes one layer of several, by default of all: the tree stays the same, and what the layers hid from one another is gone. Their steps stay in the history, as steps without a layer.',
    )
    .argument('<image>', IMAGE)
    .argument('[layers]', 'which, as FIRST..LAST, counted from 0; FIRST.. is from there to the top')
    .action((image: string, layers: string | undefined, options: ChangeVerbOptions) => writeChanged(image, options, squashing(layers), 'gzip'));
  addChangeOptions(command, 'the new layer, gzip by default');
  addExamples(command, ['lading squash app.tar -o flat.tar', 'lading squash app.tar 2..5 -o oci:layout', 'lading squash app.tar 3.. -o small.tar']);
}

function squashing(layers: string | undefined): Change {
  const range = parseRange(layers);
  return async (old, store, change) => {
    const { length } = await old.layers();
    if ((range.from ?? 0) >= length || (range.to ?? 0) >= length)
      throw new UsageError(`Cannot squash layers ${layers ?? ''}: the image has ${length}, counted from 0`);
    return squashLayers(old, store, { ...change, ...range });
  };
}

function parseRange(text: string | undefined): Pick<SquashOptions, 'from' | 'to'> {
  if (text === undefined) return {};
  const [, from, to] = /^(\d{1,9})\.\.(\d{1,9})?$/.exec(text) ?? [];
  if (from === undefined || (to !== undefined && Number(to) < Number(from)))
    throw new UsageError(`Cannot squash layers ${JSON.stringify(text)}: write them as FIRST..LAST, such as 2..5, or as FIRST..`);
  return { from: Number(from), ...(to !== undefined && { to: Number(to) }) };
}
