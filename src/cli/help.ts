import type { Command } from 'commander';

/** What every verb calls its first argument. */
export const IMAGE = 'a file, a folder, or - for standard input';

/** The option that every verb has. */
export function addJson(command: Command): Command {
  return command.option('--json', 'print JSON; errors too, on standard error');
}

/** The examples at the end of a verb's help. */
export function addExamples(command: Command, lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}
