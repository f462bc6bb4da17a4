import type { Command } from 'commander';
import type { Layer } from '../../image/index.ts';
import type { HistoryRow } from '../../oci/index.ts';
import { addImageChoice, type TreeChoice, withChosenImage } from '../choice.ts';
import { formatSize } from '../format/size.ts';
import { tableLines } from '../format/table.ts';
import { printable } from '../format/text.ts';
import { addExamples, addJson, IMAGE } from '../help.ts';
import { writeJson, writeText } from '../output.ts';

export function define(command: Command): void {
  command
    .description('Tells the steps that made an image, the oldest first, and the layer that each one made.')
    .argument('<image>', IMAGE)
    .action(tell);
  addImageChoice(command);
  addJson(command);
  addExamples(command, ['lading history app.tar', 'lading history --json app.tar']);
}

async function tell(argument: string, options: TreeChoice & { readonly json?: true }): Promise<void> {
  await withChosenImage(argument, options, async (image) => {
    const [rows, layers] = [await image.history(), await image.layers()];
    if (options.json) return writeJson(rows.map((row) => jsonRow(row, layers)));
    const head = ['layer', 'size', 'created', 'instruction'];
    return writeText(tableLines([head, ...rows.map((row) => textRow(row, layers))], [0, 1]));
  });
}

function jsonRow({ entry, layer }: HistoryRow, layers: readonly Layer[]): object {
  const descriptor = layer === undefined ? undefined : layers[layer]?.descriptor;
  return {
    layer,
    digest: descriptor?.digest,
    size: descriptor?.size,
    created: entry?.created,
    createdBy: entry?.created_by,
    author: entry?.author || undefined,
    comment: entry?.comment || undefined,
  };
}

function textRow({ entry, layer }: HistoryRow, layers: readonly Layer[]): readonly string[] {
  const size = layer === undefined ? undefined : layers[layer]?.descriptor.size;
  return [
    layer === undefined ? '-' : String(layer),
    size === undefined ? '-' : formatSize(size),
    entry?.created?.slice(0, 19) ?? '-',
    printable(entry?.created_by || entry?.comment || '-'),
  ];
}
