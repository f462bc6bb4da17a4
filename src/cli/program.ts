import { Command, CommanderError } from 'commander';
import { Interrupted } from './interrupt.ts';
import { fail, UsageError } from './outcome.ts';
import { watchOutput } from './output.ts';

/** A verb's file: what it takes, and what it does. */
export interface VerbModule {
  define(command: Command): void;
}

interface Verb {
  readonly name: string;
  readonly alias?: string;
  readonly summary: string;
  readonly load: () => Promise<VerbModule>;
}

/** Every verb, in the order of the help. Only the file of the one that runs is loaded. */
const VERBS: readonly Verb[] = [
  { name: 'inspect', summary: 'what it is, and what it holds, on one screen', load: () => import('./verbs/inspect.ts') },
  { name: 'ls', summary: 'list a directory, or everything', load: () => import('./verbs/ls.ts') },
  { name: 'tree', summary: 'draw the directories with their sizes', load: () => import('./verbs/tree.ts') },
  { name: 'find', summary: 'list what has a name, type, size or time', load: () => import('./verbs/find.ts') },
  { name: 'cat', summary: 'print files', load: () => import('./verbs/cat.ts') },
  { name: 'extract', summary: 'write the tree to a folder', load: () => import('./verbs/extract.ts') },
  { name: 'export', summary: 'write the tree as one tar', load: () => import('./verbs/export.ts') },
  { name: 'layers', summary: "an image's layers, their sizes and instructions", load: () => import('./verbs/layers.ts') },
  { name: 'history', summary: 'the steps that made an image', load: () => import('./verbs/history.ts') },
  { name: 'log', summary: 'which layers added, changed or removed a path', load: () => import('./verbs/log.ts') },
  { name: 'diff', summary: 'what two images, layers, tars or folders have differently', load: () => import('./verbs/diff.ts') },
  {
    name: 'convert',
    alias: 'copy',
    summary: 'write images in another form, or compressed otherwise',
    load: () => import('./verbs/convert.ts'),
  },
  { name: 'waste', summary: 'bytes that are stored and not needed, and rules for them', load: () => import('./verbs/waste.ts') },
  { name: 'verify', summary: 'check digests, sizes, layers and documents', load: () => import('./verbs/verify.ts') },
  { name: 'lint', summary: 'what engines do differently, what is forbidden, what is a danger', load: () => import('./verbs/lint.ts') },
  { name: 'build', summary: 'make an image of files, on a base or from nothing', load: () => import('./verbs/build.ts') },
  { name: 'import', summary: 'make an image of a root file system tar', load: () => import('./verbs/import.ts') },
  { name: 'append', summary: 'put layers on top of an image', load: () => import('./verbs/append.ts') },
  { name: 'squash', summary: 'make one layer of several, or of all', load: () => import('./verbs/squash.ts') },
  { name: 'rebase', summary: "put an image's own layers on another base", load: () => import('./verbs/rebase.ts') },
  { name: 'edit', summary: 'change paths in the layers that hold them, and how containers start', load: () => import('./verbs/edit.ts') },
  { name: 'index', summary: "list a tar's entries as they stand in the file", load: () => import('./verbs/index.ts') },
];

// A value that may be left out comes after `=` only: commander would take the image for it.
const PRESETS: ReadonlyMap<string, string> = new Map([['--registry-digest', '--registry-digest=gzip']]);

/** Runs the command. What goes wrong is on standard error, the status is in `process.exitCode`. */
export async function runProgram(args: readonly string[], version: () => string): Promise<void> {
  watchOutput();
  const words = (args[0] === 'help' ? [...args.slice(1), '--help'] : args).map((word) => PRESETS.get(word) ?? word);
  try {
    const program = await buildProgram(words[0], version);
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof Interrupted) process.kill(process.pid, error.signal);
    else if (!(error instanceof CommanderError)) fail(error, args.includes('--json'));
    else if (error.code === 'commander.help')
      process.exitCode = 2; // without a verb: the help is on standard error
    else if (error.exitCode !== 0) fail(new UsageError(error.message.replace(/^error: /, '')), args.includes('--json'));
  }
}

/** The command line with all verbs, of which only `wanted` knows its arguments. */
async function buildProgram(wanted: string | undefined, version: () => string): Promise<Command> {
  const program = new Command('lading')
    .description('Reads tar archives, folders and container images: what they are, what they hold, and what is odd about them.')
    .usage('<verb> <image> [arguments]')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain the command, or a verb: lading ls --help')
    .helpCommand(false)
    .addHelpText('after', IMAGES)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  for (const { name, alias, summary, load } of VERBS) {
    const command = program.command(name).summary(summary).helpOption('-h, --help', 'explain this verb');
    if (alias) command.alias(alias);
    if (wanted !== undefined && [name, alias].includes(wanted)) (await load()).define(command);
  }
  return program;
}

const IMAGES = `
An image is a file, a folder, or - for standard input; what it is is told by its bytes. FILE!/PATH is the archive
at PATH inside FILE, and so on: 'app.tar!/opt/data.tar.gz!/etc'. Data goes to standard output, all else to standard error;
--json makes both JSON. Status: 0 good, 1 the answer is no, 2 wrong usage or an ambiguous choice, 3 it cannot be read.`;
