import type { Command } from 'commander';
import { addExamples, addJson, IMAGE } from '../help.ts';
import { type Input, withInput } from '../input.ts';
import { screenLines, type View } from '../inspect/screen.ts';
import { writeJson, writeText } from '../output.ts';

interface Options {
  readonly json?: boolean;
}

export function define(command: Command): void {
  command
    .description('Says what it is and what it holds, on one screen: entries by type, sizes, times, the largest files, and what is notable.')
    .argument('<image>', IMAGE)
    .action(inspect);
  addJson(command);
  addExamples(command, ['lading inspect app.tar.gz', 'lading inspect --json app.tar', 'docker export app | lading inspect -']);
}

async function inspect(image: string, { json }: Options): Promise<void> {
  await withInput(image, { listOnly: true }, async (input) => {
    const view = await viewOf(input);
    return json ? writeJson(view.json) : writeText(screenLines(image, view.rows));
  });
}

/** Each kind is looked at in a file of its own, loaded where it is met. */
async function viewOf({ archive, size }: Input): Promise<View> {
  if (archive.kind === 'tar') return (await import('../inspect/tar.ts')).inspectTar(archive, size);
  if (archive.kind === 'folder') return (await import('../inspect/folder.ts')).inspectFolder(archive);
  throw new Error('images');
}
