import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { waste } from '../../src/analyze/index.ts';
import { groupsOf, type WasteGroup } from '../../src/cli/waste/groups.ts';
import { className } from '../../src/cli/waste/text.ts';
import { open } from '../../src/open.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import { golden } from '../analyze/waste/demo/golden.ts';
import { classic } from '../support/docker.ts';
import { plainImage } from '../support/image.ts';
import { imagesOf } from '../support/open.ts';
import { tarOf } from '../support/pack.ts';
import { isInstalled, run } from './readers.ts';

const why = isInstalled('python3') ? undefined : 'python3 is not installed';
const folder = mkdtempSync(join(tmpdir(), 'lading-waste-'));
afterAll(() => rmSync(folder, { recursive: true }));

const lineOf = (group: WasteGroup): string => [group.layer, group.hiddenBy ?? '-', group.files, group.bytes, className(group)].join(' ');

/** Layers in which files are overwritten, removed alone and with their folder, hidden by a type, stored again, and left over. */
const LAYERS: readonly (readonly EntryInit[])[] = [
  [
    { name: 'etc/app.conf', body: 'port = 8080\n' },
    { name: 'opt/tool/a', body: 'a'.repeat(1000) },
    { name: 'opt/tool/b', body: 'b'.repeat(2000) },
    { name: 'srv/data', body: 'd'.repeat(70) },
    { name: 'usr/bin/run', body: 'run'.repeat(50), mode: 0o644 },
    { name: 'var/cache/apt/pkgcache.bin', body: 'p'.repeat(500) },
  ],
  [
    { name: 'etc/app.conf', body: 'port = 80\n' },
    { name: 'opt/.wh.tool' },
    { name: 'srv/data/' },
    { name: 'srv/data/now-a-folder', body: 'x' },
    { name: 'usr/bin/run', body: 'run'.repeat(50), mode: 0o755 },
    { name: 'tmp/blob', body: 'z'.repeat(4000) },
  ],
  [{ name: 'tmp/.wh.blob' }, { name: 'var/log/install.log', body: 'done\n' }],
];

async function madeImage(): Promise<string> {
  const path = join(folder, 'image.tar');
  writeFileSync(path, await tarOf(classic({ image: await plainImage(LAYERS), tags: ['waste:1'] })));
  return path;
}

describe.skipIf(why)(`waste${why ? ` (skipped: ${why})` : ''}`, () => {
  // Also of an image that LADING_DEMO_IMAGE names, a docker-archive; the one of test/analyze/waste/demo/Dockerfile is explained in waste.txt.
  it('is what Python counts in the archive', async () => {
    const path = process.env.LADING_DEMO_IMAGE ?? (await madeImage());
    const archive = imagesOf(await open(path));
    const image = await archive.image();
    const found = await waste(image);
    const lines = groupsOf(found).map(lineOf).sort();
    const script = fileURLToPath(new URL('../analyze/waste/demo/count.py', import.meta.url));
    const counted = run('python3', [script, path]).toString().trim().split('\n').sort();
    expect(lines).toEqual(counted);
    expect(lines.length).toBeGreaterThan(5);
    if ((await image.manifest()).config.digest === golden.image) {
      expect(lines).toEqual(golden.lines.map(({ text }) => text).sort());
      expect(found).toMatchObject(golden.totals);
    }
    await archive.close();
  }, 180_000);
});
