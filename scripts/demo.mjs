// @ts-check
// Shows the command at work on a real archive: Debian's package of time zones, in test/fixtures. What it makes goes to a folder that is removed.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ensureBuilt from './ensure-built.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const archive = 'tzdata.tar.xz';
const zones = 'usr/share/zoneinfo';
const commands = [
  '# A tar, compressed or not, is looked into where it lies.',
  ['inspect', archive],
  ['ls', '-l', archive, `${zones}/Antarctica`],
  ['find', archive, `${zones}/posix`, '--type', 'symlink', '--name', 'G*'],
  ['cat', archive, 'usr/share/doc/tzdata/copyright'],
  '# It becomes an image, and that the base of another, without a Dockerfile or an engine.',
  ['import', archive, '--tag', 'demo/zones:1', '-o', 'zones.tar'],
  ['build', '--base', 'zones.tar', '--add', 'app:/app', '--cmd', '["/app/start"]', '--tag', 'demo/app:1', '-o', 'app.tar'],
  ['inspect', 'app.tar'],
  '# What is not needed goes out of the layer that holds it, and every other byte stays.',
  ['edit', 'app.tar', '--remove', `${zones}/right`, '-o', 'slim.tar'],
  ['diff', 'app.tar', 'slim.tar', '--stat'],
  ['verify', 'slim.tar'],
];

ensureBuilt();
const folder = mkdtempSync(join(tmpdir(), 'lading-demo-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
copyFileSync(join(root, 'test/fixtures', archive), join(folder, archive));
mkdirSync(join(folder, 'app'));
writeFileSync(join(folder, 'app', 'start'), '#!/bin/sh\necho ready\n', { mode: 0o755 });
for (const step of commands) {
  if (typeof step === 'string') console.log(`\n${step}`);
  else run(step);
}
console.log('\nMore: docs/guides, or node dist/cli/main.js --help');

/** Runs the command in the folder of the demo. That things differ is an answer of `diff`, and no fault. */
function run(/** @type {string[]} */ args) {
  console.log(`\n$ lading ${args.map((arg) => (/[*"]/.test(arg) ? `'${arg}'` : arg)).join(' ')}`);
  const { status } = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], { cwd: folder, stdio: 'inherit' });
  if (status !== (args[0] === 'diff' ? 1 : 0)) process.exitCode = 1;
}
