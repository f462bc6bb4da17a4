import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { waste } from '../../src/analyze/index.ts';
import { groupsOf, type WasteGroup } from '../../src/cli/waste/groups.ts';
import { className } from '../../src/cli/waste/text.ts';
import { open } from '../../src/open.ts';
import { golden } from '../analyze/waste/demo/golden.ts';
import { imagesOf } from '../support/open.ts';
import { isInstalled, run } from './readers.ts';

// The image of test/analyze/waste/demo/Dockerfile, as `docker save` writes it.
const path = process.env.LADING_DEMO_IMAGE;
const why = path === undefined ? 'LADING_DEMO_IMAGE names no docker-archive' : isInstalled('python3') ? undefined : 'python3 is not installed';

const lineOf = (group: WasteGroup): string => [group.layer, group.hiddenBy ?? '-', group.files, group.bytes, className(group)].join(' ');

describe.skipIf(why)(why ? `the waste of a real image (skipped: ${why})` : 'the waste of a real image', () => {
  it('is what Python counts in the archive, and where it is the image of waste.txt, what that explains', async () => {
    const archive = imagesOf(await open(path as string));
    const image = await archive.image();
    const found = await waste(image);
    const lines = groupsOf(found).map(lineOf);
    const script = fileURLToPath(new URL('../analyze/waste/demo/count.py', import.meta.url));
    expect(lines.sort()).toEqual(
      run('python3', [script, path as string])
        .toString()
        .trim()
        .split('\n')
        .sort(),
    );
    if ((await image.manifest()).config.digest === golden.image) {
      expect(lines).toEqual(golden.lines.map(({ text }) => text).sort());
      expect(found).toMatchObject(golden.totals);
    }
    expect(found.items).toContainEqual(expect.objectContaining({ path: 'app/src/big/blob', size: 20_000_000, class: 'removed-with-folder' }));
    expect(found.items.filter((item) => item.path.startsWith('usr/share/doc/') && item.hiddenBy === 3).length).toBeGreaterThan(1000);
    await archive.close();
  }, 180_000);
});
