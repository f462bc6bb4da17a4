import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOMParser } from '@xmldom/xmldom';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/bytes/index.ts';
import type { EntryInit } from '../../../src/tar/index.ts';
import { file, gone } from '../../analyze/waste/images.ts';
import { classic } from '../../support/docker.ts';
import { plainImage } from '../../support/image.ts';
import { tarOf } from '../../support/pack.ts';
import { failure, lading, printed } from '../command.ts';
import { makeSamples } from '../samples.ts';
import { schemaFaults } from '../schema.ts';

const cwd = await makeSamples();
const BASE: readonly EntryInit[] = [file('etc/old', 1000), file('usr/bin/app', 4000, 'a'), file('var/log/dpkg.log', 500)];
const LAYERS = [BASE, [gone('etc/.wh.old'), file('opt/twin', 4000, 'a'), file('opt/key.pem', 300)], [gone('opt/.wh.key.pem')]];
const odd = (bytes: number): string => `a|b\`<i>&"'\u0001${decodeText(Uint8Array.of(bytes))}`;

async function image(name: string, ...images: readonly (readonly (readonly EntryInit[])[])[]): Promise<void> {
  const tagged = await Promise.all(images.map(async (layers, i) => ({ image: await plainImage(layers), tags: [`app:${i}`] })));
  writeFileSync(join(cwd, name), await tarOf(classic(...tagged)));
}

beforeAll(async () => {
  await image('image.tar', LAYERS);
  await image('two.tar', LAYERS, [BASE]);
  await image('base.tar', [BASE]);
  await image('other.tar', [[file('x', 1)]]);
  await image('odd.images.tar', [[file(odd(0xff), 40)], [gone(`.wh.${odd(0xff)}`)]]);
  mkdirSync(join(cwd, 'ours'));
  writeFileSync(join(cwd, 'ours/.lading.json'), '{"waste":{"maxBytes":"1k","base":"1"}}');
  writeFileSync(join(cwd, 'ours/.dive-ci'), 'rules: { lowestEfficiency: 1 }');
  mkdirSync(join(cwd, 'dive'));
  writeFileSync(join(cwd, 'dive/.dive-ci'), 'rules:\n  lowestEfficiency: 0.95\n  highestUserWastedPercent: disabled\n');
});

const json = (...args: readonly string[]): Record<string, unknown> => JSON.parse(lading(['waste', ...args, '--json'], { cwd }).stdout);

describe('waste', () => {
  it('is told in sums, groups, files and layers', () => {
    expect(printed(['waste', '--duplicates', 'image.tar'], { cwd })).toMatchInlineSnapshot(`
      "efficiency  40.81% of 9.57 KiB in files
      wasted      5.66 KiB, of which 1.27 KiB can never be seen
      as stored   about 5.66 KiB of 16.5 KiB

      waste
            bytes     stored  files  layer  hidden by  class           where
         3.91 KiB   3.91 KiB      1      1          -  duplicate       opt/twin
         0.98 KiB   0.98 KiB      1      0          1  removed         etc/old
        500 bytes  500 bytes      1      0          -  leftover (log)  var/log/dpkg.log
        300 bytes  300 bytes      1      1          2  removed         opt/key.pem

      largest 4 of 4 files
         3.91 KiB  duplicate       opt/twin = usr/bin/app
         0.98 KiB  removed         etc/old
        500 bytes  leftover (log)  var/log/dpkg.log
        300 bytes  removed         opt/key.pem

      layers
        layer    wasted        of  instruction
            0  1.46 KiB  5.37 KiB  RUN step 0
            1  4.20 KiB  4.20 KiB  RUN step 1
      "
    `);
  });

  it('is told in JSON of the documented schema, with both instructions', () => {
    for (const args of [['image.tar'], ['image.tar', '--duplicates', '--max-waste', '1'], ['odd.images.tar'], ['image.tar', '--base', '3']])
      expect(schemaFaults('waste', json(...args))).toEqual([]);
    expect(json('image.tar')).toMatchObject({ image: 'image.tar', passed: true, rules: [], stored: 9800, wasted: 1800, hidden: 1300 });
    expect(json('image.tar').items).toMatchObject([
      { path: 'etc/old', class: 'removed', layer: 0, hiddenBy: 1, createdBy: 'RUN step 0', hiddenByInstruction: 'RUN step 1' },
      { path: 'var/log/dpkg.log', class: 'leftover', leftover: 'log' },
      { path: 'opt/key.pem', layer: 1, hiddenBy: 2 },
    ]);
    expect(lading(['waste', '--format', 'json', 'image.tar'], { cwd }).stdout).toBe(lading(['waste', '--json', 'image.tar'], { cwd }).stdout);
  });

  it('agrees with what inspect calls hidden', () => {
    const { images } = JSON.parse(printed(['inspect', '--json', 'image.tar'], { cwd }));
    const hidden = (layers: unknown): unknown => (layers as { hidden: number }[]).map((layer) => layer.hidden);
    expect(hidden(json('image.tar').layers)).toEqual(hidden(images[0].layers));
  });

  it('is only of images', () => {
    expect(failure(['waste', 'app.tar'], { cwd })).toMatchObject({ status: 2, code: 'USAGE' });
  });
});

describe('rules', () => {
  it.each([
    [['--max-waste', '20%'], 0],
    [['--max-waste', '10%'], 1],
    [['--max-bytes', '2k'], 0],
    [['--max-bytes', '1k'], 1],
    [['--fail-on', '*.pem'], 1],
    [['--fail-on', '*.key', '--fail-on', 'etc/**'], 1],
    [['--fail-on', '*.key'], 0],
    [['--config', 'dive/.dive-ci'], 1],
    [['--config', 'ours/.lading.json'], 0],
    [['--config', 'ours/.lading.json', '--base', '0'], 1],
    [['--config', 'ours/.lading.json', '--max-bytes', '1'], 1],
    [['--max-waste', 'x'], 2],
    [['--config', 'none'], 2],
    [['--base', '4'], 2],
    [['--format', 'xml'], 2],
  ])('%j: status %j', (args, status) => expect(lading(['waste', 'image.tar', ...args], { cwd }).status).toBe(status));

  it('that fail are named', () => {
    const { status, stdout } = lading(['waste', 'image.tar', '--max-waste', '10', '--fail-on', '*.pem'], { cwd });
    expect(status).toBe(1);
    expect(stdout).toContain('failed  max-waste  10%    18.37% of the stored bytes are wasted\n');
    expect(stdout).toContain('failed  fail-on    *.pem  1 wasted file matches: opt/key.pem\n');
  });

  it('are from .lading.json of the current folder, else from .dive-ci, unless they are not wanted', () => {
    const rules = (folder: string, ...args: string[]): unknown => {
      const { config, rules: all } = JSON.parse(lading(['waste', '../image.tar', '--json', ...args], { cwd: join(cwd, folder) }).stdout);
      return [config, all.map(({ rule, passed }: { rule: string; passed: boolean }) => `${rule} ${passed}`)];
    };
    expect(rules('ours')).toEqual(['.lading.json', ['max-bytes true']]);
    expect(rules('dive')).toEqual(['.dive-ci', ['lowestEfficiency false']]);
    expect(rules('dive', '--no-config')).toEqual([undefined, []]);
  });
});

describe('a base', () => {
  it.each([
    ['image.tar', '1'],
    ['image.tar', 'base.tar'],
    ['image.tar', 'docker-archive:base.tar:app:0'],
  ])('of %s that is %s leaves its layers out', (name, base) => {
    expect(json(name, '--base', base)).toMatchObject({ base: 1, stored: 4300, wasted: 300 });
  });

  it('may be another image of the archive', () => {
    for (const base of ['app:1', '@1']) expect(json('--image', 'app:0', 'two.tar', '--base', base)).toMatchObject({ base: 1, wasted: 300 });
  });

  it('must be one', () => {
    expect(failure(['waste', 'image.tar', '--base', 'other.tar'], { cwd })).toMatchObject({
      status: 2,
      message: expect.stringMatching(/not built on it/),
    });
    expect(failure(['waste', 'image.tar', '--base', 'nowhere'], { cwd })).toMatchObject({ status: 2, message: expect.stringMatching(/no path$/) });
  });
});

describe('reports for others', () => {
  const xml = (...args: readonly string[]): ReturnType<DOMParser['parseFromString']> =>
    new DOMParser({
      onError: (_, message) => {
        throw new Error(message);
      },
    }).parseFromString(lading(['waste', '--format', 'junit', ...args], { cwd }).stdout, 'text/xml');

  it('are JUnit: a case for each rule, a failure for each that is broken', () => {
    const document = xml('image.tar', '--max-waste', '10', '--max-bytes', '1M', '--fail-on', '*.pem');
    const [suite] = document.getElementsByTagName('testsuite');
    expect(['name', 'tests', 'failures', 'errors', 'skipped'].map((name) => suite?.getAttribute(name))).toEqual(['image.tar', '3', '2', '0', '0']);
    const cases = [...document.getElementsByTagName('testcase')].map((one) => [
      one.getAttribute('name'),
      one.getElementsByTagName('failure')[0]?.getAttribute('message'),
    ]);
    expect(cases).toEqual([
      ['max-waste 10%', '18.37% of the stored bytes are wasted'],
      ['max-bytes 1048576 bytes', undefined],
      ['fail-on *.pem', '1 wasted file matches: opt/key.pem'],
    ]);
    const properties = [...document.getElementsByTagName('property')].map((one) => [one.getAttribute('name'), Number(one.getAttribute('value'))]);
    expect(Object.fromEntries(properties)).toMatchObject({ stored: 9800, wasted: 1800, hidden: 1300 });
  });

  it('are well-formed XML whatever a file is called', () => {
    const document = xml('odd.images.tar', '--fail-on', `a[|]b*[<]i>&"'*`);
    expect(document.getElementsByTagName('failure')[0]?.getAttribute('message')).toBe('1 wasted file matches: a|b`<i>&"\'\\x01\\xff');
    expect(xml('image.tar').getElementsByTagName('testcase').length).toBe(0);
  });

  it('are Markdown for a pull request', () => {
    expect(lading(['waste', '--format', 'markdown', 'image.tar', '--max-waste', '10'], { cwd }).stdout).toMatchInlineSnapshot(`
      "### ❌ \`image.tar\` wastes 1.76 KiB

      Efficiency 81.63%: of 9.57 KiB in files 1.27 KiB can never be seen. As stored it is about 1.76 KiB of 16.5 KiB.

      | rule | limit |  | found |
      | --- | --- | --- | --- |
      | \`max-waste\` | \`10%\` | ❌ | 18.37% of the stored bytes are wasted |

      | wasted | files | class | layer | hidden by | where |
      | --- | --- | --- | --- | --- | --- |
      | 0.98 KiB | 1 | removed | 0 | 1 | \`etc/old\` |
      | 500 bytes | 1 | leftover (log) | 0 | – | \`var/log/dpkg.log\` |
      | 300 bytes | 1 | removed | 1 | 2 | \`opt/key.pem\` |

      <details><summary>Instructions</summary>

      | layer | wasted | of | instruction |
      | --- | --- | --- | --- |
      | 0 | 1.46 KiB | 5.37 KiB | \`RUN step 0\` |
      | 1 | 300 bytes | 4.20 KiB | \`RUN step 1\` |

      </details>

      <details><summary>Largest files</summary>

      | wasted | class | path |
      | --- | --- | --- |
      | 0.98 KiB | removed | \`etc/old\` |
      | 500 bytes | leftover (log) | \`var/log/dpkg.log\` |
      | 300 bytes | removed | \`opt/key.pem\` |

      </details>
      "
    `);
  });

  it('keep names in Markdown from being more than names', () => {
    const { stdout } = lading(['waste', '--format', 'markdown', 'odd.images.tar'], { cwd });
    expect(stdout).toContain('`` a\\|b`<i>&"\'\\x01\\xff ``');
  });
});
