// @ts-check
// Every check of the project, one after the other. The last line is the sum of all that was counted; the status says whether all of it is well.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tally, total } from './tally.mjs';

/** @type {readonly (readonly [name: string, ...command: string[]])[]} */
const steps = [
  ['demo', 'npm', 'run', 'demo'],
  ['runtimes', 'node', 'scripts/ci/runtimes.mjs'], // some tests use them
  ['tests', 'node', 'scripts/ci/tests.mjs'],
  ['lint', 'npm', 'run', 'lint'],
  ['types', 'npm', 'run', 'types'],
  ['package', 'node', 'scripts/ci/package.mjs'],
  ['size', 'node', 'scripts/ci/size.mjs'],
];

const file = join(mkdtempSync(join(tmpdir(), 'lading-ci-')), 'tally');
writeFileSync(file, '');
process.env.LADING_TALLY = file;
const broken = [];
for (const [name, command = '', ...args] of steps) {
  console.log(`\n── ${name}`);
  const start = performance.now();
  const counted = total(file).failed;
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  console.log(`── ${name}: ${status === 0 ? 'well' : `status ${status}`}, ${((performance.now() - start) / 1000).toFixed(0)} s`);
  if (status !== 0) broken.push(name);
  if (status !== 0 && total(file).failed === counted) tally(name, 0, 1); // a step that counts nothing, or could not
}
if (broken.length > 0) console.log(`\nNot well: ${broken.join(', ')}`);
const { passed, failed } = total(file);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = broken.length > 0 ? 1 : 0;
