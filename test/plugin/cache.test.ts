import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { WritableLayout } from '../../src/layout/index.ts';
import { openWritableFolder } from '../../src/node/index.ts';
import { INSTALLED, newProject, type Project, SERVER } from './project.ts';

const made = (before = ''): Project =>
  newProject({
    ...SERVER,
    ...INSTALLED,
    'build.mjs': `
import { rollup } from 'rollup';
import lading from 'lading/rollup';
${before}
const build = await rollup({ input: 'src/main.js', external: ['greet', 'words'], plugins: [lading()] });
await build.write({ dir: 'dist' });
await build.close();
`,
  });

/** Builds, and tells which layers had not to be made. */
function cached(project: Project, metadata = 'lading-image.json'): readonly [layers: readonly boolean[], digest: string] {
  expect(project.run()).toMatchObject({ status: 0 });
  const { images, digest } = JSON.parse(readFileSync(project.path(metadata), 'utf8'));
  return [images[0].layers.map((layer: { cached: boolean }) => layer.cached), digest];
}

function cacheOf(project: Project): string {
  const caches = project.path('node_modules/.cache/lading');
  return join(caches, readdirSync(caches)[0] as string);
}

it('what a build has made is not made again', () => {
  const project = made();
  const [first, digest] = cached(project);
  expect(first).toEqual([false, false]);
  expect(cached(project)).toEqual([[true, true], digest]);
  project.write({ 'src/later.js': "export const later = 'now';\n" });
  expect(cached(project)[0]).toEqual([true, false]);
  project.write({ 'node_modules/words/index.js': "exports.hello = 'good night';" });
  expect(cached(project)[0]).toEqual([false, true]);
});

it('a full cache begins anew', async () => {
  const project = made();
  const [, digest] = cached(project);
  const folder = await openWritableFolder(cacheOf(project));
  const layout = await WritableLayout.open(folder);
  for (let i = 0; i < 63; i++) await layout.tag(await layout.ingest('application/octet-stream', new TextEncoder().encode(`${i}`)), `layer-${i}`);
  await folder.close();
  expect(cached(project)).toEqual([[false, false], digest]);
  expect(readdirSync(join(cacheOf(project), 'blobs/sha256'))).toHaveLength(2);
  expect(cached(project)).toEqual([[true, true], digest]);
});

const blobsIn = (cache: string): string[] => readdirSync(join(cache, 'blobs/sha256')).map((blob) => join(cache, 'blobs/sha256', blob));

it.each<[string, (cache: string) => void]>([
  ['whose index is damaged', (cache) => writeFileSync(join(cache, 'index.json'), '{')],
  [
    'whose layers are cut short',
    (cache) => {
      for (const blob of blobsIn(cache)) truncateSync(blob, 9);
    },
  ],
  [
    'whose layers hold other bytes',
    (cache) => {
      for (const blob of blobsIn(cache)) writeFileSync(blob, readFileSync(blob).fill(7, 20));
    },
  ],
  ['whose layers are gone', (cache) => rmSync(join(cache, 'blobs'), { recursive: true })],
  [
    'with one wrong byte in each layer',
    (cache) => {
      for (const blob of blobsIn(cache)) {
        const bytes = readFileSync(blob);
        bytes[30] = (bytes[30] as number) ^ 1;
        writeFileSync(blob, bytes);
      }
    },
  ],
])('a cache %s does no harm, and is whole again after the next build', (_, damage) => {
  const project = made();
  const [, digest] = cached(project);
  damage(cacheOf(project));
  expect(cached(project)).toEqual([[false, false], digest]);
  expect(cached(project)).toEqual([[true, true], digest]);
});

it('a cache that cannot be made does no harm', () => {
  const project = made();
  project.write({ 'node_modules/.cache/lading': '' });
  const [first, digest] = cached(project);
  expect(cached(project)).toEqual([first, digest]);
});

it('a package of a workspace has its cache where its packages are installed', () => {
  const project = made("process.chdir('apps/shop');");
  project.write({ 'apps/shop/package.json': '{ "name": "shop", "version": "1.0.0", "type": "module" }', 'apps/shop/src/main.js': 'console.log(1);' });
  expect(cached(project, 'apps/shop/lading-image.json')[0]).toEqual([false]);
  expect(cached(project, 'apps/shop/lading-image.json')[0]).toEqual([true]);
  expect(readdirSync(join(cacheOf(project), 'blobs/sha256'))).toHaveLength(1);
});
