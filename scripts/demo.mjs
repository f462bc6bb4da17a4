// @ts-check
// Shows the command at work on a real archive: Debian's package of time zones, in test/fixtures.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import ensureBuilt from './ensure-built.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const archive = 'test/fixtures/tzdata.tar.xz';
const commands = [
  ['inspect', archive],
  ['tree', archive, 'usr/share/zoneinfo/America/Argentina'],
  ['ls', '-l', archive, 'usr/share/zoneinfo/Antarctica'],
  ['find', archive, 'usr/share/zoneinfo/posix', '--type', 'symlink', '--name', 'G*'],
  ['cat', archive, 'usr/share/doc/tzdata/copyright'],
];

ensureBuilt();
for (const args of commands) {
  console.log(`\n$ lading ${args.map((arg) => (arg.includes('*') ? `'${arg}'` : arg)).join(' ')}`);
  const { status } = spawnSync(process.execPath, ['dist/cli/main.js', ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
console.log('\nMore: docs/guides, or node dist/cli/main.js --help');
