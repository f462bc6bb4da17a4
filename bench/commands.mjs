import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** lading's own command with some arguments. */
export function commandLine(...args) {
  return [process.execPath, main, ...args];
}

/** A line of shell with a folder of its own, `$d`, that is gone afterwards. */
export function inFolder(line, ...args) {
  return ['sh', '-c', `d=$(mktemp -d); ${line}; s=$?; rm -rf "$d"; exit $s`, 'sh', ...args];
}

/** Those of the commands whose program is there; `needed` is one that they start themselves. */
export function whereOnPath(commands, needed) {
  return Object.fromEntries(Object.entries(commands).filter(([, [program]]) => isOnPath(needed ?? program)));
}

function isOnPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}
