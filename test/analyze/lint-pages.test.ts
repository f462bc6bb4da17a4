import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LINT_CODES, LINT_RULES } from '../../src/analyze/index.ts';

const folder = fileURLToPath(new URL('../../docs/lint/', import.meta.url));
const textOf = (page: string): string => readFileSync(`${folder}${page}`, 'utf8');

describe('the pages of the codes of lint', () => {
  it('are one for each code, and no more', () => {
    expect(readdirSync(folder).sort()).toEqual(['README.md', ...LINT_CODES.map((code) => `${code}.md`)].sort());
  });

  it.each(LINT_CODES)('%s says what the rule says', (code) => {
    const { severity, summary, engines, advice } = LINT_RULES[code];
    const page = textOf(`${code}.md`);
    expect(page).toContain(`# ${code}\n\nSeverity \`${severity}\`: ${summary}.\n`);
    for (const { engine, does } of engines) expect(page).toContain(`| ${engine} | ${does} |`);
    expect(page).toContain(`## What to do\n\n${advice}\n`);
    expect(textOf('README.md')).toContain(`| [${code}](${code}.md) | ${severity} | ${summary} |`);
  });
});
