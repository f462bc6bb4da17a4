import { describe, expect, it } from 'vitest';
import { judgeWaste, type Waste, type WasteRule, waste } from '../../../src/analyze/index.ts';
import { imageWith } from '../../support/open.ts';
import { file, gone } from './images.ts';

// 1,000 bytes in files: 100 are removed, 50 are a leftover. The layer above the lowest has 200.
const LAYERS = [
  [file('etc/old', 100), file('keep', 650), file('tmp/left', 50)],
  [gone('etc/.wh.old'), file('new', 200)],
];
const found = await waste(await imageWith(LAYERS));
const passes = (rule: WasteRule, of: Waste = found): boolean | undefined => judgeWaste(of, [rule])[0]?.passed;

describe('rules', () => {
  it('judge what was built so', () => expect(found).toMatchObject({ stored: 1000, wasted: 150, hidden: 100 }));

  it.each<[WasteRule, boolean]>([
    [{ rule: 'max-waste', percent: 15 }, true],
    [{ rule: 'max-waste', percent: 14.99 }, false],
    [{ rule: 'max-bytes', bytes: 150 }, true],
    [{ rule: 'max-bytes', bytes: 149 }, false],
    [{ rule: 'fail-on', pattern: 'etc/*', matches: (path) => path.startsWith('etc/') }, false],
    [{ rule: 'fail-on', pattern: 'keep', matches: (path) => path === 'keep' }, true],
    [{ rule: 'lowestEfficiency', fraction: 0.9 }, true],
    [{ rule: 'lowestEfficiency', fraction: 0.91 }, false],
    [{ rule: 'highestWastedBytes', bytes: 101 }, true],
    [{ rule: 'highestWastedBytes', bytes: 100 }, false],
    [{ rule: 'highestUserWastedPercent', fraction: 0.51 }, true],
    [{ rule: 'highestUserWastedPercent', fraction: 0.5 }, false],
  ])('%j: %j', (rule, expected) => expect(passes(rule)).toBe(expected));

  it('say what was found', () => {
    const rules: readonly WasteRule[] = [
      { rule: 'max-waste', percent: 5 },
      { rule: 'fail-on', pattern: '*', matches: () => true },
      { rule: 'highestUserWastedPercent', fraction: 0.2 },
    ];
    expect(judgeWaste(found, rules)).toEqual([
      { rule: 'max-waste', limit: '5%', passed: false, message: '15% of the stored bytes are wasted' },
      { rule: 'fail-on', limit: '*', passed: false, message: '2 wasted files match, such as etc/old' },
      { rule: 'highestUserWastedPercent', limit: '0.2', passed: false, message: 'hidden bytes are 0.5 of the layers above the base' },
    ]);
  });

  it('are kept by an image that wastes nothing, whatever the threshold', async () => {
    for (const whole of [await waste(await imageWith([[file('a', 9)]])), await waste(await imageWith([]))]) {
      expect(passes({ rule: 'highestWastedBytes', bytes: 0 }, whole)).toBe(true);
      expect(passes({ rule: 'highestUserWastedPercent', fraction: 0 }, whole)).toBe(true);
      expect(passes({ rule: 'lowestEfficiency', fraction: 1 }, whole)).toBe(true);
      expect(passes({ rule: 'max-waste', percent: 0 }, whole)).toBe(true);
    }
  });

  it('fail where all that is wasted is in the only layer', async () => {
    const twice = await waste(await imageWith([[file('a', 9), file('a', 8)]]));
    expect(passes({ rule: 'highestUserWastedPercent', fraction: 1 }, twice)).toBe(false);
  });
});
