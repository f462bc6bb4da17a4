// @ts-check
import { appendFileSync, readFileSync } from 'node:fs';

/**
 * Prints what a step counted, and adds it to the file of the whole run (`LADING_TALLY`) when there is one.
 * @param {string} label
 * @param {number} passed
 * @param {number} failed
 */
export function tally(label, passed, failed) {
  console.log(`${label}: ${passed} passed, ${failed} failed`);
  if (process.env.LADING_TALLY) appendFileSync(process.env.LADING_TALLY, `${passed} ${failed}\n`);
  if (failed > 0) process.exitCode = 1;
}

/**
 * The sums of such a file.
 * @param {string} file
 */
export function total(file) {
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((row) => row.split(' ').map(Number));
  const sum = (/** @type {number} */ column) => rows.reduce((whole, row) => whole + (row[column] ?? 0), 0);
  return { passed: sum(0), failed: sum(1) };
}

/**
 * Counts checks one by one: each is run, and a thrown error is a failure whose reason is printed.
 * @param {string} label
 * @param {readonly (readonly [name: string, check: () => void | Promise<void>])[]} checks
 */
export async function tallyChecks(label, checks) {
  let failed = 0;
  for (const [name, check] of checks) {
    try {
      await check();
      console.log(`  ✓ ${name}`);
    } catch (error) {
      failed++;
      console.log(`  ✗ ${name}\n${error instanceof Error ? error.message : error}`);
    }
  }
  tally(label, checks.length - failed, failed);
}
