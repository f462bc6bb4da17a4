import { describe, expect, it } from 'vitest';
import { compareConversion, imagesToCopy, recompressImages } from '../../src/convert.ts';
import { digestOf } from '../../src/digest/index.ts';
import { type DockerArchiveOptions, parseManifestFile, writeDockerArchive } from '../../src/docker/index.ts';
import { type CatalogImage, imageId } from '../../src/image/index.ts';
import { WritableLayout, writeOciArchive } from '../../src/layout/index.ts';
import { DOCKER_CONFIG, DOCKER_LAYER, DOCKER_MANIFEST, encodeJson, OCI_MANIFEST, REF_NAME } from '../../src/oci/index.ts';
import { type ImageArchive, open } from '../../src/open.ts';
import { copy, MemoryStore, writableOverlay } from '../../src/store/index.ts';
import { collect, memoryFolder, type WritableFolder } from '../../src/stream/index.ts';
import { classic, containerdStore, hybrid, kaniko, legacy, type Members, skopeo } from '../support/docker.ts';
import { hexOf, LAYERS, PATHS, plainImage } from '../support/image.ts';
import { LayoutBuilder } from '../support/layout.ts';
import { diffIdsOf, failureOf, findingsOf, imagesOf, openMembers, pathsOf } from '../support/open.ts';
import { tarOf } from '../support/pack.ts';

const image = await plainImage(LAYERS);
const other = await plainImage([...LAYERS.slice(0, 2), [{ name: 'other', body: 'other' }]], { architecture: 'arm64' });
const app = { image, tags: ['app:1', 'app:latest'] };
const db = { image: other, tags: ['db:1'] };

const opened = async (members: Members): Promise<ImageArchive> => openMembers(members);
const asDocker = async (archive: ImageArchive, options?: DockerArchiveOptions): Promise<ImageArchive> => {
  const { store, images } = await imagesToCopy(archive);
  return imagesOf(await open(await collect(writeDockerArchive(store, images, options))));
};
const asOci = async (archive: ImageArchive): Promise<ImageArchive> => {
  const { store, images } = await imagesToCopy(archive);
  return imagesOf(await open(await collect(writeOciArchive(store, images))));
};
async function asLayout(archive: ImageArchive): Promise<{ layout: WritableLayout; folder: WritableFolder }> {
  const { store, images } = await imagesToCopy(archive);
  const folder = memoryFolder();
  const layout = await WritableLayout.open(folder);
  for (const { name, descriptor } of images) {
    await copy(store, descriptor, layout);
    await layout.tag(descriptor, name);
  }
  return { layout, folder };
}

const factsOf = (images: readonly CatalogImage[]): Promise<unknown[]> =>
  Promise.all(
    images.map(async (each) => [await imageId(each), await diffIdsOf(each.image), (await each.image.manifest()).layers.map(({ digest }) => digest)]),
  );

describe('a round trip docker-archive, OCI layout, OCI archive, docker-archive', () => {
  it.each<[string, Members]>([
    ['docker 1.10 to 24', classic(app, db)],
    ['docker before 1.10', legacy(app)],
    ['docker 25', hybrid(app, db)],
    ['docker on containerd', containerdStore(app, [other])],
    ['skopeo', skopeo(app, db)],
    ['kaniko', kaniko(app)],
  ])('keeps configurations, diffIDs, layers and tags of what %s wrote', async (_, members) => {
    const first = await opened(members);
    const { layout } = await asLayout(first);
    const second = { ...first, stores: [layout], images: (await asOci(first)).images };
    const third = await asOci(second as ImageArchive);
    const fourth = await asDocker(third);
    const wanted = await factsOf(first.images);
    for (const archive of [third, fourth]) {
      expect(await factsOf(archive.images)).toEqual(wanted);
      expect(await findingsOf(archive)).toEqual([]);
    }
    expect(fourth).toMatchObject({ kind: 'docker-archive', oci: true, disagreements: [] });
    const image = await fourth.image({ image: 'app:1', ...(first.images.length > 1 && _.includes('containerd') && { platform: 'linux/amd64' }) });
    expect(pathsOf(await image.tree())).toEqual(PATHS);
  });

  it('gives the same bytes again', async () => {
    for (const members of [hybrid(app, db), containerdStore(app, [other])]) {
      const { store, images } = await imagesToCopy(await opened(members));
      for (const write of [writeOciArchive, writeDockerArchive]) {
        const [one, two] = [await collect(write(store, images)), await collect(write(store, images))];
        expect(digestOf(one)).toBe(digestOf(two));
        const again = await imagesToCopy(imagesOf(await open(one)));
        expect(digestOf(await collect(write(again.store, again.images)))).toBe(digestOf(one));
      }
    }
  });

  it('copies a layout to a layout blob by blob, with what it names: indexes, attestations, artifacts', async () => {
    const builder = new LayoutBuilder();
    const own = builder.image(image, { packing: 'gzip' });
    const index = builder.index([own, builder.attestation(own), builder.image(other, { packing: 'gzip' })]);
    const artifact = builder.json({ config: builder.put(Uint8Array.of(123, 125), 'application/vnd.oci.empty.v1+json'), layers: [] }, OCI_MANIFEST);
    const source = await opened(builder.members([...builder.named(index, 'app:1'), artifact]));
    const { folder } = await asLayout(source);
    for (const [digest, bytes] of builder.blobs) expect(await collect((await folder.open(`blobs/sha256/${hexOf(digest)}`)).stream())).toEqual(bytes);
    const blobs = await folder.list('blobs/sha256');
    expect(blobs).toHaveLength(builder.blobs.size);
    const copied = JSON.parse(new TextDecoder().decode(await collect((await folder.open('index.json')).stream())));
    expect(copied.manifests).toMatchObject([
      { digest: index.digest, annotations: { 'io.containerd.image.name': 'docker.io/library/app:1', [REF_NAME]: '1' } },
      { digest: artifact.digest },
    ]);
  });
});

describe('a docker-archive that is written', () => {
  it('has both views over the same content, each content once', async () => {
    const archive = await opened(hybrid(app, db));
    const { store, images } = await imagesToCopy(archive);
    const names = (await open(await collect(writeDockerArchive(store, images)), { kind: 'tar' })).index;
    const list = Array.from({ length: names.length }, (_, i) => names.name(i));
    expect(list).toEqual([...new Set(list)].sort());
    expect(list.filter((name) => name.startsWith('blobs/sha256/') && !name.endsWith('/'))).toHaveLength(8); // 4 layers, 2 configurations, 2 manifests
    expect(list.slice(-3)).toEqual(['index.json', 'manifest.json', 'oci-layout']);
  });

  it('gives the tags of an index to its first image', async () => {
    const archive = await opened(containerdStore(app, [other]));
    const { store, images } = await imagesToCopy(archive);
    const tree = await (await open(await collect(writeDockerArchive(store, images)), { kind: 'tar' })).tree();
    const node = tree.lookup('manifest.json');
    const entries = parseManifestFile(await collect((node as unknown as { body: { stream(): AsyncIterable<Uint8Array> } }).body.stream()));
    expect(entries.map(({ RepoTags }) => RepoTags)).toEqual([['app:1', 'app:latest'], undefined]);
  });

  it('names a layer that is elsewhere, with where that is', async () => {
    const builder = new LayoutBuilder();
    const types = { manifest: DOCKER_MANIFEST, config: DOCKER_CONFIG, layer: 'application/vnd.docker.image.rootfs.foreign.diff.tar' };
    const manifest = builder.image(image, { types });
    builder.blobs.delete(image.diffIds[0] as string);
    const archive = await opened(builder.members(builder.named(manifest, 'app:1')));
    const written = await asDocker(archive);
    const [only] = written.images;
    expect((await only?.image.manifest())?.layers.map(({ digest }) => digest)).toEqual(image.diffIds);
  });

  it('is of the classic form where that is asked for, which is read by all of its names', async () => {
    const twice = await plainImage([LAYERS[0] as never, LAYERS[2] as never, LAYERS[0] as never]);
    const archive = await opened(hybrid(app, { image: twice, tags: ['twice:1'] }));
    const { store, images } = await imagesToCopy(archive);
    const bytes = await collect(writeDockerArchive(store, images, { classic: true }));
    const read = imagesOf(await open(bytes));
    expect(read).toMatchObject({ kind: 'docker-archive', oci: false });
    expect(read.images.map(({ names }) => names)).toEqual([['app:1', 'app:latest'], ['twice:1']]);
    expect(await Promise.all(read.images.map((each) => diffIdsOf(each.image)))).toEqual([image.diffIds, twice.diffIds]);
    const tree = await (await open(bytes, { kind: 'tar' })).tree();
    tree.remove('manifest.json');
    const old = await openMembers([...(await import('../../src/tree/index.ts')).tarEntries(tree)]);
    expect(old.images.map(({ names }) => names)).toEqual([['app:1', 'app:latest'], ['twice:1']]);
    expect(pathsOf(await old.tree({ image: 'app:1' }))).toEqual(PATHS);
  });

  it('takes no compressed layer into the classic form', async () => {
    const archive = await opened(containerdStore(app));
    expect(await failureOf(() => asDocker(archive, { classic: true }))).toMatchObject({
      code: 'IMAGE_LAYERS',
      message: expect.stringContaining('gzip'),
    });
  });
});

describe('recompression', () => {
  const recompressed = async (
    archive: ImageArchive,
    compression: 'none' | 'gzip',
  ): Promise<{ scratch: MemoryStore; archive: ImageArchive; changes: unknown }> => {
    const from = await imagesToCopy(archive);
    const scratch = new MemoryStore();
    const store = writableOverlay(scratch, from.store);
    const images = await recompressImages(from, store, { compression });
    const changes = await compareConversion(from, { store, images });
    return { scratch, archive: imagesOf(await open(await collect(writeOciArchive(store, images)))), changes };
  };

  it('changes the digests of layers and manifests, never configurations and diffIDs', async () => {
    const plain = await opened(hybrid(app, db));
    const { archive: packed, changes } = await recompressed(plain, 'gzip');
    for (const [i, { image: view }] of packed.images.entries()) {
      expect(await Promise.all((await view.layers()).map((layer) => layer.compression()))).toEqual(['gzip', 'gzip', 'gzip']);
      expect(await diffIdsOf(view)).toEqual(await diffIdsOf((plain.images[i] as CatalogImage).image));
      expect((changes as { before: string; after: string }[])[i]).toMatchObject({ before: plain.images[i]?.digest, after: view.descriptor.digest });
    }
    expect(await findingsOf(packed)).toEqual([]);
    const { archive: back } = await recompressed(packed, 'none');
    expect(await factsOf(back.images)).toEqual(await factsOf(plain.images));
    expect(back.images.map(({ digest }) => digest)).toEqual(plain.images.map(({ digest }) => digest));
  });

  it('leaves what is so already byte for byte, and stores nothing of it', async () => {
    const { scratch, archive, changes } = await recompressed(await opened(containerdStore(app)), 'gzip');
    expect((changes as { before: string; after: string }[]).every(({ before, after }) => before === after)).toBe(true);
    const held = await Promise.all((await archive.image().then((view) => view.manifest())).layers.map((layer) => scratch.exists(layer)));
    expect(held).toEqual([false, false, false]);
  });

  it('links attestations to the new manifests, and says so', async () => {
    const { archive, changes } = await recompressed(await opened(containerdStore(app, [other])), 'none');
    const [attestation] = archive.artifacts;
    expect(attestation).toMatchObject({ kind: 'attestation', subject: archive.images[0]?.digest });
    expect((changes as { attested: boolean }[]).map(({ attested }) => attested)).toEqual([true, false]);
  });

  it('does not take a false diffID for a layer', async () => {
    const liar = { ...other, config: image.config };
    const archive = await opened(containerdStore({ image: liar, tags: ['liar:1'] }));
    expect((await failureOf(() => recompressed(archive, 'none'))).code).toBe('DIGEST_MISMATCH');
  });

  it('keeps Docker types where they have the compression', async () => {
    const builder = new LayoutBuilder();
    const manifest = builder.image(image, { types: { manifest: DOCKER_MANIFEST, config: DOCKER_CONFIG, layer: DOCKER_LAYER } });
    const { archive } = await recompressed(await opened(builder.members([manifest])), 'gzip');
    const { mediaType, config, layers } = await (await archive.image()).manifest();
    expect([mediaType, config.mediaType, ...new Set(layers.map((layer) => layer.mediaType))]).toEqual([
      DOCKER_MANIFEST,
      DOCKER_CONFIG,
      `${DOCKER_LAYER}.gzip`,
    ]);
  });
});

describe('what is copied', () => {
  it('is all, or what has a name, or one platform', async () => {
    const builder = new LayoutBuilder();
    const index = builder.index([
      builder.image(image, { platform: { os: 'linux', architecture: 'amd64' } }),
      builder.image(other, { platform: { os: 'linux', architecture: 'arm64' } }),
    ]);
    const archive = await opened(
      builder.members([...builder.named(index, 'app:1'), ...builder.named(builder.image(other, { packing: 'gzip' }), 'db:2')]),
    );
    const digests = async (choice?: Parameters<typeof imagesToCopy>[1]): Promise<unknown> => [
      ...new Set((await imagesToCopy(archive, choice)).images.map(({ descriptor }) => descriptor.digest)),
    ];
    expect(await digests()).toHaveLength(2);
    expect(await digests({ image: 'app:1' })).toEqual([index.digest]);
    expect(await digests({ image: 'app:1', platform: 'linux/arm64' })).toEqual([archive.images[1]?.digest]);
    expect(await digests({ image: '@0' })).toEqual([archive.images[0]?.digest]);
    expect((await failureOf(() => digests({ image: 'none:1' }))).code).toBe('IMAGE_NOT_FOUND');
  });

  it('is never all but what cannot be read', async () => {
    const cut = {
      ...other,
      config: encodeJson({ ...(JSON.parse(new TextDecoder().decode(other.config)) as object), rootfs: { type: 'layers', diff_ids: [] } }),
    };
    const archive = await opened(classic(app, { image: cut, tags: ['db:1'] }));
    expect(archive.images.map(({ names }) => names)).toEqual([app.tags]);
    expect(await failureOf(() => imagesToCopy(archive))).toMatchObject({
      code: 'IMAGE_LAYERS',
      message: expect.stringContaining('"db:1" is faulty'),
    });
    expect((await imagesToCopy(archive, { image: 'app:1' })).images.map(({ name }) => name)).toEqual(app.tags);
  });

  it('is what manifest.json says, where the layout contradicts it', async () => {
    const [truth, lie] = [hybrid(app), hybrid({ image: other, tags: ['app:1'] })];
    const manifest = truth.find(({ name }) => name === 'manifest.json');
    const mixed = [...truth, ...lie].filter(({ name }) => name !== 'manifest.json' && name !== 'index.json');
    const members = new Map([...mixed, manifest, lie.find(({ name }) => name === 'index.json')].map((entry) => [entry?.name, entry] as const));
    const archive = imagesOf(await open(await tarOf([...members.values()] as Members)));
    expect(archive.disagreements.length).toBeGreaterThan(0);
    const written = await asDocker(archive);
    expect(written.disagreements).toEqual([]);
    expect(await imageId(written.images[0] as CatalogImage)).toBe(digestOf(image.config));
  });
});
