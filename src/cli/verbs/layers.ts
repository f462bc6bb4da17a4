import type { Command } from 'commander';
import { addImageChoice, type TreeChoice, withChosenImage } from '../choice.ts';
import { addExamples, addJson, IMAGE } from '../help.ts';
import { knownFacts } from '../inspect/image-facts.ts';
import { layerTable } from '../inspect/image-screen.ts';
import { writeJson, writeText } from '../output.ts';

export function define(command: Command): void {
  command
    .description('Lists the layers of an image, the lowest first: sizes, what of them is hidden by others, and the instruction that made them.')
    .argument('<image>', IMAGE)
    .action(layers);
  addImageChoice(command);
  addJson(command);
  addExamples(command, ['lading layers app.tar', 'lading layers --json --image app:1.2 images.tar']);
}

async function layers(argument: string, options: TreeChoice & { readonly json?: true }): Promise<void> {
  await withChosenImage(argument, options, async (image) => {
    const { layers: known, fault } = await knownFacts(image);
    await (options.json ? writeJson(known) : writeText(layerTable(known)));
    if (fault !== undefined) throw fault;
  });
}
