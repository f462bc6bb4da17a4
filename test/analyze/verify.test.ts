import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verify } from '../../src/analyze/index.ts';
import { toBase64 } from '../../src/bytes/index.ts';
import { digestOf } from '../../src/digest/index.ts';
import { Image, LayerCache } from '../../src/image/index.ts';
import { type Descriptor, encodeJson, OCI_CONFIG, OCI_INDEX, OCI_LAYER, OCI_MANIFEST, type Platform } from '../../src/oci/index.ts';
import { type ImageArchive, open } from '../../src/open.ts';
import type { ReadableStore } from '../../src/store/index.ts';
import { bytesSource, createSource, type Source } from '../../src/stream/index.ts';
import { type EntryInit, scanTar } from '../../src/tar/index.ts';
import { classic, containerdStore, hybrid, kaniko, legacy, manifestJson, member, skopeo } from '../support/docker.ts';
import { hexOf, LAYERS, type PlainImage, plainImage } from '../support/image.ts';
import { LayoutBuilder, treeOf } from '../support/layout.ts';
import { errorsOf, findingsOf, imagesOf, openMembers } from '../support/open.ts';
import { type Packing, pack, tarOf } from '../support/pack.ts';

const image = await plainImage(LAYERS);
const other = await plainImage([[{ name: 'other', body: 'other' }]], { architecture: 'arm64' });
const app = { image, tags: ['app:1'] };

function ociArchive(packing: Packing | readonly Packing[] = ['none', 'gzip', 'zstd']): readonly EntryInit[] {
  const layout = new LayoutBuilder();
  const own = layout.image(image, { packing });
  return layout.members(layout.named(layout.index([own, layout.attestation(own), layout.image(other)]), 'app:1'));
}

const FORMS: readonly (readonly [string, readonly EntryInit[]])[] = [
  ['docker 1.9', legacy(app)],
  ['docker 1.10', classic(app, { image: other, tags: null })],
  ['skopeo', skopeo(app, { image: other, tags: ['other:1'] })],
  ['kaniko', kaniko(app)],
  ['docker 25', hybrid(app, { image: other, tags: ['other:1'] })],
  ['docker on containerd', containerdStore(app, [other])],
  ['an OCI archive', ociArchive()],
];

describe('verify', () => {
  it.each(FORMS)('finds nothing wrong with what %s wrote', async (_, members) => {
    expect(await errorsOf(() => openMembers(members))).toEqual([]);
  });

  it('finds the same in a folder as in an archive', async () => {
    const members = ociArchive();
    expect(await errorsOf(async () => imagesOf(await open(treeOf(members))))).toEqual([]);
    const flipped = members.map((file) => (file.name.endsWith(hexOf(digestOf(image.config))) ? { ...file, body: other.config } : file));
    expect(await errorsOf(async () => imagesOf(await open(treeOf(flipped))))).toEqual(await errorsOf(() => openMembers(flipped)));
  });
});

/** Where the content of an archive lies in it: layers, configurations, manifests, whatever their names. */
async function blobRanges(bytes: Uint8Array): Promise<{ readonly start: number; readonly length: number }[]> {
  const index = await scanTar(bytesSource(bytes));
  const isBlob = (name: string): boolean => /(?:layer\.tar|[0-9a-f]{64}(?:\.json|\.tar|\.tar\.gz)?)$/.test(name);
  return Array.from({ length: index.length }, (_, entry) => entry)
    .filter((entry) => isBlob(index.name(entry)) && index.stored(entry) > 0)
    .map((entry) => ({ start: index.bodyOffset(entry), length: index.stored(entry) }));
}

// What a legacy archive says of its layers is in no digest.
describe.each(FORMS.filter(([name]) => name !== 'docker 1.9'))('one flipped bit in a blob of what %s wrote', (_, members) => {
  it('is found, wherever it is', async () => {
    const bytes = await tarOf(members);
    const ranges = await blobRanges(bytes);
    const total = ranges.reduce((sum, { length }) => sum + length, 0);
    await fc.assert(
      fc.asyncProperty(fc.nat(total - 1), fc.nat(7), async (place, bit) => {
        let at = place;
        const range = ranges.find(({ length }) => {
          if (at < length) return true;
          at -= length;
          return false;
        });
        const flipped = bytes.slice();
        flipped[(range?.start ?? 0) + at] = (flipped[(range?.start ?? 0) + at] as number) ^ (1 << bit);
        expect(await errorsOf(async () => imagesOf(await open(flipped)))).not.toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

/** An image as an OCI layout makes it, with changes to its manifest and to the entry for it in index.json. */
function planted(change: {
  manifest?: (manifest: Manifest, layout: LayoutBuilder) => object;
  entry?: object;
  config?: Uint8Array;
  drop?: Uint8Array;
}): Promise<ImageArchive> {
  const layout = new LayoutBuilder();
  const config = change.config ?? image.config;
  const { digest } = layout.image({ ...image, config }, { packing: ['none', 'gzip', 'zstd'] });
  const manifest = JSON.parse(new TextDecoder().decode(layout.blobs.get(digest))) as Manifest;
  const bytes = encodeJson(change.manifest?.(manifest, layout) ?? manifest);
  layout.blobs.delete(digest);
  const descriptor = layout.put(bytes, OCI_MANIFEST);
  if (change.drop) layout.blobs.delete(digestOf(change.drop));
  return openMembers(layout.members([{ ...descriptor, ...change.entry }]));
}

interface Manifest {
  config: Descriptor;
  layers: [Descriptor, Descriptor, Descriptor];
  mediaType: string;
}

const configWith = (changes: object): Uint8Array => encodeJson({ ...JSON.parse(new TextDecoder().decode(image.config)), ...changes });
const [first, second, third] = image.diffIds as [string, string, string];

describe('one planted fault', () => {
  const faults: readonly [string, string[], Parameters<typeof planted>[0]][] = [
    ['none', [], {}],
    ['a wrong size of the manifest', ['DIGEST_SIZE'], { entry: { size: 17 } }],
    ['a wrong size of the configuration', ['DIGEST_SIZE'], { manifest: (m) => ({ ...m, config: { ...m.config, size: m.config.size + 1 } }) }],
    [
      'a wrong size of a plain layer',
      ['DIGEST_SIZE'],
      { manifest: (m) => ({ ...m, layers: [{ ...m.layers[0], size: m.layers[0].size - 1 }, m.layers[1], m.layers[2]] }) },
    ],
    [
      'a wrong size of a compressed layer',
      ['DIGEST_SIZE'],
      { manifest: (m) => ({ ...m, layers: [m.layers[0], { ...m.layers[1], size: 7 }, m.layers[2]] }) },
    ],
    ['swapped diffIDs', ['DIFF_ID'], { config: configWith({ rootfs: { type: 'layers', diff_ids: [second, first, third] } }) }],
    ['swapped layers', ['DIFF_ID'], { manifest: (m) => ({ ...m, layers: [m.layers[0], m.layers[2], m.layers[1]] }) }],
    ['a missing layer', ['BLOB_MISSING'], { drop: pack(image.tars[1] as Uint8Array, 'gzip') }],
    ['a missing configuration', ['BLOB_MISSING'], { drop: image.config }],
    [
      'a media type that lies about compression',
      ['MEDIA_TYPE'],
      { manifest: (m) => ({ ...m, layers: [m.layers[0], { ...m.layers[1], mediaType: `${OCI_LAYER}+zstd` }, m.layers[2]] }) },
    ],
    [
      'a media type that calls a plain layer gzip',
      ['MEDIA_TYPE'],
      { manifest: (m) => ({ ...m, layers: [{ ...m.layers[0], mediaType: `${OCI_LAYER}+gzip` }, m.layers[1], m.layers[2]] }) },
    ],
    ['a media type that calls the manifest an index', ['OCI_AMBIGUOUS'], { entry: { mediaType: OCI_INDEX } }],
    ['a manifest that calls itself an index', ['OCI_AMBIGUOUS'], { manifest: (m) => ({ ...m, mediaType: OCI_INDEX }) }],
    ['a configuration that is a layer', ['JSON_INVALID'], { manifest: (m) => ({ ...m, config: { ...m.layers[0], mediaType: OCI_CONFIG } }) }],
    [
      'a layer that is no tar',
      ['TAR_CHECKSUM'],
      { manifest: (m, layout) => ({ ...m, layers: [layout.put(new Uint8Array(1024).fill(1), OCI_LAYER), m.layers[1], m.layers[2]] }) },
    ],
    ['too few layers', ['IMAGE_LAYERS'], { manifest: (m) => ({ ...m, layers: [m.layers[0], m.layers[1]] }) }],
    [
      'embedded data that is other content',
      ['EMBEDDED_DATA'],
      { manifest: (m) => ({ ...m, config: { ...m.config, data: toBase64(image.config.map((byte, i) => (i === 9 ? byte ^ 1 : byte))) } }) },
    ],
    [
      'embedded data of another size',
      ['EMBEDDED_DATA', 'DOCUMENT'],
      { manifest: (m) => ({ ...m, config: { ...m.config, data: toBase64(image.config.subarray(1)) } }) },
    ],
    ['embedded data that is no base64', ['EMBEDDED_DATA', 'DOCUMENT'], { manifest: (m) => ({ ...m, config: { ...m.config, data: '%%%' } }) }],
  ];
  it.each(faults)('%s: %j', async (_, codes, change) => {
    expect((await errorsOf(() => planted(change))).sort()).toEqual([...codes].sort());
  });

  it('embedded data that is right is content like any other, also where there is no other', async () => {
    const data = toBase64(image.config);
    const archive = await planted({ drop: image.config, manifest: (m) => ({ ...m, config: { ...m.config, data } }) });
    expect(await errorsOf(async () => archive)).toEqual([]);
  });

  it('two descriptors that give one content two sizes', async () => {
    const layout = new LayoutBuilder();
    const manifest = layout.image(image);
    expect(await errorsOf(() => openMembers(layout.members([manifest, { ...manifest, size: manifest.size + 1 }])))).toEqual(['DIGEST_SIZE']);
  });

  it('content under a name that is another digest, which nothing refers to', async () => {
    const extra = member(`blobs/sha256/${'0'.repeat(64)}`, 'anything');
    for (const members of [ociArchive(), hybrid(app)])
      expect(await findingsOf(await openMembers([extra, ...members]))).toContainEqual(
        expect.objectContaining({ code: 'BLOB_NAME', severity: 'error', where: `sha256:${'0'.repeat(64)}` }),
      );
  });

  it.each([
    ['too little of it', [{ created_by: 'a' }], 'warning'],
    ['too much of it', Array.from({ length: 4 }, () => ({ created_by: 'a' })), 'warning'],
    ['none of it', [], 'info'],
  ])('history that does not match the layers: %s', async (_, history, severity) => {
    const changed = { ...image, config: configWith({ history }) };
    for (const archive of [await planted({ config: changed.config }), await openMembers(classic({ image: changed, tags: null }))])
      expect(await findingsOf(archive)).toMatchObject([{ code: 'HISTORY_MISMATCH', severity }]);
  });

  it.each<[Platform, string[]]>([
    [{ os: 'linux', architecture: 'amd64' }, []],
    [{ os: 'linux', architecture: 'x86_64', variant: 'v1' }, []],
    [{ os: 'linux', architecture: 'arm64' }, ['PLATFORM warning the index says linux/arm64, the configuration linux/amd64']],
    [{ os: 'windows', architecture: 'amd64' }, ['PLATFORM warning the index says windows/amd64, the configuration linux/amd64']],
  ])('a platform that is not that of the configuration: %j', async (platform, expected) => {
    const layout = new LayoutBuilder();
    const archive = await openMembers(layout.members([layout.index([layout.image(image, { platform })])]));
    expect((await findingsOf(archive)).map(({ code, severity, message }) => `${code} ${severity} ${message}`)).toEqual(expected);
  });

  it('a document that is not as the specification says', async () => {
    const findings = await findingsOf(await planted({ config: configWith({ architecture: undefined, created: 'yesterday' }) }));
    expect(findings.map(({ code, where }) => `${code} ${where.slice(71)}`).sort()).toEqual(['DOCUMENT ', 'DOCUMENT /created']);
    const members = new LayoutBuilder().members([]).map((file) => (file.name === 'index.json' ? { ...file, body: '{"manifests":null}' } : file));
    expect(await findingsOf(await openMembers(members))).toMatchObject([
      { code: 'DOCUMENT', severity: 'error', where: 'index.json' },
      { code: 'DOCUMENT', severity: 'error', where: 'index.json' },
    ]);
  });

  it('an image whose layers are right and cannot be merged', async () => {
    const broken = await plainImage([[{ name: 'a', type: 'hardlink', linkname: 'nowhere' }]]);
    expect(await errorsOf(() => openMembers(classic({ image: broken, tags: null })))).toEqual(['ENOENT']);
    const whiteout = await plainImage([[{ name: 'dir/.wh.', body: '' }]]);
    expect(await errorsOf(() => openMembers(classic({ image: whiteout, tags: null })))).toEqual(['EINVAL']);
  });
});

describe('one planted fault in a docker-archive', () => {
  const withMember = (members: readonly EntryInit[], name: RegExp, body: Uint8Array | undefined): readonly EntryInit[] =>
    members.flatMap((file) => (name.test(file.name) ? (body ? [{ ...file, body }] : []) : [file]));
  const layer = new RegExp(`^${hexOf(second)}\\.tar$`);

  it.each<[string, readonly EntryInit[], string]>([
    ['a missing layer', withMember(skopeo(app), layer, undefined), 'BLOB_MISSING'],
    ['a layer that is another one', withMember(skopeo(app), layer, image.tars[0] as Uint8Array), 'DIGEST_'],
    ['a layer that is cut', withMember(skopeo(app), layer, (image.tars[1] as Uint8Array).subarray(0, 700)), 'DIGEST_'],
    ['a missing configuration', withMember(skopeo(app), /^[0-9a-f]{64}\.json$/, undefined), 'BLOB_MISSING'],
    ['a configuration under the name of another', withMember(skopeo(app), /^[0-9a-f]{64}\.json$/, configWith({ os: 'plan9' })), 'BLOB_NAME'],
    [
      'swapped diffIDs',
      skopeo({ image: { ...image, config: configWith({ rootfs: { type: 'layers', diff_ids: [second, first, third] } }) }, tags: null }),
      'DIGEST_',
    ],
    [
      'a layer under the name of another digest',
      kaniko(app).map((file) => (/tar\.gz$/.test(file.name) ? { ...file, body: pack(image.tars[0] as Uint8Array, 'gzip') } : file)),
      'DIGEST_',
    ],
  ])('%s', async (_, members, code) => {
    expect((await errorsOf(() => openMembers(members))).some((found) => found.startsWith(code))).toBe(true);
  });

  it('a compressed layer whose name is no longer the digest of its bytes, though they unpack to the same', async () => {
    const [packed, ...rest] = image.tars.map((tar) => pack(tar, 'gzip')) as [Uint8Array, ...Uint8Array[]];
    const touched = packed.map((byte, at) => (at === 4 ? byte ^ 0xff : byte)); // the time in the header of gzip
    const names = [packed, ...rest].map((bytes) => `${hexOf(digestOf(bytes))}.tar.gz`);
    const entry = { Config: 'config.json', Layers: names };
    const members = [touched, ...rest].map((bytes, i) => member(names[i] as string, bytes));
    expect(await errorsOf(() => openMembers([...members, member('config.json', image.config), manifestJson([entry])]))).toEqual(['BLOB_NAME']);
  });

  it('a second copy of a layer that is another one', async () => {
    const entries = ['a', 'b'].map((folder) => ({
      Config: 'c.json',
      RepoTags: [`${folder}:1`],
      Layers: image.tars.map((_, i) => `${folder}/${i}.tar`),
    }));
    const copies = (tars: PlainImage['tars'], folder: string): EntryInit[] => tars.map((tar, i) => member(`${folder}/${i}.tar`, tar));
    const archive = (second: PlainImage['tars']): Promise<ImageArchive> =>
      openMembers([...copies(image.tars, 'a'), ...copies(second, 'b'), member('c.json', image.config), manifestJson(entries)]);
    expect(await errorsOf(() => archive(image.tars))).toEqual([]);
    expect(await errorsOf(() => archive(image.tars.map((tar) => tar.map((byte, at) => (at === 600 ? byte ^ 1 : byte)))))).toEqual(['BLOB_NAME']);
  });
});

it('reads each content once, and each layer of several images once', async () => {
  const body = fc.sample(fc.uint8Array({ minLength: 200_000, maxLength: 200_000 }), 1)[0] as Uint8Array;
  const layout = new LayoutBuilder();
  const images = await Promise.all(['a', 'b', 'c'].map((name) => plainImage([[{ name: 'big', body }], [{ name, body: name }]])));
  const archive = imagesOf(await open(treeOf(layout.members(images.map((one) => layout.image(one, { packing: 'gzip' }))))));
  const [store] = archive.stores as [ReadableStore];
  let read = 0;
  const sources = new Map<string, Source>();
  const known = (descriptor: Descriptor): Source => {
    const bytes = layout.blobs.get(descriptor.digest) as Uint8Array;
    const source =
      sources.get(descriptor.digest) ??
      createSource(
        {
          read: async (at, length) => {
            read += length;
            return bytes.subarray(at, at + length);
          },
        },
        bytes.length,
      );
    sources.set(descriptor.digest, source);
    return source;
  };
  const watched: ReadableStore = {
    list: () => store.list(),
    exists: (descriptor) => store.exists(descriptor),
    open: async (descriptor) => known(descriptor),
    fetch: async (descriptor) => known(descriptor).stream(),
  };
  const cache = new LayerCache(watched);
  const views = archive.images.map((entry) => ({ ...entry, image: new Image(watched, entry.image.descriptor, { cache }) }));
  for await (const finding of verify({ images: views, stores: [watched] })) expect(finding.severity).not.toBe('error');
  const total = [...layout.blobs.values()].reduce((sum, { length }) => sum + length, 0);
  expect(read).toBeGreaterThan(total);
  expect(read).toBeLessThan(total * 1.1);
});
