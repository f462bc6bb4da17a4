import type { Command } from 'commander';
import type { TarArchive } from '../../open.ts';
import type { TarIndex } from '../../tar/index.ts';
import { formatMode } from '../format/mode.ts';
import { tableLines } from '../format/table.ts';
import { printable } from '../format/text.ts';
import { shortTime } from '../format/time.ts';
import { addExamples, addJson, IMAGE } from '../help.ts';
import { digestBodies, indexRows } from '../index-rows.ts';
import { withInput } from '../input.ts';
import { writeJsonArray, writeText } from '../output.ts';

interface Options {
  readonly json?: boolean;
  readonly digest?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      "Lists a tar's entries as they stand in the file: every one of them, in order, with the place and dialect of its header. An archive with a fault prints nothing but the fault.",
    )
    .argument('<image>', IMAGE)
    .option('--digest', "the SHA-256 of each file's content too (with --json)")
    .action(list);
  addJson(command);
  addExamples(command, ['lading index app.tar', 'zcat app.tar.gz | lading index --json --digest -', "lading index 'app.tar!/opt/data.tar.gz'"]);
}

async function list(image: string, { json, digest = false }: Options): Promise<void> {
  await withInput(image, { kind: 'tar', listOnly: true, digest }, async ({ archive }) => {
    const { index } = archive as TarArchive;
    if (json) return writeJsonArray(indexRows(index, digest ? await digestBodies(index) : undefined));
    return writeText(tableLines(textRows(index), [0, 5]));
  });
}

function textRows(index: TarIndex): string[][] {
  const rows = [['offset', 'dialect', 'flag', 'mode', 'owner', 'size', 'time', 'name']];
  for (let entry = 0; entry < index.length; entry++) rows.push(textRow(index, entry));
  return rows;
}

function textRow(index: TarIndex, entry: number): string[] {
  const { type, mode, uid, gid, uname, gname, size, mtime, name, linkname, format } = index.header(entry);
  return [
    String(index.headerOffset(entry)),
    format,
    printable(index.typeflag(entry)),
    formatMode(type, mode),
    `${printable(uname) || uid}/${printable(gname) || gid}`,
    String(size),
    shortTime(mtime),
    printable(name) + (linkname === '' ? '' : ` ${type === 'hardlink' ? 'link to' : '->'} ${printable(linkname)}`),
  ];
}
