import type { Command } from 'commander';
import { type Finding, type Severity, verify } from '../../analyze/index.ts';
import { type Colour, paint } from '../format/paint.ts';
import { tableLines } from '../format/table.ts';
import { printable } from '../format/text.ts';
import { addExamples, addJson, IMAGE } from '../help.ts';
import { withInput } from '../input.ts';
import { answerNo } from '../outcome.ts';
import { writeJson, writeText } from '../output.ts';

export function define(command: Command): void {
  command
    .description(
      'Checks all that can be checked offline: sizes, digests, diffIDs, media types against bytes, documents, history. Status 1 if anything is wrong.',
    )
    .argument('<image>', IMAGE)
    .action(check);
  addJson(command);
  addExamples(command, ['lading verify app.tar', 'lading verify --json oci:layout']);
}

async function check(argument: string, { json }: { readonly json?: true }): Promise<void> {
  await withInput(argument, {}, async ({ archive }) => {
    const findings: Finding[] = [];
    // A tar or a folder has been read by now, and there is nothing that it says of itself beyond its headers.
    if (archive.kind !== 'tar' && archive.kind !== 'folder') for await (const finding of verify(archive)) findings.push(finding);
    const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
    if (count('error') > 0) answerNo();
    if (json) return writeJson({ kind: archive.kind, errors: count('error'), warnings: count('warning'), findings });
    return writeText([...tableLines(findings.map(textRow)), `${summary(count('error'), count('warning'))}\n`]);
  });
}

const COLOURS: Readonly<Record<Severity, Colour>> = { error: 'red', warning: 'yellow', info: 'dim' };

function textRow({ severity, code, where, message }: Finding): readonly string[] {
  return [paint(COLOURS[severity], severity), code, where.replace(/^(sha256:[0-9a-f]{12})[0-9a-f]{52}/, '$1'), printable(message)];
}

function summary(errors: number, warnings: number): string {
  const rest = warnings > 0 ? `, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}` : '';
  return errors === 0 ? `${paint('green', 'good')}${rest}` : `${paint('red', `${errors} ${errors === 1 ? 'error' : 'errors'}`)}${rest}`;
}
