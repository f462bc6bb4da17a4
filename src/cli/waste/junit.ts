import { printable } from '../format/text.ts';
import type { WasteReport } from './report.ts';

/** The report as JUnit XML: a test case for each rule. Without rules there is nothing to fail, and the suite says what is wasted. */
export function* junitReport({ image, waste, verdicts }: WasteReport): Generator<string> {
  const failures = verdicts.filter(({ passed }) => !passed).length;
  const counts = `tests="${verdicts.length}" failures="${failures}" errors="0"`;
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="lading waste" ${counts}>\n`;
  yield `  <testsuite name="${escaped(image)}" ${counts} skipped="0">\n    <properties>\n`;
  for (const key of ['efficiency', 'stored', 'hidden', 'wasted', 'compressed'] as const)
    yield `      <property name="${key}" value="${waste[key]}"/>\n`;
  yield '    </properties>\n';
  for (const { rule, limit, passed, message } of verdicts) {
    yield `    <testcase classname="waste" name="${escaped(`${rule} ${limit}`)}"`;
    yield passed ? '/>\n' : `>\n      <failure type="${rule}" message="${escaped(message)}"/>\n    </testcase>\n`;
  }
  yield '  </testsuite>\n</testsuites>\n';
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text for an attribute. What XML 1.0 cannot hold at all is escaped before, as it is for a terminal. */
function escaped(text: string): string {
  return printable(text)
    .replace(/[\ufffe\uffff]/g, '?')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
