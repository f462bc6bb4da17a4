import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/cli/waste/config.ts';
import { parseDive } from '../../../src/cli/waste/dive.ts';
import { rulesOf } from '../../../src/cli/waste/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'lading-waste-'));
afterAll(() => rmSync(folder, { recursive: true }));
const written = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const ours = (value: unknown): string => written('a.json', typeof value === 'string' ? value : JSON.stringify(value));

describe('a .dive-ci', () => {
  it.each<[string, string, unknown]>([
    [
      'the rules that dive shows',
      'rules:\n  # a comment\n  lowestEfficiency: 0.95\n  highestWastedBytes: 20MB\n  highestUserWastedPercent: 0.20\n',
      [0.95, 20_000_000, 0.2],
    ],
    ['sizes in units of 1,024', 'rules: { highestWastedBytes: 20 MiB }', [0.9, 20 * 1024 ** 2, 0.1]],
    ['a size without a unit', 'rules: { highestWastedBytes: 4096 }', [0.9, 4096, 0.1]],
    ['a size with a short unit', 'rules: { highestWastedBytes: 1.5k }', [0.9, 1500, 0.1]],
    ['values in quotes', 'rules:\n  lowestEfficiency: "0.5"\n', [0.5, undefined, 0.1]],
    ['no rule at all: what dive takes then', '', [0.9, undefined, 0.1]],
    ['an empty map', 'rules:\n', [0.9, undefined, 0.1]],
    [
      'disabled rules',
      'rules:\n  lowestEfficiency: disabled\n  highestWastedBytes: off\n  highestUserWastedPercent: false\n',
      [undefined, undefined, undefined],
    ],
    ['zero and one', 'rules: { lowestEfficiency: 1, highestWastedBytes: 0, highestUserWastedPercent: 0 }', [1, 0, 0]],
  ])('has %s', async (_, text, expected) => {
    const rules = await parseDive(text, '.dive-ci');
    const value = (name: string): unknown => {
      const rule = rules.find((each) => each.rule === name);
      return rule && ('fraction' in rule ? rule.fraction : 'bytes' in rule ? rule.bytes : undefined);
    };
    expect(['lowestEfficiency', 'highestWastedBytes', 'highestUserWastedPercent'].map(value)).toEqual(expected);
  });

  it.each([
    ['rules: { lowestEfficiency: 95 }', 'Cannot read .dive-ci: rules.lowestEfficiency is "95", not a number from 0 to 1, or disabled'],
    [
      'rules: { highestUserWastedPercent: 20% }',
      'Cannot read .dive-ci: rules.highestUserWastedPercent is "20%", not a number from 0 to 1, or disabled',
    ],
    ['rules: { highestWastedBytes: many }', 'Cannot read .dive-ci: rules.highestWastedBytes is "many", no size such as 20MB'],
    [
      'rules: { lowestEfficency: 0.9 }',
      'Cannot read .dive-ci: there is no key rules.lowestEfficency; there are lowestEfficiency, highestWastedBytes, highestUserWastedPercent',
    ],
    ['rule: 1', 'Cannot read .dive-ci: there is no key rule; there are rules'],
    ['rules: [1]', 'Cannot read .dive-ci: rules is no map'],
    ['- 1', 'Cannot read .dive-ci: the document is no map'],
    ['rules: {', expect.stringMatching(/^Cannot read \.dive-ci: it is no YAML: /)],
  ])('is refused: %s', async (text, message) => {
    await expect(parseDive(text, '.dive-ci')).rejects.toMatchObject({ code: 'USAGE', message });
  });
});

describe('a .lading.json', () => {
  it('has the options by their names in camel case', async () => {
    const { path, base, rules } = await readConfig(ours({ waste: { base: 1, maxWaste: '5%', maxBytes: '20M', failOn: ['*.pem'] } }));
    expect([path, base]).toEqual([join(folder, 'a.json'), '1']);
    expect(rules).toMatchObject([
      { rule: 'max-waste', percent: 5 },
      { rule: 'max-bytes', bytes: 20 * 1024 ** 2 },
      { rule: 'fail-on', pattern: '*.pem' },
    ]);
  });

  it('may say nothing', async () => expect(await readConfig(ours({}))).toMatchObject({ base: undefined, rules: [] }));

  it.each<[unknown, RegExp]>([
    [{ waste: { maxwaste: 5 } }, /there is no key "waste\.maxwaste"; there are base, maxWaste, maxBytes, failOn/],
    [{ waste: { toString: 5 } }, /there is no key "waste\.toString"/],
    [{ wastes: {} }, /there is no key "wastes"/],
    [{ waste: { maxWaste: true } }, /"waste\.maxWaste" is not a percentage/],
    [{ waste: { failOn: '*.pem' } }, /"waste\.failOn" is not a list of patterns/],
    [{ waste: { maxWaste: '500%' } }, /Cannot use "waste\.maxWaste" of .*a\.json: "500%" is no percentage/],
    [{ waste: { maxBytes: 'x' } }, /Cannot use "waste\.maxBytes" of .*a\.json: "x" is no size/],
    [{ waste: { failOn: [''] } }, /Cannot use the pattern ""/],
    [{ waste: [] }, /"waste" is no object/],
    ['[', /it is no JSON/],
  ])('is refused: %j', async (value, message) => {
    await expect(readConfig(ours(value))).rejects.toMatchObject({ code: 'USAGE', message: expect.stringMatching(message) });
  });

  it('that is named must be there', async () => {
    await expect(readConfig(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('is not read where none is wanted', async () => expect(await readConfig(false)).toEqual({ path: undefined, base: undefined, rules: [] }));
});

describe('options', () => {
  it.each(['', 'x', '101', '-1', '5%%'])('refuse the percentage %j', async (maxWaste) => {
    await expect(rulesOf({ maxWaste }, () => '--max-waste')).rejects.toThrow(/^Cannot use --max-waste: /);
  });
});
