import type { Command } from 'commander';
import { history, type PathChange } from '../../analyze/index.ts';
import { PathError } from '../../errors.ts';
import type { Image } from '../../image/index.ts';
import { addImageChoice, type TreeChoice, withChosenImage } from '../choice.ts';
import { tableLines } from '../format/table.ts';
import { fromPrintable, printable } from '../format/text.ts';
import { addExamples, addJson, IMAGE } from '../help.ts';
import { writeJson, writeText } from '../output.ts';

export function define(command: Command): void {
  command
    .description('Tells which layers added, changed or removed a path, the oldest first, with the instruction that did.')
    .argument('<image>', IMAGE)
    .argument('<path>', 'a path in it')
    .action(tell);
  addImageChoice(command);
  addJson(command);
  addExamples(command, ['lading log app.tar etc/passwd', 'lading log --json app.tar usr/bin/node']);
}

async function tell(argument: string, path: string, options: TreeChoice & { readonly json?: true }): Promise<void> {
  await withChosenImage(argument, options, async (image) => {
    const changes = await changesOf(image, path);
    if (changes.length === 0) throw new PathError('ENOENT', 'tell the history of', path, 'no layer has it');
    return options.json ? writeJson(changes.map(jsonRow)) : writeText(tableLines(changes.map(textRow), [0]));
  });
}

/** Of a path as it stands, or, where no layer has it, as listings show names. */
async function changesOf(image: Image, path: string): Promise<readonly PathChange[]> {
  const changes = await history(image, path);
  return changes.length === 0 && path.includes('\\') ? history(image, fromPrintable(path)) : changes;
}

function jsonRow({ layer, change }: PathChange): object {
  return { layer: layer.position, digest: layer.descriptor.digest, change, createdBy: layer.history?.created_by, created: layer.history?.created };
}

function textRow({ layer, change }: PathChange): readonly string[] {
  return [String(layer.position), change, printable(layer.history?.created_by ?? '-')];
}
