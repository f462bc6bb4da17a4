import type { Log } from 'sarif';
import { describe, expect, it } from 'vitest';
import { LINT_CODES, LINT_RULES, type LintFinding, lint, sarifOf } from '../../src/analyze/index.ts';
import { decodeText } from '../../src/bytes/index.ts';
import { imageWith } from '../support/open.ts';
import { sarifFaults } from './sarif.schema.ts';

async function logOf(names: readonly string[]): Promise<Log> {
  const image = await imageWith([[], names.map((name) => ({ name, body: 'x', mode: 0o666 }))]);
  const findings: LintFinding[] = [];
  for await (const finding of lint(image)) findings.push(finding);
  return sarifOf(findings, 'out/my app.tar') as Log;
}

describe('a SARIF log', () => {
  it('is as the standard wants it, also of names that are no text', async () => {
    const log = await logOf(['a', 'a:b', decodeText(Uint8Array.of(0x62, 0xff))]);
    expect(sarifFaults(JSON.parse(JSON.stringify(log)))).toEqual([]);
    expect(JSON.stringify(log)).not.toMatch(/\\ud[c-f]/);
    expect(sarifFaults(sarifOf([], 'x'))).toEqual([]);
  });

  it('has a rule for every code that was found, which its results lead to', async () => {
    const [run] = (await logOf(['a', 'a:b'])).runs;
    const rules = run?.tool.driver.rules ?? [];
    expect(rules.map(({ id, defaultConfiguration }) => [id, defaultConfiguration?.level])).toEqual([
      ['windows-name', 'note'],
      ['world-writable', 'warning'],
    ]);
    for (const { ruleId, ruleIndex = -1 } of run?.results ?? []) expect(rules[ruleIndex]?.id).toBe(ruleId);
  });

  it('tells severity, path and archive', async () => {
    const [run] = (await logOf(['a'])).runs;
    expect(run?.results?.[0]).toMatchObject({
      ruleId: 'world-writable',
      level: 'warning',
      locations: [
        { physicalLocation: { artifactLocation: { uri: 'out/my%20app.tar' } }, logicalLocations: [{ fullyQualifiedName: 'a', kind: 'resource' }] },
      ],
    });
    expect(run?.results?.[0]?.message.text).toContain('Layer 1: a: everybody may write');
  });

  it('can tell of every code', () => {
    const findings = LINT_CODES.map(
      (code): LintFinding => ({ ...LINT_RULES[code], code, where: 'x', message: LINT_RULES[code].summary, layer: undefined, path: undefined }),
    );
    expect(sarifFaults(sarifOf(findings, 'x'))).toEqual([]);
  });
});
