import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/digest/index.ts';
import { imageId } from '../../src/image/index.ts';
import { DOCKER_LAYER, encodeJson, OCI_LAYER, OCI_MANIFEST, parseManifest } from '../../src/oci/index.ts';
import { collect } from '../../src/stream/index.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import { classic, containerdStore, hybrid, kaniko, legacy, type Members, manifestJson, member, skopeo } from '../support/docker.ts';
import { hexOf, LAYERS, PATHS, plainImage } from '../support/image.ts';
import { diffIdsOf, errorsOf, failureOf, findingsOf, openMembers, pathsOf, textOf } from '../support/open.ts';
import { pack, zstdStored } from '../support/pack.ts';

const image = await plainImage(LAYERS);
const other = await plainImage([[{ name: 'other', body: 'other' }]], { architecture: 'arm64' });
const app = { image, tags: ['app:1'] };
const plain = classic(app);
const [lowest] = image.tars as [Uint8Array, ...Uint8Array[]];
const configName = `${hexOf(digestOf(image.config))}.json`;

/** The members of an image whose layers lie at these paths. */
function withLayers(paths: readonly string[], members: readonly EntryInit[], config: Uint8Array = image.config, more: object = {}): Members {
  return [...members, member('config.json', config), manifestJson([{ Config: 'config.json', RepoTags: ['app:1'], Layers: paths, ...more }])];
}

const layerMembers = (paths: readonly string[]): EntryInit[] => paths.map((path, i) => member(path, image.tars[i] as Uint8Array));
const PLACES = ['a/layer.tar', 'b/layer.tar', 'c/layer.tar'];

async function expectApp(members: Members): Promise<void> {
  const archive = await openMembers(members);
  expect(archive.kind).toBe('docker-archive');
  expect(pathsOf(await archive.tree())).toEqual(PATHS);
  expect(await textOf((await archive.tree()).lookup('etc/app.conf'))).toBe('port = 80\n');
  expect(await errorsOf(async () => archive)).toEqual([]);
}

describe('a docker-archive of every age', () => {
  it.each<[string, Members]>([
    ['docker 1.10 to 24', plain],
    ['skopeo and podman', skopeo(app)],
    ['kaniko', kaniko(app)],
    ['jib', kaniko(app, 'config.json')],
    ['docker 25 and later', hybrid(app)],
    ['docker on containerd', containerdStore(app)],
  ])('is read as %s writes it', async (_, members) => {
    await expectApp(members);
    const archive = await openMembers(members);
    const [only] = archive.images;
    expect(archive.images).toHaveLength(1);
    expect(only?.names).toContain('app:1');
    expect(only && (await imageId(only))).toBe(digestOf(image.config));
    expect(only && (await diffIdsOf(only.image))).toEqual(image.diffIds);
  });

  it('is read in any order of its members, with ./ before each name or a slash', async () => {
    await expectApp([...plain].reverse());
    for (const lead of ['./', '/', './/']) await expectApp(plain.map((entry) => ({ ...entry, name: lead + entry.name })));
  });

  it('gives an image the OCI manifest that a conversion without recompression writes', async () => {
    const { image: view } = (await openMembers(kaniko(app))).images[0] as { image: Awaited<ReturnType<typeof first>> };
    const manifest = await view.manifest();
    expect(parseManifest(manifest.raw, OCI_MANIFEST).problems).toEqual([]);
    expect(manifest.layers).toEqual(image.tars.map((tar) => ({ mediaType: OCI_LAYER, digest: digestOf(tar), size: tar.length })));
    expect(manifest.config.digest).toBe(digestOf(image.config));
    expect(manifest.raw).toEqual((await (await first(plain)).manifest()).raw);
  });
});

async function first(members: Members): ReturnType<Awaited<ReturnType<typeof openMembers>>['image']> {
  return (await openMembers(members)).image();
}

describe('table A', () => {
  it('A1: an archive with both views is a docker-archive, and an OCI archive where that is asked for', async () => {
    const both = hybrid(app);
    expect(await openMembers(both)).toMatchObject({ kind: 'docker-archive', oci: true, disagreements: [] });
    const layout = await openMembers(both, { kind: 'oci-archive' });
    expect(layout.kind).toBe('oci-archive');
    expect(pathsOf(await layout.tree())).toEqual(PATHS);
  });

  it('A2: lists several images that share layers, and may list none', async () => {
    const sibling = await plainImage([LAYERS[0] ?? [], [{ name: 'b', body: 'b' }]]);
    const archive = await openMembers(skopeo(app, { image: sibling, tags: ['docker.io/library/sib:2', 'registry:5000/a/sib'] }));
    expect(archive.images.map(({ names }) => names)).toEqual([['app:1'], ['docker.io/library/sib:2', 'registry:5000/a/sib']]);
    for (const name of ['sib:2', 'docker.io/library/sib:2', '@1', digestOf(sibling.config), 'registry:5000/a/sib:latest'])
      expect(pathsOf(await archive.tree({ image: name }))).toContain('b');
    expect((await openMembers([manifestJson([])])).images).toEqual([]);
    expect((await failureOf(() => openMembers([manifestJson(null)]))).code).toBe('OCI_DOCUMENT');
    expect((await failureOf(() => openMembers([member('manifest.json', '[{"Config":')]))).code).toBe('JSON_INVALID');
  });

  it('A3: ignores members that it does not know, and takes null for no tags and no layers', async () => {
    const entry = { config: 'config.json', RepoTags: null, LAYERS: PLACES, Parent: 'sha256:x', LayerSources: null, Unknown: { a: [1] } };
    const archive = await openMembers([...layerMembers(PLACES), member('config.json', image.config), manifestJson([entry])]);
    expect(archive.images.map(({ names }) => names)).toEqual([[]]);
    expect(pathsOf(await archive.tree())).toEqual(PATHS);
  });

  it.each([configName, `sha256:${hexOf(configName).slice(0, 64)}`, `blobs/sha256/${configName.slice(0, 64)}`, 'config.json', './deep/er/config'])(
    'A4: finds the configuration at %s, and checks a name that is a digest',
    async (path) => {
      const entries = (config: Uint8Array): Members => [
        ...layerMembers(PLACES),
        member(path, config),
        manifestJson([{ Config: path, RepoTags: [], Layers: PLACES }]),
      ];
      expect(await errorsOf(() => openMembers(entries(image.config)))).toEqual([]);
      const changed = encodeJson({ ...JSON.parse(new TextDecoder().decode(image.config)), os: 'plan9' });
      const isNamed = path.includes(configName.slice(0, 64));
      expect(await errorsOf(() => openMembers(entries(changed)))).toEqual(isNamed ? ['BLOB_NAME'] : []);
    },
  );

  it('A5: tells the compression of each layer by its bytes, whatever its name', async () => {
    const paths = ['x/layer.tar', 'layer.tar.gz', 'blobs/sha256/odd.zst'];
    const bodies = [pack(image.tars[0] as Uint8Array, 'gzip'), image.tars[1] as Uint8Array, zstdStored(image.tars[2] as Uint8Array)];
    await expectApp(
      withLayers(
        paths,
        paths.map((path, i) => member(path, bodies[i] as Uint8Array)),
      ),
    );
  });

  it('A6: follows layers that are symbolic links, in chains and to members that come later', async () => {
    const links: EntryInit[] = [
      { name: 'a/layer.tar', type: 'symlink', linkname: '../first/layer.tar' },
      { name: 'first/layer.tar', type: 'symlink', linkname: './really.tar' },
    ];
    await expectApp(withLayers(PLACES, [...links, ...layerMembers(['first/really.tar', 'b/layer.tar', 'c/layer.tar'])]));
  });

  it('A6: ends at links that lead in a circle', async () => {
    const links: EntryInit[] = [
      { name: 'a/layer.tar', type: 'symlink', linkname: '../b/layer.tar' },
      { name: 'b/layer.tar', type: 'symlink', linkname: '../a/layer.tar' },
    ];
    const archive = await openMembers(withLayers(PLACES, [...links, member('c/layer.tar', lowest)]));
    expect(archive.artifacts).toMatchObject([{ kind: 'faulty', names: ['app:1'], error: { code: 'BLOB_MISSING' } }]);
    expect((await failureOf(() => archive.tree())).code).toBe('BLOB_MISSING');
  });

  it('A7: follows a link that was meant from the root of the archive', async () => {
    const link: EntryInit = { name: 'a/layer.tar', type: 'symlink', linkname: 'blobs/first.tar' };
    await expectApp(withLayers(PLACES, [link, ...layerMembers(['blobs/first.tar', 'b/layer.tar', 'c/layer.tar'])]));
  });

  it('A8: follows layers that are hard links, also to a member that comes later', async () => {
    const link: EntryInit = { name: 'a/layer.tar', type: 'hardlink', linkname: 'first.tar' };
    const members = layerMembers(['first.tar', 'b/layer.tar', 'c/layer.tar']);
    await expectApp(withLayers(PLACES, [...members, link]));
    await expectApp(withLayers(PLACES, [link, ...members]));
  });

  it('A9: cleans the names of members and of what manifest.json names, and lets none leave the archive', async () => {
    await expectApp(withLayers(['./a//layer.tar', '/b/layer.tar', 'x/../c/layer.tar'], layerMembers(PLACES)));
    const long = PLACES.map((path) => `${'long-'.repeat(40)}/${path}`);
    await expectApp(withLayers(long, layerMembers(long)));
    for (const path of ['../../etc/passwd', 'a/../../b'])
      expect(await errorsOf(() => openMembers(withLayers([path, ...PLACES.slice(1)], layerMembers(PLACES))))).toEqual(['PATH_ESCAPES']);
    expect(await errorsOf(() => openMembers([manifestJson([{ Config: '../secret', Layers: [] }])]))).toEqual(['PATH_ESCAPES']);
  });

  it('A13: sees the image through its compressed manifest, and lists its attestation and the other platforms', async () => {
    const archive = await openMembers(containerdStore(app, [other]));
    expect(archive.images).toHaveLength(2);
    const [own, foreign] = archive.images;
    expect((await own?.image.manifest())?.layers.every(({ mediaType }) => mediaType.endsWith('+gzip'))).toBe(true);
    expect([own?.digest !== undefined, own?.names.includes('app:1'), foreign?.names.includes('docker.io/library/app:1')]).toEqual([true, true, true]);
    expect(archive.artifacts).toMatchObject([{ kind: 'attestation', subject: own?.digest }]);
    expect(pathsOf(await archive.tree({ platform: 'linux/arm64' }))).toEqual(['other']);
    expect(archive.disagreements).toEqual([]);
  });

  it('A14: lists an image with several tags once, though index.json names it several times', async () => {
    const archive = await openMembers(hybrid({ image, tags: ['app:1', 'app:latest', 'app:stable'] }));
    expect(archive.images).toHaveLength(1);
    expect(archive.images[0]?.names.slice(0, 3)).toEqual(['app:1', 'app:latest', 'app:stable']);
    for (const name of ['app:1', 'app', 'stable']) expect(pathsOf(await archive.tree({ image: name }))).toEqual(PATHS);
  });

  it('A16: refuses an image that has not as many layers as diffIDs, and lists the others', async () => {
    const entries = [
      { Config: 'config.json', RepoTags: ['bad:1'], Layers: PLACES.slice(0, 2) },
      { Config: 'other.json', RepoTags: ['good:1'], Layers: ['o.tar'] },
    ];
    const members = [member('config.json', image.config), member('other.json', other.config), member('o.tar', other.tars[0] as Uint8Array)];
    const archive = await openMembers([...layerMembers(PLACES), ...members, manifestJson(entries)]);
    expect(archive.images.map(({ names }) => names)).toEqual([['good:1']]);
    expect(archive.artifacts).toMatchObject([{ kind: 'faulty', names: ['bad:1'], error: { code: 'IMAGE_LAYERS' } }]);
    expect(pathsOf(await archive.tree())).toEqual(['other']);
    expect((await failureOf(() => archive.tree({ image: 'bad:1' }))).code).toBe('IMAGE_LAYERS');
    expect(await errorsOf(async () => archive)).toEqual(['IMAGE_LAYERS']);
  });

  it('A16: computes the diffIDs of a configuration that states none', async () => {
    const bare = encodeJson({ architecture: 'amd64', os: 'linux' });
    const archive = await openMembers(withLayers(PLACES, layerMembers(PLACES), bare));
    const view = await archive.image();
    expect(await diffIdsOf(view)).toEqual([undefined, undefined, undefined]);
    expect(await Promise.all((await view.layers()).map((layer) => layer.computeDiffId()))).toEqual(image.diffIds);
    expect((await view.manifest()).layers.map(({ digest }) => digest)).toEqual(image.diffIds);
    expect(await findingsOf(archive)).toContainEqual(expect.objectContaining({ code: 'DOCUMENT', message: expect.stringContaining('"rootfs"') }));
  });

  it('A17: keeps a layer that occurs twice at both its positions, also where it is stored twice', async () => {
    const twice = await plainImage([LAYERS[0] ?? [], LAYERS[2] ?? [], LAYERS[0] ?? []]);
    const archive = await openMembers(classic({ image: twice, tags: null }));
    const layers = await (await archive.image()).layers();
    expect(layers.map(({ position, diffId }) => [position, diffId])).toEqual(twice.diffIds.map((id, i) => [i, id]));
    expect((await archive.tree()).lookup('etc/app.conf')?.origin).toBe(2);
    expect(await errorsOf(async () => archive)).toEqual([]);
  });

  it('A17: lets one diffID have two digests', async () => {
    const twice = await plainImage([LAYERS[0] ?? [], LAYERS[0] ?? []]);
    const paths = ['plain.tar', 'packed.tar.gz'];
    const members = paths.map((path, i) => member(path, pack(lowest, i === 0 ? 'none' : 'gzip')));
    const archive = await openMembers([...members, member('c.json', twice.config), manifestJson([{ Config: 'c.json', Layers: paths }])]);
    expect(await diffIdsOf(await archive.image())).toEqual(twice.diffIds);
    expect(await errorsOf(async () => archive)).toEqual([]);
  });

  it('A18: refuses one member that is to be two layers', async () => {
    const paths = ['a/layer.tar', 'link.tar', 'c/layer.tar'];
    const link: EntryInit = { name: 'link.tar', type: 'symlink', linkname: 'a/layer.tar' };
    const archive = await openMembers(withLayers(paths, [...layerMembers(PLACES), link]));
    expect((await failureOf(() => archive.image())).message).toContain('has two diffIDs');
  });

  it.each(['none', 'gzip', 'zstd'] as const)('A19: finds a layer that is not its diffID (%s)', async (packing) => {
    const bodies = [image.tars[0], image.tars[2], image.tars[1]].map((tar) => pack(tar as Uint8Array, packing));
    const members = withLayers(
      PLACES,
      PLACES.map((path, i) => member(path, bodies[i] as Uint8Array)),
    );
    expect((await openMembers(members)).images).toHaveLength(1);
    expect(await errorsOf(() => openMembers(members))).toEqual(expect.arrayContaining([expect.stringMatching(/^DIGEST_/)]));
  });

  it('A20: keeps the descriptor of a foreign layer, by its diffID or by the digest in its path', async () => {
    const [id] = image.diffIds;
    const foreign = {
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      size: 77,
      digest: digestOf(Uint8Array.of(1)),
      urls: ['https://example.com/x'],
    };
    for (const [path, sources] of [
      ['gone/layer.tar', { [id as string]: foreign }],
      [`${hexOf(foreign.digest)}.tar.gz`, { 'sha256:other': foreign }],
    ] as const) {
      const archive = await openMembers(
        withLayers([path, 'b/layer.tar', 'c/layer.tar'], layerMembers(PLACES).slice(1), image.config, { LayerSources: sources }),
      );
      const [layer] = (await (await archive.image()).manifest()).layers;
      expect(layer).toMatchObject(foreign);
      expect(await findingsOf(archive)).toMatchObject([{ code: 'BLOB_MISSING', severity: 'info', where: foreign.digest }]);
      expect((await failureOf(() => archive.tree())).code).toBe('BLOB_MISSING');
    }
  });

  it('A20: reads the member where a source is given for a layer that is there', async () => {
    const [id] = image.diffIds;
    const source = { mediaType: DOCKER_LAYER, size: lowest.length, digest: id };
    await expectApp(withLayers(PLACES, layerMembers(PLACES), image.config, { LayerSources: { [id as string]: source } }));
  });

  it('A21: reads images that name a parent in the same archive', async () => {
    const parent = await plainImage(LAYERS.slice(0, 2));
    const entries = [
      { Config: 'p.json', RepoTags: ['base:1'], Layers: PLACES.slice(0, 2) },
      { Config: 'config.json', RepoTags: ['app:1'], Layers: PLACES, Parent: digestOf(parent.config) },
    ];
    const archive = await openMembers([
      ...layerMembers(PLACES),
      member('p.json', parent.config),
      member('config.json', image.config),
      manifestJson(entries),
    ]);
    expect(pathsOf(await archive.tree({ image: 'app:1' }))).toEqual(PATHS);
    expect(pathsOf(await archive.tree({ image: 'base:1' }))).toEqual(['etc', 'etc/app.conf', 'tmp']);
  });

  it('A22: reads the archives of kaniko, whose layers are compressed, unpacking each once to list it', async () => {
    await expectApp(kaniko(app));
    await expectApp(kaniko(app, undefined, 'zstd'));
  });

  it('A23: reads an image without layers', async () => {
    const empty = await plainImage([]);
    const archive = await openMembers([member('c.json', empty.config), manifestJson([{ Config: 'c.json', RepoTags: ['empty:1'], Layers: null }])]);
    expect(pathsOf(await archive.tree({ image: 'empty:1' }))).toEqual([]);
    expect(await errorsOf(async () => archive)).toEqual([]);
  });
});

describe('an archive of an engine before 1.10 (A10)', () => {
  it('is read by the parents of its layers, with the tags of repositories', async () => {
    const archive = await openMembers(legacy(app, { image: other, tags: ['reg:5000/other:x', 'other:y'] }));
    expect(archive.images.map(({ names }) => [...names].sort())).toEqual([['app:1'], ['other:y', 'reg:5000/other:x']]);
    expect(pathsOf(await archive.tree({ image: 'app:1' }))).toEqual(PATHS);
    expect(await diffIdsOf(await archive.image({ image: 'app:1' }))).toEqual(image.diffIds);
    expect(await errorsOf(async () => archive)).toEqual([]);
  });

  it('gets the configuration that the engine makes of it: keys in order, characters escaped as Go does', async () => {
    const config = await (await first(legacy(app))).config();
    const text = new TextDecoder().decode(config.raw);
    expect(Object.keys(JSON.parse(text))).toEqual(['architecture', 'container_config', 'created', 'docker_version', 'history', 'os', 'rootfs']);
    expect(text).toContain('ADD 2 \\u0026\\u0026 true');
    expect(config.history.map(({ created_by }) => created_by)).toEqual([0, 1, 2].map((i) => `/bin/sh -c #(nop) ADD ${i} && true`));
  });

  it('unpacks compressed layers for their diffIDs', async () => {
    const packed = legacy(app).map((entry) =>
      entry.name.endsWith('/layer.tar') ? { ...entry, body: pack(entry.body as Uint8Array, 'gzip') } : entry,
    );
    expect(await diffIdsOf(await first(packed))).toEqual(image.diffIds);
    expect(pathsOf(await (await openMembers(packed)).tree())).toEqual(PATHS);
  });

  it('lists its top layers where no file names them', async () => {
    const archive = await openMembers(legacy(app).slice(0, -1));
    expect(archive.images.map(({ names }) => names)).toEqual([[]]);
    expect(pathsOf(await archive.tree())).toEqual(PATHS);
  });

  it('ends at a layer that is its own ancestor, at a missing parent, and at a folder of no layer', async () => {
    const json = (id: string, parent?: string): EntryInit[] => [member(`${id}/json`, encodeJson({ id, parent })), member(`${id}/layer.tar`, lowest)];
    const names = (id: string): EntryInit => member('repositories', encodeJson({ a: { latest: id } }));
    expect(await errorsOf(() => openMembers([...json('a', 'b'), ...json('b', 'a'), names('a')]))).toEqual(['IMAGE_LAYERS']);
    expect(await errorsOf(() => openMembers([...json('a', 'b'), names('a')]))).toEqual(['BLOB_MISSING']);
    expect(await errorsOf(() => openMembers([...json('a'), member('a/json', '[]'), names('a')]))).toEqual(['OCI_DOCUMENT']);
    expect(await errorsOf(() => openMembers([...json('a', '../../x'), names('a')]))).toEqual(['PATH_ESCAPES']);
  });
});

it('reads layers to compressed members out of order without unpacking each time anew', async () => {
  const names = Array.from({ length: 40 }, (_, i) => ({ name: `f${String(i).padStart(2, '0')}`, body: `${i}`.repeat(999) }));
  const many = await plainImage([[...names].reverse()]);
  const tree = await (await openMembers(kaniko({ image: many, tags: null }))).tree();
  for (const { node } of tree.walk()) if (node.type === 'file') expect((await collect(node.body.stream())).length).toBe(node.size);
});
