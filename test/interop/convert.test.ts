import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ImageSet, imagesToCopy, recompressImages } from '../../src/convert.ts';
import { digestOf } from '../../src/digest/index.ts';
import { writeDockerArchive } from '../../src/docker/index.ts';
import { WritableLayout, writeOciArchive } from '../../src/layout/index.ts';
import { openWritableFolder, treeFromDisk } from '../../src/node/index.ts';
import { copy, MemoryStore, writableOverlay } from '../../src/store/index.ts';
import { collect } from '../../src/stream/index.ts';
import { hybrid } from '../support/docker.ts';
import { hexOf, LAYERS, PATHS, plainImage } from '../support/image.ts';
import { openMembers, pathsOf } from '../support/open.ts';
import { type DockerEngine, docker, whyNot } from './engines.ts';
import { isInstalled, run } from './readers.ts';

const scratch = mkdtempSync(join(tmpdir(), 'lading-convert-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const image = await plainImage(LAYERS);
const other = await plainImage(LAYERS.slice(0, 1));
const id = digestOf(image.config);
const plain = await imagesToCopy(await openMembers(hybrid({ image, tags: ['app:1', 'app:2'] }, { image: other, tags: ['other:1'] })));
const packed = await gzipped(plain);

async function gzipped(from: ImageSet): Promise<ImageSet> {
  const store = writableOverlay(new MemoryStore(), from.store);
  return { store, images: await recompressImages(from, store, { compression: 'gzip' }) };
}

async function layoutOf({ store, images }: ImageSet, name: string): Promise<string> {
  const path = join(scratch, name);
  const folder = await openWritableFolder(path);
  const layout = await WritableLayout.open(folder);
  for (const { descriptor } of images) {
    await copy(store, descriptor, layout);
    await layout.tag(descriptor, descriptor.digest === images[0]?.descriptor.digest ? 'app' : 'other');
  }
  await folder.close();
  return path;
}

async function fileOf(stream: AsyncIterable<Uint8Array>, name: string): Promise<string> {
  const path = join(scratch, name);
  writeFileSync(path, await collect(stream));
  return path;
}

function suite(name: string, why: string | undefined, cases: () => void): void {
  describe.skipIf(why)(why ? `${name} (skipped: ${why})` : name, cases);
}

const FORMS = [
  ['plain', plain],
  ['gzip', packed],
] as const;

suite('skopeo', isInstalled('skopeo') ? undefined : 'skopeo is not installed', () => {
  const inspected = (place: string): { Digest: string; Layers: string[] } => JSON.parse(run('skopeo', ['inspect', place]).toString());
  const copied = (from: string, to: string): string => {
    run('skopeo', ['--insecure-policy', 'copy', '-q', '--preserve-digests', from, `oci:${join(scratch, to)}:x`]);
    const { manifests } = JSON.parse(readFileSync(join(scratch, to, 'index.json'), 'utf8'));
    return manifests[0].digest;
  };

  it.each(FORMS)('reads the layouts and archives that are written, layers %s, and takes them as they are', async (name, set) => {
    const digest = set.images[0]?.descriptor.digest as string;
    const oci = `oci:${await layoutOf(set, `skopeo-${name}`)}:app`;
    expect(inspected(oci).Digest).toBe(digest);
    expect(copied(oci, `oci-${name}`)).toBe(digest);
    const only = { ...set, images: [{ name: 'app', descriptor: set.images[0]?.descriptor as never }] };
    const archive = `oci-archive:${await fileOf(writeOciArchive(only.store, only.images), `${name}.oci.tar`)}`;
    expect(inspected(archive).Digest).toBe(digest);
    expect(copied(archive, `archive-${name}`)).toBe(digest);
  });

  it.each([...FORMS.map(([name, set]) => [name, false, set] as const), ['plain', true, plain] as const])(
    'reads docker-archives of several images, layers %s (classic: %s)',
    async (name, classic, { store, images }) => {
      const path = await fileOf(writeDockerArchive(store, images, { classic }), `${name}-${classic}.tar`);
      for (const [tag, config, layers] of [
        ['app:1', id, 3],
        ['app:2', id, 3],
        ['other:1', digestOf(other.config), 1],
      ] as const) {
        const place = `docker-archive:${path}:${tag}`;
        expect(inspected(place).Layers).toHaveLength(layers);
        expect(digestOf(new Uint8Array(run('skopeo', ['inspect', '--config', '--raw', place])))).toBe(config);
      }
    },
  );
});

suite('umoci', whyNot('umoci'), () => {
  it.each(FORMS)('unpacks a layout that is written, layers %s', async (name, set) => {
    const bundle = join(scratch, `bundle-${name}`);
    run('umoci', ['unpack', '--image', `${await layoutOf(set, `umoci-${name}`)}:app`, bundle]);
    expect(pathsOf((await treeFromDisk(join(bundle, 'rootfs'))).tree)).toEqual(PATHS);
  });

  it('adds a tag to it, beside which ours goes on', async () => {
    const path = await layoutOf(plain, 'umoci-tagged');
    run('umoci', ['tag', '--image', `${path}:app`, 'theirs']);
    const folder = await openWritableFolder(path);
    const layout = await WritableLayout.open(folder);
    const [first] = await layout.list();
    await layout.tag(first?.descriptor as never, 'ours');
    expect((await layout.list()).map(({ name }) => name).sort()).toEqual(['app', 'other', 'ours', 'theirs']);
    expect(readdirSync(join(path, 'blobs/sha256'))).toContain(hexOf(id));
    await folder.close();
  });
});

const started = await docker();

suite('Docker', typeof started === 'string' ? started : undefined, () => {
  const engine = started as DockerEngine;
  afterAll(() => engine.close());

  it.each([...FORMS.map(([name, set]) => [name, false, set] as const), ['plain', true, plain] as const])(
    'loads the archives that are written, layers %s (classic: %s)',
    async (name, classic, { store, images }) => {
      const bytes = await collect(writeDockerArchive(store, images, { classic }));
      for (const [tag, config] of [
        ['app:1', id],
        ['app:2', id],
        ['other:1', digestOf(other.config)],
      ] as const)
        expect(await engine.load(bytes, tag), `${name} ${tag}`).toBe(config);
    },
  );
});

suite('podman', whyNot('podman'), () => {
  const podman = (...args: readonly string[]): Buffer =>
    run('podman', ['--root', join(scratch, 'podman'), '--runroot', join(scratch, 'run'), '--storage-driver', 'vfs', ...args]);

  it.each(FORMS)('loads the docker-archives that are written, layers %s', async (name, { store, images }) => {
    podman('load', '-q', '-i', await fileOf(writeDockerArchive(store, images), `podman-${name}.tar`));
    for (const [tag, config] of [
      ['app:1', id],
      ['app:2', id],
      ['other:1', digestOf(other.config)],
    ] as const)
      expect(podman('image', 'inspect', '--format', '{{.Id}}', tag).toString().trim()).toBe(hexOf(config));
    podman('rmi', '-a', '-f');
  });
});
