// @ts-check
// Runs `npm test` and counts what vitest reports. Here every tool is installed, so a test that is skipped is a failure.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tally } from './tally.mjs';

const file = join(mkdtempSync(join(tmpdir(), 'lading-tests-')), 'report.json');
const { status } = spawnSync('npm', ['test', '--', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], { stdio: 'inherit' });
const report = JSON.parse(readFileSync(file, 'utf8'));
for (const { name, assertionResults } of report.testResults)
  for (const test of assertionResults)
    if (!['passed', 'failed'].includes(test.status)) console.log(`  ✗ ${name}: ${test.fullName} was ${test.status}`);
tally('npm test', report.numPassedTests, report.numTotalTests - report.numPassedTests);
if (status !== 0 || report.numTotalTests === 0) process.exitCode = 1;
