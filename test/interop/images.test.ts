import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/digest/index.ts';
import { imageId } from '../../src/image/index.ts';
import { open } from '../../src/open.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import { classic, containerdStore, hybrid, kaniko, legacy, type Members, skopeo } from '../support/docker.ts';
import { LAYERS, type PlainImage, plainImage } from '../support/image.ts';
import { LayoutBuilder } from '../support/layout.ts';
import { BASE, ROWS } from '../support/merge-rows.ts';
import { diffIdsOf, imagesOf, imageWith, linesOf } from '../support/open.ts';
import { tarOf } from '../support/pack.ts';
import { type DockerEngine, docker, type Engine, umoci, whyNot } from './engines.ts';
import { isInstalled, run } from './readers.ts';

const image = await plainImage(LAYERS);
const app = { image, tags: ['app:1'] };

function suite(name: string, why: string | undefined, cases: () => void): void {
  describe.skipIf(why)(why ? `${name} (skipped: ${why})` : name, cases);
}

/** Where an engine differs from `sequential` semantics: it refuses the image, or shows other lines. The rows are those of `merge-rows.ts`. */
type Differences = Readonly<Record<string, 'refuses' | 'as overlay' | { readonly without?: readonly string[]; readonly with?: readonly string[] }>>;

const rowsNamed = (...numbers: readonly string[]): typeof ROWS => ROWS.filter(({ name }) => numbers.includes(name.split(':')[0] as string));

function merging(engine: () => Engine, rows: typeof ROWS, differences: Differences): void {
  it.each(rows.map((row) => [row.name, row] as const))('%s', async (name, { upper }) => {
    const difference = differences[name.split(':')[0] as string];
    const merged = engine().merge(await plainImage([BASE, upper]));
    if (difference === 'refuses') return expect(merged).rejects.toThrow();
    const ours = await linesOf(await (await imageWith([BASE, upper], { semantics: difference === 'as overlay' ? 'overlay' : 'sequential' })).tree());
    const { without = [], with: more = [] } = typeof difference === 'object' ? difference : {};
    expect(await linesOf(await merged)).toEqual([...ours.filter((line) => !without.includes(line)), ...more].sort());
  });
}

// Each difference is a row of table C: what umoci 0.4.7 does, and why it is not what is shown here.
const UMOCI: Differences = {
  C1: 'as overlay', // as the specification says
  C10: 'refuses', // replaces the file since 0.5.0
  C14: 'refuses', // wants the target first
  C16: { with: ['.wh..wh.plnk/', '.wh..wh.plnk/123.456 = kept'] }, // knows nothing of AUFS
  C18: { without: ['dir/a = a', 'dir/b = b', 'dir/sub/', 'dir/sub/c = c'] }, // empties what the link leads to
  C22: 'as overlay',
  C27: 'as overlay',
};

suite('umoci merges layers as we do', whyNot('umoci'), () => {
  let engine: Engine;
  beforeAll(() => {
    engine = umoci();
  });
  afterAll(() => engine.close());
  merging(() => engine, ROWS, UMOCI);

  it('with the same modes, owners, times and links, in an image with opaque folders and xattrs', async () => {
    const odd: PlainImage = await plainImage(METADATA);
    const theirs = await engine.merge(odd);
    const ours = await (await imageWith(METADATA)).tree();
    const facts = (tree: typeof ours): unknown[] =>
      [...tree.walk()].map(({ path, node }) => [
        path,
        node.type,
        node.mode,
        node.uid,
        node.gid,
        node.implied ? 0 : node.mtime.seconds,
        tree.hardLinks().get(node)?.[0],
      ]);
    expect(facts(theirs).map(withoutLinkMode)).toEqual(facts(ours).map(withoutLinkMode));
    expect(ours.lookup('srv/app')?.xattrs.get('user.note')).toEqual(Uint8Array.of(1, 0, 255));
  });
});

const METADATA: readonly (readonly EntryInit[])[] = [
  [
    { name: 'srv/', mode: 0o2775, uid: 5, gid: 6, mtime: { seconds: 86_400, nanoseconds: 0 } },
    { name: 'srv/old', body: 'old' },
    { name: 'srv/app', body: 'app', mode: 0o4755, uid: 1000, xattrs: new Map([['user.note', Uint8Array.of(1, 0, 255)]]) },
    { name: 'srv/too', type: 'hardlink', linkname: 'srv/app' },
    { name: 'pipe', type: 'fifo', mode: 0o600 },
    { name: 'null', type: 'character-device', devmajor: 1, devminor: 3, mode: 0o666 },
    { name: 'gone/', mtime: { seconds: 7, nanoseconds: 0 } },
    { name: 'gone/x', body: 'x' },
  ],
  [
    { name: 'gone/', mode: 0o700, mtime: { seconds: 9, nanoseconds: 0 } },
    { name: 'gone/.wh..wh..opq', body: '' },
    { name: 'gone/y', body: 'y', uid: 7, mtime: { seconds: -5, nanoseconds: 0 } },
    { name: 'link', type: 'symlink', linkname: 'srv/app', uid: 3 },
  ],
];

const withoutLinkMode = (row: unknown): unknown => (Array.isArray(row) && row[1] === 'symlink' ? [...row.slice(0, 2), ...row.slice(3)] : row);

const DOCKER: Differences = {
  C4: 'refuses',
  C11: 'refuses', // two entries with one path
  C16: { with: ['.wh..wh.plnk/'] }, // the folder, empty
};

const started = await docker();

suite('Docker', typeof started === 'string' ? started : undefined, () => {
  const engine = started as DockerEngine;
  afterAll(() => engine.close());

  describe('merges layers in a folder as we do by sequential semantics', () => {
    merging(() => engine, rowsNamed('C1', 'C2', 'C3', 'C4', 'C7', 'C11', 'C12', 'C13', 'C16', 'C18', 'C22', 'C23'), DOCKER);
  });

  it.each<[string, Members]>([
    ['an archive of its own', classic(app)],
    ['an archive of before 1.10', legacy(app)],
    ['one that skopeo wrote', skopeo(app)],
    ['one that kaniko wrote', kaniko(app)],
    ['one of docker 25', hybrid(app)],
  ])('loads %s as the image that we see in it', async (_, members) => {
    const [only] = imagesOf(await open(await tarOf(members))).images;
    expect(await engine.load(members, 'app:1')).toBe(only && (await imageId(only)));
  });
});

suite('skopeo', isInstalled('skopeo') ? undefined : 'skopeo is not installed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lading-skopeo-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const layout = new LayoutBuilder();
  const oci = layout.members([
    { ...layout.image(image, { packing: ['none', 'gzip', 'gzip'] }), annotations: { 'org.opencontainers.image.ref.name': 'x' } },
  ]);
  let count = 0;
  const copied = async (from: string, members: Members, to: string): Promise<Uint8Array> => {
    const [source, destination] = [join(folder, `${count++}.tar`), join(folder, `${count++}.tar`)];
    writeFileSync(source, await tarOf(members));
    run('skopeo', ['--insecure-policy', 'copy', `${from}:${source}`, `${to}:${destination}${to === 'oci-archive' ? ':x' : ''}`]);
    return new Uint8Array(readFileSync(destination));
  };

  it.each<[string, string, Members]>([
    ['docker 1.10', 'docker-archive', classic(app)],
    ['skopeo', 'docker-archive', skopeo(app)],
    ['kaniko', 'docker-archive', kaniko(app)],
    ['docker 25', 'docker-archive', hybrid(app)],
    ['docker on containerd', 'docker-archive', containerdStore(app)],
    ['an OCI archive', 'oci-archive', oci],
  ])('reads what %s wrote as we do, and we read what it makes of that', async (_, from, members) => {
    for (const to of ['oci-archive', 'docker-archive']) {
      const archive = imagesOf(await open(await copied(from, members, to)));
      expect(archive.kind).toBe(to);
      const [only] = archive.images;
      expect(only && (await diffIdsOf(only.image))).toEqual(image.diffIds);
      // From one form to the other skopeo writes the configuration anew.
      if (from === to) expect(only && (await imageId(only))).toBe(digestOf(image.config));
      expect(await linesOf(await archive.tree())).toEqual(await linesOf(await (await imageWith(LAYERS)).tree()));
    }
  });
});
