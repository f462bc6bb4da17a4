import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/digest/index.ts';
import { imageId } from '../../src/image/index.ts';
import { isLayout, LayoutStore, treeFolder } from '../../src/layout/index.ts';
import { openFolder } from '../../src/node/index.ts';
import {
  CONTAINERD_NAME,
  type Descriptor,
  DOCKER_CONFIG,
  DOCKER_INDEX,
  DOCKER_LAYER,
  DOCKER_MANIFEST,
  encodeJson,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER,
  OCI_MANIFEST,
  REF_NAME,
} from '../../src/oci/index.ts';
import { type ImageArchive, open } from '../../src/open.ts';
import { directory, symlink } from '../../src/tree/index.ts';
import { hexOf, LAYERS, PATHS, plainImage } from '../support/image.ts';
import { LayoutBuilder, treeOf, writeFolder } from '../support/layout.ts';
import { errorsOf, failureOf, findingsOf, imagesOf, openMembers, pathsOf } from '../support/open.ts';
import { type Packing, pack } from '../support/pack.ts';

const scratch = mkdtempSync(join(tmpdir(), 'lading-layout-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let folders = 0;

const image = await plainImage(LAYERS);
const arm = await plainImage([[{ name: 'arm', body: 'arm' }]], { architecture: 'arm64' });
const seven = await plainImage([[{ name: 'seven', body: '7' }]], { architecture: 'arm', variant: 'v7' });
const AMD64 = { os: 'linux', architecture: 'amd64' };
const ARM64 = { os: 'linux', architecture: 'arm64' };

function onDisk(members: ReturnType<LayoutBuilder['members']>): string {
  const path = join(scratch, String(folders++));
  writeFolder(path, members);
  return path;
}

/** A layout of whatever the recipe puts in `index.json`, opened as an archive. */
async function layoutOf(fill: (layout: LayoutBuilder) => readonly object[]): Promise<ImageArchive> {
  const layout = new LayoutBuilder();
  return openMembers(layout.members(fill(layout)));
}

describe('an OCI layout', () => {
  const layout = new LayoutBuilder();
  const members = layout.members(layout.named(layout.image(image, { packing: ['none', 'gzip', 'zstd'] }), 'app:1'));

  it('is read alike from a folder on the disk, from a folder in memory and from an archive', async () => {
    const archives = [await open(onDisk(members)), await open(treeOf(members)), await openMembers(members)].map(imagesOf);
    expect(archives.map(({ kind }) => kind)).toEqual(['oci-layout', 'oci-layout', 'oci-archive']);
    for (const archive of archives) {
      expect(archive.images.map(({ names }) => names)).toEqual([['docker.io/library/app:1', '1']]);
      expect(pathsOf(await archive.tree())).toEqual(PATHS);
      expect(await findingsOf(archive)).toEqual([]);
      await archive.close();
    }
  });

  it('is read from an archive in any order of its members, with ./ before each', async () => {
    for (const form of [[...members].reverse(), members.map((member) => ({ ...member, name: `./${member.name}` }))])
      expect(pathsOf(await (await openMembers([{ name: './' }, ...form])).tree())).toEqual(PATHS);
  });
});

describe('table B', () => {
  it('B1: oci-layout must be there, and be of the one version or be warned of; other files and members may be', async () => {
    const layout = new LayoutBuilder();
    const members = layout.members([layout.image(image)]).filter(({ name }) => name !== 'oci-layout');
    expect(await isLayout(treeFolder(treeOf(members)))).toBe(false);
    const version = (body: string) =>
      openMembers([...members, { name: 'oci-layout', body }, { name: 'manifest.json', body: '{}' }, { name: 'README' }]);
    expect(await findingsOf(await version('{"imageLayoutVersion":"1.0.0","x":1}'))).toEqual([]);
    const later = await findingsOf(await version('{"imageLayoutVersion":"2.0.0"}'));
    expect(later).toMatchObject([{ code: 'DOCUMENT', severity: 'warning', where: expect.stringContaining('oci-layout') }]);
    for (const body of ['{}', '[]', '{"imageLayoutVersion":1}']) expect((await failureOf(() => version(body))).code).toBe('OCI_DOCUMENT');
    expect((await failureOf(() => version(''))).code).toBe('JSON_INVALID');
  });

  it('B2: content may be there that nothing names, and may be missing; the two are told apart', async () => {
    const unnamed = await layoutOf((layout) => {
      layout.put(Uint8Array.of(1, 2), 'a/b');
      return [layout.image(image)];
    });
    expect(await findingsOf(unnamed)).toEqual([]);
    const missing = await layoutOf((layout) => {
      const manifest = layout.image(image, { packing: 'gzip' });
      layout.blobs.delete(digestOf(pack(image.tars[1] as Uint8Array, 'gzip')));
      return [manifest];
    });
    expect(await findingsOf(missing)).toMatchObject([
      { code: 'BLOB_MISSING', severity: 'error', where: digestOf(pack(image.tars[1] as Uint8Array, 'gzip')) },
    ]);
    expect(pathsOf(await (await missing.image()).tree(0))).toEqual(['etc', 'etc/app.conf', 'tmp', 'tmp/cache']);
    expect((await failureOf(() => missing.tree())).code).toBe('BLOB_MISSING');
    const empty = await openMembers(new LayoutBuilder().members([]));
    expect([empty.images, empty.artifacts, await findingsOf(empty)]).toEqual([[], [], []]);
  });

  it('B3: lists entries of unknown types, repeated and without names', async () => {
    const archive = await layoutOf((layout) => {
      const manifest = layout.image(image);
      const odd = layout.put(encodeJson({ a: 1 }), 'application/x.odd');
      return [manifest, manifest, odd, { ...odd, mediaType: 'application/x.odder', digest: digestOf(Uint8Array.of(7)), size: 1 }];
    });
    expect(archive.images.map(({ names }) => names)).toEqual([[]]);
    expect(archive.artifacts.map(({ kind, artifactType }) => [kind, artifactType])).toEqual([
      ['artifact', 'application/x.odd'],
      ['artifact', 'application/x.odder'],
    ]);
  });

  it('B4: finds an image by the tag, and by the whole reference where the layout has it', async () => {
    const name = 'registry.example:5000/team/app:1.2@x/+';
    const archive = await layoutOf((layout) => [
      ...layout.named(layout.image(image), 'app:1'),
      { ...layout.image(arm), annotations: { [REF_NAME]: name, [CONTAINERD_NAME]: 'registry.example:5000/team/app:1.2' } },
    ]);
    for (const wanted of ['app:1', 'docker.io/library/app:1', '1', 'library/app:1'])
      expect(pathsOf(await archive.tree({ image: wanted }))).toEqual(PATHS);
    for (const wanted of [name, 'registry.example:5000/team/app:1.2', '1.2']) expect(pathsOf(await archive.tree({ image: wanted }))).toEqual(['arm']);
  });

  it('B5: goes through indexes in indexes, and shows an image under every name that leads to it', async () => {
    const archive = await layoutOf((layout) => {
      const [one, two] = [layout.image(image, { platform: AMD64 }), layout.image(arm, { platform: ARM64 })];
      const inner = layout.index([one, two]);
      const outer = layout.index([inner]);
      return [...layout.named(outer, 'deep:1'), ...layout.named(inner, 'flat:1'), ...layout.named(two, 'arm:1')];
    });
    const names = archive.images.map((entry) =>
      entry.names.filter((name) => name.includes('/')).map((name) => name.slice('docker.io/library/'.length)),
    );
    expect(names.map((some) => [...some].sort())).toEqual([
      ['deep:1', 'flat:1'],
      ['arm:1', 'deep:1', 'flat:1'],
    ]);
    expect((await failureOf(() => archive.tree({ image: 'deep:1' }))).code).toBe('IMAGE_AMBIGUOUS');
    expect(pathsOf(await archive.tree({ image: 'deep:1', platform: 'linux/arm64' }))).toEqual(['arm']);
  });

  it('B6: chooses by platform, an older variant where there is no better, the configuration where the index says none, and never an attestation', async () => {
    const archive = await layoutOf((layout) => {
      const own = layout.image(image);
      const v6 = layout.image(arm, { platform: { os: 'linux', architecture: 'arm', variant: 'v6' } });
      const v7 = layout.image(seven, { platform: { os: 'linux', architecture: 'arm', variant: 'v7' } });
      return [layout.index([v6, v7, own, layout.attestation(own)])];
    });
    const at = async (platform: string): Promise<string[]> => pathsOf(await archive.tree({ platform }));
    expect(await at('linux/arm/v7')).toEqual(['seven']);
    expect(await at('linux/arm')).toEqual(['seven']);
    expect(await at('linux/arm/v6')).toEqual(['arm']);
    expect(await at('linux/x86_64')).toEqual(PATHS);
    expect((await failureOf(() => at('linux/s390x'))).code).toBe('IMAGE_NOT_FOUND');
    expect((await failureOf(() => at('unknown/unknown'))).code).toBe('IMAGE_NOT_FOUND');
    expect((await failureOf(() => archive.tree())).message).toMatch(/@0 linux\/arm\/v6.*@1 linux\/arm\/v7.*@2 linux\/amd64/);
  });

  it('B7: lists attestations with what they attest', async () => {
    let own: Descriptor | undefined;
    const archive = await layoutOf((layout) => {
      own = layout.image(image, { platform: AMD64 });
      return [layout.index([own, layout.attestation(own)])];
    });
    expect(archive.images).toHaveLength(1);
    expect(archive.artifacts).toMatchObject([{ kind: 'attestation', subject: own?.digest }]);
  });

  it('B8: reads Docker’s manifests and lists like OCI’s, and says that it does not read schema 1', async () => {
    const types = { manifest: DOCKER_MANIFEST, config: DOCKER_CONFIG, layer: DOCKER_LAYER };
    const archive = await layoutOf((layout) => [
      layout.json({ manifests: [layout.image(image, { types, packing: ['none', 'gzip', 'zstd'], platform: AMD64 })] }, DOCKER_INDEX),
      layout.put(encodeJson({ schemaVersion: 1, name: 'a', tag: 'b', fsLayers: [] }), 'application/vnd.docker.distribution.manifest.v1+prettyjws'),
    ]);
    expect(pathsOf(await archive.tree())).toEqual(PATHS);
    expect(archive.artifacts).toMatchObject([{ artifactType: 'application/vnd.docker.distribution.manifest.v1+prettyjws' }]);
  });

  it('B9 and B10: lets a body have no media type, or that of another vendor with a warning; one of another kind is an error', async () => {
    const body = (mediaType: string | undefined, expected = OCI_MANIFEST): Promise<ImageArchive> =>
      layoutOf((layout) => {
        const { digest } = layout.image(image);
        const manifest = JSON.parse(new TextDecoder().decode(layout.blobs.get(digest)));
        return [layout.put(encodeJson({ ...manifest, mediaType }), expected)];
      });
    expect(await findingsOf(await body(undefined))).toEqual([]);
    expect(await findingsOf(await body(DOCKER_MANIFEST))).toMatchObject([{ code: 'DOCUMENT', severity: 'warning' }]);
    expect(pathsOf(await (await body(DOCKER_MANIFEST)).tree())).toEqual(PATHS);
    expect(await findingsOf(await body(DOCKER_MANIFEST, 'application/vnd.oci.descriptor.v1+json'))).toMatchObject([
      { code: 'MEDIA_TYPE', severity: 'warning' },
    ]);
    for (const [own, expected] of [
      [OCI_INDEX, OCI_MANIFEST],
      [OCI_MANIFEST, OCI_INDEX],
    ] as const) {
      const archive = await body(own, expected);
      expect([archive.images, archive.artifacts[0]?.kind, await errorsOf(async () => archive)]).toEqual([[], 'faulty', ['OCI_AMBIGUOUS']]);
    }
  });

  it('B11: refuses a document that is an index and a manifest (CVE-2021-41190), as content and as index.json', async () => {
    const archive = await layoutOf((layout) => {
      const { config, layers } = JSON.parse(new TextDecoder().decode(layout.blobs.get(layout.image(image).digest)));
      return [layout.json({ manifests: [], config, layers }, OCI_MANIFEST), layout.json({ manifests: [], config, layers }, OCI_INDEX)];
    });
    expect(archive.artifacts.map(({ error }) => error?.code)).toEqual(['OCI_AMBIGUOUS', 'OCI_AMBIGUOUS']);
    expect((await failureOf(() => archive.tree())).code).toBe('OCI_AMBIGUOUS');
    const members = new LayoutBuilder()
      .members([])
      .map((member) => (member.name === 'index.json' ? { ...member, body: '{"schemaVersion":2,"manifests":[],"layers":[]}' } : member));
    expect((await failureOf(() => openMembers(members))).code).toBe('OCI_AMBIGUOUS');
  });

  it('B12: lists an artifact by its type or by that of its configuration, and looks into none of its layers', async () => {
    const archive = await layoutOf((layout) => {
      const empty = layout.put(encodeJson({}), 'application/vnd.oci.empty.v1+json');
      const chart = layout.put(new TextEncoder().encode('not a configuration'), 'application/vnd.cncf.helm.config.v1+json');
      const wasm = layout.put(Uint8Array.of(0, 0x61, 0x73, 0x6d), 'application/wasm');
      return [
        layout.json({ config: empty, layers: [wasm], artifactType: 'application/x.module' }, OCI_MANIFEST),
        layout.json({ config: chart, layers: [wasm] }, OCI_MANIFEST),
      ];
    });
    expect(archive.images).toEqual([]);
    expect(archive.artifacts.map(({ kind, artifactType }) => [kind, artifactType])).toEqual([
      ['artifact', 'application/x.module'],
      ['artifact', 'application/vnd.cncf.helm.config.v1+json'],
    ]);
    expect(await errorsOf(async () => archive)).toEqual([]);
  });

  it('B12: an image may have layers that are no file systems; they have no part in its tree', async () => {
    const archive = await layoutOf((layout) => {
      const note = layout.put(new TextEncoder().encode('a note'), 'text/plain');
      const plain = layout.put(arm.tars[0] as Uint8Array, OCI_LAYER);
      const config = layout.put(
        encodeJson({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [note.digest, plain.digest] } }),
        OCI_CONFIG,
      );
      return [layout.json({ config, layers: [note, plain] }, OCI_MANIFEST)];
    });
    expect(pathsOf(await archive.tree())).toEqual(['arm']);
    expect((await (await archive.image()).layers()).map(({ isFileSystem }) => isFileSystem)).toEqual([false, true]);
  });

  it('B13: a subject is a weak reference and may be missing', async () => {
    const subject = { mediaType: OCI_MANIFEST, digest: digestOf(Uint8Array.of(1)), size: 1 };
    const archive = await layoutOf((layout) => [layout.image(image, { changes: { subject } })]);
    expect(await findingsOf(archive)).toEqual([]);
    expect(pathsOf(await archive.tree())).toEqual(PATHS);
  });

  it('B16: content under sha512 is read and verified; under an algorithm that nobody computes here it is not trusted', async () => {
    const layout = new LayoutBuilder();
    const layers = image.tars.map((tar) => layout.put(tar, OCI_LAYER));
    for (const [algorithm, digest] of [
      ['sha512', digestOf(image.config, 'sha512')],
      ['blake3', `blake3:${'ab'.repeat(32)}`],
    ] as const) {
      const manifest = layout.json({ config: { mediaType: OCI_CONFIG, digest, size: image.config.length }, layers }, OCI_MANIFEST);
      const archive = await openMembers([...layout.members([manifest]), { name: `blobs/${algorithm}/${hexOf(digest)}`, body: image.config }]);
      const config = await (await archive.image()).config().catch((error) => error.code);
      if (algorithm === 'sha512') expect(config.os).toBe('linux');
      else expect(config).toBe('DIGEST_ALGORITHM');
      expect((await findingsOf(archive)).map(({ code, severity }) => [code, severity])).toEqual(
        algorithm === 'sha512' ? [] : expect.arrayContaining([['DIGEST_ALGORITHM', 'warning']]),
      );
    }
  });

  it.each<[Packing, string]>([
    ['none', OCI_LAYER],
    ['gzip', `${OCI_LAYER}+gzip`],
    ['zstd', `${OCI_LAYER}+zstd`],
    ['none', 'application/vnd.oci.image.layer.nondistributable.v1.tar'],
    ['gzip', 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip'],
    ['zstd', 'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd'],
    ['none', DOCKER_LAYER],
    ['gzip', `${DOCKER_LAYER}.gzip`],
    ['gzip', 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip'],
    ['zstd', `${DOCKER_LAYER}.zstd`],
    ['zstd', `${DOCKER_LAYER}+zstd`],
  ])('B17: reads a layer stored as %s under %s, and any layer whose type lies, which verify tells', async (packing, mediaType) => {
    const withType = (stored: Packing): Promise<ImageArchive> =>
      layoutOf((layout) => {
        const config = layout.put(arm.config, OCI_CONFIG);
        return [layout.json({ config, layers: [layout.put(pack(arm.tars[0] as Uint8Array, stored), mediaType)] }, OCI_MANIFEST)];
      });
    expect(pathsOf(await (await withType(packing)).tree())).toEqual(['arm']);
    expect(await findingsOf(await withType(packing))).toEqual([]);
    const other = packing === 'gzip' ? 'none' : 'gzip';
    expect(pathsOf(await (await withType(other)).tree())).toEqual(['arm']);
    expect(await errorsOf(() => withType(other))).toEqual(['MEDIA_TYPE']);
  });

  it('B18: content that may be fetched from elsewhere is no error when it is missing', async () => {
    const archive = await layoutOf((layout) => {
      const config = layout.put(arm.config, OCI_CONFIG);
      const elsewhere = { mediaType: OCI_LAYER, digest: digestOf(Uint8Array.of(1)), size: 1, urls: ['https://example.com/layer'] };
      return [layout.json({ config, layers: [elsewhere] }, OCI_MANIFEST)];
    });
    expect(await findingsOf(archive)).toMatchObject([{ code: 'BLOB_MISSING', severity: 'info' }]);
  });

  it('B26: keeps the bytes of what it read, unknown members and all', async () => {
    const config = encodeJson({ ...JSON.parse(new TextDecoder().decode(image.config)), container_config: { x: [1] }, 'com.example': null });
    const archive = await layoutOf((layout) => [layout.image({ ...image, config }, { changes: { 'com.example': { deep: [1, 2] } } })]);
    const view = await archive.image();
    expect((await view.config()).raw).toEqual(config);
    expect(digestOf((await view.manifest()).raw)).toBe(view.descriptor.digest);
    expect(await archive.images[0]).toMatchObject({ digest: view.descriptor.digest });
    expect(await imageId(archive.images[0] as (typeof archive.images)[number])).toBe(digestOf(config));
  });

  it('B27: refuses two members of one name, in every document', async () => {
    const twice = new TextEncoder().encode('{"schemaVersion":2,"manifests":[],"manifests":[]}');
    const archive = await layoutOf((layout) => [layout.put(twice, OCI_INDEX)]);
    expect(archive.artifacts[0]?.error?.code).toBe('JSON_DUPLICATE');
    const members = new LayoutBuilder().members([]).map((member) => (member.name === 'index.json' ? { ...member, body: twice } : member));
    expect((await failureOf(() => openMembers(members))).code).toBe('JSON_DUPLICATE');
  });
});

describe('a layout in the hands of an attacker', () => {
  it('lets no digest be a path (CVE-2024-3727)', async () => {
    for (const digest of ['sha256:../../../etc/passwd', 'sha256:..', '../index.json', `sha256:${'/'.repeat(64)}`, 'sha256:%2e%2e']) {
      const members = new LayoutBuilder().members([{ mediaType: OCI_MANIFEST, digest, size: 1 }]);
      expect(await failureOf(() => openMembers(members))).toMatchObject({ code: 'OCI_DOCUMENT', where: '/manifests/0/digest' });
      expect((await failureOf(() => open(onDisk(members)))).code).toBe('OCI_DOCUMENT');
    }
  });

  it.each(['a blob', 'the folder of an algorithm', 'the folder of blobs', 'index.json'])(
    'follows no link in a folder: %s (ggcr#2306)',
    async (what) => {
      const layout = new LayoutBuilder();
      const path = onDisk(layout.members([layout.image(arm)]));
      const secret = join(scratch, `secret-${folders}`);
      const config = `blobs/sha256/${hexOf(digestOf(arm.config))}`;
      if (what === 'a blob') {
        writeFileSync(secret, arm.config);
        unlinkSync(join(path, config));
        symlinkSync(secret, join(path, config));
      } else if (what === 'index.json') {
        writeFileSync(secret, readFileSync(join(path, what)));
        unlinkSync(join(path, what));
        symlinkSync(secret, join(path, what));
      } else {
        const folder = what === 'the folder of blobs' ? 'blobs' : 'blobs/sha256';
        mkdirSync(secret);
        writeFolder(
          secret,
          layout.members([]).map((member) => ({ ...member, name: member.name.replace(`${folder}/`, '') || './' })),
        );
        rmSync(join(path, folder), { recursive: true });
        symlinkSync(secret, join(path, folder));
      }
      const outcome = await errorsOf(async () => imagesOf(await open(path)));
      expect(outcome.length).toBeGreaterThan(0);
      expect(['ELOOP', 'ENOTDIR', 'BLOB_MISSING']).toContain(outcome[0]);
    },
  );

  it('follows no link in an archive either, also not among the parents', async () => {
    const layout = new LayoutBuilder();
    const tree = treeOf(layout.members([layout.image(arm)]));
    tree.rename('blobs', 'elsewhere');
    tree.set('blobs', symlink('elsewhere'));
    expect(await errorsOf(async () => imagesOf(await open(tree)))).toEqual(['BLOB_MISSING']);
    const folder = treeFolder(tree);
    expect((await failureOf(() => folder.list('blobs'))).code).toBe('ENOTDIR');
    expect((await failureOf(() => folder.open('blobs/sha256/x'))).code).toBe('ENOTDIR');
    expect((await failureOf(() => folder.open('blobs'))).code).toBe('ELOOP');
    expect((await failureOf(() => folder.open('elsewhere'))).code).toBe('EISDIR');
    expect((await failureOf(() => folder.open('none'))).code).toBe('ENOENT');
  });

  it('is not read past 4 MiB of a document', async () => {
    const padding = ' '.repeat(4 * 1024 * 1024);
    const huge = new LayoutBuilder()
      .members([])
      .map((member) => (member.name === 'index.json' ? { ...member, body: `{"schemaVersion":2,"manifests":[]}${padding}` } : member));
    expect((await failureOf(() => openMembers(huge))).code).toBe('LIMIT_SIZE');
    const archive = await layoutOf((layout) => [layout.put(new TextEncoder().encode(`{}${padding}`), OCI_INDEX)]);
    expect(archive.artifacts[0]?.error?.code).toBe('LIMIT_SIZE');
  });

  it('cannot nest indexes without end', async () => {
    const fails = failureOf(() =>
      layoutOf((layout) => {
        let index = layout.index([layout.image(arm)]);
        for (let depth = 0; depth < 1000; depth++) index = layout.index([index]);
        return [index];
      }),
    );
    expect((await fails).code).toBe('LIMIT_DEPTH');
  });

  it('keeps files under blobs that are no content out of the way', async () => {
    const layout = new LayoutBuilder();
    const members = layout.members([layout.image(arm)]);
    const path = onDisk([...members, { name: 'blobs/.DS_Store', body: Uint8Array.of(1) }, { name: 'blobs/sha256/._x', body: Uint8Array.of(1) }]);
    const archive = imagesOf(await open(path));
    expect(await findingsOf(archive)).toEqual([]);
    const store = await LayoutStore.open(await openFolder(path));
    const names: string[] = [];
    for await (const { digest } of store.contents()) names.push(digest);
    expect(names.sort()).toEqual([...layout.blobs.keys()].sort());
  });

  it('is no layout where what should be a file is a directory', async () => {
    const tree = treeOf(new LayoutBuilder().members([]));
    tree.remove('index.json');
    tree.set('index.json', directory());
    expect((await failureOf(() => open(tree))).code).toBe('EISDIR');
  });
});
