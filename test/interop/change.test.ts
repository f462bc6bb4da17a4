import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeDockerArchive } from '../../src/docker/index.ts';
import { appendLayer, editImage, type Image, rebaseImage, squashLayers } from '../../src/image/index.ts';
import { writeLayer } from '../../src/layer/index.ts';
import { diffIds } from '../../src/oci/index.ts';
import { MemoryStore } from '../../src/store/index.ts';
import { collect } from '../../src/stream/index.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import { diffTrees } from '../../src/tree/index.ts';
import type { PlainImage } from '../support/image.ts';
import { BASE, ROWS } from '../support/merge-rows.ts';
import { linesOf } from '../support/open.ts';
import { storedImage } from '../support/store.ts';
import { docker, type Engine, umoci, whyNot } from './engines.ts';
import { isInstalled, run } from './readers.ts';

const made = (): MemoryStore => new MemoryStore();
const at = (name: string, body: string): EntryInit => ({ name, body });
const app: EntryInit[] = [{ name: 'dir/' }, at('dir/app', 'app'), at('dir/secret', 'secret'), at('dir/.wh.b', '')];

/** One image of each way to change one. */
async function changedImages(): Promise<readonly (readonly [string, Image])[]> {
  const [base, other] = [await storedImage([BASE]), await storedImage([[...BASE, at('newer', 'n')]])];
  const image = await storedImage([BASE, app]);
  return [
    ['appended', await appendLayer(image, writeLayer({ changes: [{ kind: 'whiteout', path: 'dir/sub' }] }), made())],
    [
      'edited',
      await editImage(
        image,
        {
          paths: [
            { op: 'remove', path: 'dir/secret' },
            { op: 'chmod', path: 'dir/app', mode: 0o700 },
          ],
          container: { env: { A: '1' } },
        },
        made(),
      ),
    ],
    ['squashed', await squashLayers(image, made())],
    ['rebased', await rebaseImage(image, base, other, made())],
  ];
}
const images = await changedImages();

async function plainOf(image: Image): Promise<PlainImage> {
  const config = await image.config();
  const tars = await Promise.all((await image.layers()).map(async (layer) => collect(await layer.uncompressed())));
  return { config: config.raw, tars, diffIds: diffIds(config) ?? [] };
}

function suite(name: string, why: string | undefined, cases: () => void): void {
  describe.skipIf(why)(why ? `${name} (skipped: ${why})` : name, cases);
}

function merging(engine: () => Engine): void {
  it.each(images)('an image that was %s', async (_, image) => {
    expect(await linesOf(await engine().merge(await plainOf(image)))).toEqual(await linesOf(await image.tree()));
  });

  // Written as table C has them, these layers merge in several ways; written anew, what one engine shows is what all do.
  it.each(ROWS.map((row) => [row.name, row] as const))('a layer written anew of %s', async (_, { upper }) => {
    const image = await storedImage([BASE, upper]);
    const [lower, tree] = [await image.tree(0), await image.tree()];
    const again = await appendLayer(await storedImage([BASE]), writeLayer(diffTrees(lower, tree), { lower }), made());
    expect(await linesOf(await engine().merge(await plainOf(again)))).toEqual(await linesOf(tree));
  });
}

suite('umoci unpacks what was changed as we do', whyNot('umoci'), () => {
  let engine: Engine;
  beforeAll(() => {
    engine = umoci();
  });
  afterAll(() => engine.close());
  merging(() => engine);
});

const engine = await docker();

suite('Docker loads and shows what was changed as we do', typeof engine === 'string' ? engine : undefined, () => {
  afterAll(async () => {
    if (typeof engine !== 'string') await engine.close();
  });
  merging(() => engine as Engine);
});

suite('skopeo takes what was changed', isInstalled('skopeo') ? undefined : 'skopeo is not installed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lading-changed-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(images)('an image that was %s: inspect, and copy to a layout', async (name, image) => {
    const path = join(folder, `${name}.tar`);
    writeFileSync(path, await collect(writeDockerArchive(image.store, [{ name: `example/${name}:1`, descriptor: image.descriptor }])));
    const told = JSON.parse(run('skopeo', ['inspect', `docker-archive:${path}`]).toString()) as { Layers: unknown[]; Architecture: string };
    expect([told.Architecture, told.Layers.length]).toEqual(['amd64', (await image.layers()).length]);
    run('skopeo', ['--insecure-policy', 'copy', '--quiet', `docker-archive:${path}`, `oci:${join(folder, name)}:1`]);
  });
});
