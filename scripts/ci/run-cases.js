// @ts-check
/**
 * @typedef {{ name: string, run(): Promise<void> | void }} Case
 * @typedef {{ passed: number, failed: { name: string, reason: string }[] }} Outcome
 */

/**
 * Runs cases one after the other. Bundled with the cases, so it uses what every runtime has and nothing else.
 * @param {readonly (readonly [suite: string, cases: readonly Case[]])[]} suites
 * @returns {Promise<Outcome>}
 */
export async function runCases(suites) {
  /** @type {Outcome} */
  const outcome = { passed: 0, failed: [] };
  for (const [suite, cases] of suites) {
    for (const { name, run } of cases) {
      try {
        await run();
        outcome.passed++;
      } catch (error) {
        outcome.failed.push({ name: `${suite}: ${name}`, reason: String(error instanceof Error ? (error.stack ?? error) : error) });
      }
    }
  }
  return outcome;
}
