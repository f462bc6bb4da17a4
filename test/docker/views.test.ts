import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/analyze/index.ts';
import { digestOf } from '../../src/digest/index.ts';
import { type Descriptor, encodeJson } from '../../src/oci/index.ts';
import type { ImageArchive } from '../../src/open.ts';
import { hybrid, type Members, manifestJson, member } from '../support/docker.ts';
import { hexOf, LAYERS, PATHS, type PlainImage, plainImage } from '../support/image.ts';
import { LayoutBuilder } from '../support/layout.ts';
import { errorsOf, findingsOf, openMembers, pathsOf } from '../support/open.ts';
import { pack } from '../support/pack.ts';

const image = await plainImage(LAYERS);
const other = await plainImage([[{ name: 'other', body: 'other' }]]);

const blob = (bytes: Uint8Array): string => `blobs/sha256/${hexOf(digestOf(bytes))}`;
const entryOf = ({ config, tars }: PlainImage, ...RepoTags: string[]): object => ({ Config: blob(config), RepoTags, Layers: tars.map(blob) });

/** A layout that a recipe fills, beside a `manifest.json` of these entries. */
function twoViews(entries: readonly object[], fill: (layout: LayoutBuilder) => readonly Descriptor[]): Members {
  const layout = new LayoutBuilder();
  for (const content of [image.config, ...image.tars, other.config, ...other.tars]) layout.put(content, 'x/y');
  return [...layout.members(fill(layout)), manifestJson(entries)];
}

const disagreements = async (archive: ImageArchive): Promise<Finding[]> =>
  (await findingsOf(archive)).filter(({ code }) => code === 'VIEWS_DISAGREE');

describe('an archive with two views', () => {
  it('A11: shows each image once, with the names of both, and finds nothing to say of what docker 25 and later write', async () => {
    const archive = await openMembers(hybrid({ image, tags: ['app:1'] }, { image: other, tags: ['other:2'] }));
    expect(archive.images.map(({ names }) => names)).toEqual([
      ['app:1', 'docker.io/library/app:1', '1'],
      ['other:2', 'docker.io/library/other:2', '2'],
    ]);
    expect(archive.images.map(({ digest }) => digest?.slice(0, 7))).toEqual(['sha256:', 'sha256:']);
    expect((await findingsOf(archive)).filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  it('A11: shows an untagged image that index.json has left out (moby#51389), and warns of it', async () => {
    const members = twoViews([entryOf(image, 'app:1'), entryOf(other)], (layout) => layout.named(layout.image(image), 'app:1'));
    const archive = await openMembers(members);
    expect(archive.images.map(({ digest }) => digest !== undefined)).toEqual([true, false]);
    expect(pathsOf(await archive.tree({ image: '@1' }))).toEqual(['other']);
    expect(await disagreements(archive)).toMatchObject([{ severity: 'warning', where: digestOf(other.config) }]);
  });

  it('shows images that only the layout has after those of manifest.json', async () => {
    const members = twoViews([entryOf(other, 'other:1')], (layout) => [
      ...layout.named(layout.image(image), 'app:1'),
      ...layout.named(layout.image(other), 'other:1'),
    ]);
    const archive = await openMembers(members);
    expect(archive.images.map(({ names }) => names[0])).toEqual(['other:1', 'docker.io/library/app:1']);
    expect(archive.disagreements).toEqual([]);
  });

  const broken: readonly [string, (layers: Descriptor[]) => readonly object[]][] = [
    ['no layers (moby#47065)', () => []],
    ['wrong sizes (moby#47072)', (layers) => layers.map((layer) => ({ ...layer, size: layer.size + 512 }))],
    ['the layers in another order (moby#47150)', (layers) => [...layers].reverse()],
    ['one layer twice', ([layer]) => [layer, layer, layer] as Descriptor[]],
    [
      'a layer of another image',
      (layers) => [...layers.slice(0, 2), { ...layers[0], digest: digestOf(other.tars[0] as Uint8Array) }] as Descriptor[],
    ],
  ];
  it.each(broken)('A12: goes by manifest.json where the OCI manifest has %s', async (_, change) => {
    const members = twoViews([entryOf(image, 'app:1')], (layout) => {
      const { mediaType } = layout.image(image);
      const layers = image.tars.map((tar) => layout.put(tar, 'application/vnd.oci.image.layer.v1.tar'));
      return layout.named(layout.image(image, { changes: { layers: change(layers), mediaType } }), 'app:1');
    });
    const archive = await openMembers(members);
    expect(archive.images).toHaveLength(1);
    expect(archive.images[0]?.digest).toBeUndefined();
    expect(pathsOf(await archive.tree())).toEqual(PATHS);
    expect(await disagreements(archive)).toMatchObject([{ severity: 'error', where: digestOf(image.config) }]);
  });

  it('finds a name that leads to one image in manifest.json and to another in index.json', async () => {
    for (const isHidden of [false, true]) {
      const members = twoViews([entryOf(image, 'app:1')], (layout) => [
        ...layout.named(layout.image(other), 'app:1'),
        ...(isHidden ? [layout.image(image)] : []),
      ]);
      const archive = await openMembers(members);
      expect(pathsOf(await archive.tree({ image: '@0' }))).toEqual(PATHS);
      const errors = (await disagreements(archive)).filter(({ severity }) => severity === 'error');
      expect(errors).toMatchObject([{ where: digestOf(image.config), message: expect.stringContaining('app:1 is this image in manifest.json') }]);
    }
  });

  it('takes a copy that is stored for itself as the same image, and verifies both', async () => {
    const entry = { Config: 'config.json', RepoTags: ['app:1'], Layers: image.tars.map((_, i) => `${i}/layer.tar`) };
    const layout = twoViews([entry], (builder) => builder.named(builder.image(image), 'app:1'));
    const open = (tars: readonly Uint8Array[], members: Members = layout): Promise<ImageArchive> =>
      openMembers([...tars.map((tar, i) => member(`${i}/layer.tar`, tar)), member('config.json', image.config), ...members]);
    const archive = await open(image.tars);
    expect(archive.images.map(({ names }) => names)).toEqual([['app:1', 'docker.io/library/app:1', '1']]);
    expect(archive.disagreements).toEqual([]);
    expect(await errorsOf(() => open(image.tars))).toEqual([]);
    const flipped = image.tars.map((tar) => tar.map((byte, at) => (at === 1024 ? byte ^ 1 : byte)));
    expect(await errorsOf(() => open(flipped))).toContain('DIGEST_MISMATCH');
    const blobs = layout.map((file) => (file.name === blob(image.tars[1] as Uint8Array) ? { ...file, body: flipped[1] as Uint8Array } : file));
    expect(await errorsOf(() => open(image.tars, blobs))).toContain('DIGEST_MISMATCH');
  });

  it('sees no agreement where the layout holds another compression under other digests', async () => {
    const packed = image.tars.map((tar) => pack(tar, 'gzip'));
    const copies = packed.map((tar, i) => member(`${i}/layer.tar`, tar));
    const entry = { Config: blob(image.config), RepoTags: [], Layers: copies.map(({ name }) => name) };
    const archive = await openMembers([...copies, ...twoViews([entry], (layout) => [layout.image(image, { packing: 'zstd' })])]);
    expect(archive.disagreements).toHaveLength(1);
    expect(pathsOf(await archive.tree())).toEqual(PATHS);
  });

  it('is read by manifest.json where the layout cannot be read at all, which is an error of verify', async () => {
    for (const body of ['{', '{"schemaVersion":2,"manifests":[],"manifests":[]}', '{"schemaVersion":2}']) {
      const members = hybrid({ image, tags: ['app:1'] }).map((file) => (file.name === 'index.json' ? { ...file, body } : file));
      const archive = await openMembers(members);
      expect([archive.kind, archive.oci, archive.images.length]).toEqual(['docker-archive', false, 1]);
      expect(pathsOf(await archive.tree())).toEqual(PATHS);
      expect(await disagreements(archive)).toMatchObject([{ severity: 'error', where: 'index.json' }]);
      await expect(openMembers(members, { kind: 'oci-archive' })).rejects.toMatchObject({ code: expect.stringMatching(/^(JSON|OCI)_/) });
    }
  });

  it('lets the fault of one image of manifest.json leave the layout alone', async () => {
    const bad = { Config: blob(encodeJson({})), RepoTags: ['bad:1'], Layers: [blob(image.config)] };
    const members = twoViews([bad], (layout) => {
      layout.put(encodeJson({ rootfs: { type: 'layers', diff_ids: [] } }), 'x/y');
      layout.put(encodeJson({}), 'x/y');
      return layout.named(layout.image(other), 'other:1');
    });
    const archive = await openMembers(members);
    expect(archive.artifacts[0]).toMatchObject({ kind: 'faulty', names: ['bad:1'] });
    expect(pathsOf(await archive.tree())).toEqual(['other']);
  });
});
