import { describe, expect, it } from 'vitest';
import { createIndex, type Descriptor, edit, encodeJson, parseIndex } from '../../src/oci/index.ts';
import { bytes, codeOf, config, DIGEST_A, DOCKER_LIST, DOCKER_MANIFEST, errorOf, INDEX, index, layer, MANIFEST, textOf } from './documents.ts';

const parse = (changes: object, expected?: string): ReturnType<typeof parseIndex> => parseIndex(bytes({ ...index, ...changes }), expected);
const entry = { mediaType: MANIFEST, digest: DIGEST_A, size: 7143 };

describe('parseIndex', () => {
  it('reads an OCI index and keeps its bytes', () => {
    const nested = { mediaType: INDEX, digest: DIGEST_A, size: 1, platform: { architecture: 'arm64', os: 'linux' } };
    const raw = bytes({ ...index, manifests: [entry, nested, entry], artifactType: 'a/b', subject: config, annotations: { k: 'v' }, more: 1 });
    const parsed = parseIndex(raw, INDEX);
    expect(parsed).toMatchObject({
      kind: 'index',
      mediaType: INDEX,
      manifests: [entry, nested, entry],
      artifactType: 'a/b',
      subject: config,
      problems: [],
    });
    expect([parsed.raw, parsed.json.get('more')]).toEqual([raw, 1]);
  });

  it('reads a Docker manifest list with the same rights', () => {
    const manifests = [{ mediaType: DOCKER_MANIFEST, size: 2094, digest: DIGEST_A, platform: { architecture: 'arm', os: 'linux', variant: 'v7' } }];
    expect(parseIndex(bytes({ schemaVersion: 2, mediaType: DOCKER_LIST, manifests }), DOCKER_LIST)).toMatchObject({
      mediaType: DOCKER_LIST,
      manifests,
      problems: [],
    });
  });

  it('takes descriptors of any media type', () => {
    const manifests = [
      { ...entry, mediaType: 'application/xml' },
      { ...entry, mediaType: 'application/customized.manifest+json' },
    ];
    expect(parse({ manifests }).problems).toEqual([]);
  });

  it('reads an index without a media type, as OCI 1.0 wrote it', () => {
    expect(parse({ mediaType: undefined })).toMatchObject({ mediaType: INDEX, problems: [] });
  });

  it('reads null for its manifests as none, and notes it', () => {
    expect(parse({ manifests: null })).toMatchObject({
      manifests: [],
      problems: [{ severity: 'error', message: 'the document has null for "manifests"' }],
    });
    expect(parse({ manifests: [] })).toMatchObject({ manifests: [], problems: [] });
  });

  describe('refuses a document that two readers could take for two things (CVE-2021-41190)', () => {
    const confusions: readonly [string, object, string | undefined, string][] = [
      ['with layers', { layers: [layer] }, INDEX, 'OCI_AMBIGUOUS'],
      ['with a config', { config }, INDEX, 'OCI_AMBIGUOUS'],
      ['with LAYERS, which Go reads too', { LAYERS: [] }, INDEX, 'OCI_AMBIGUOUS'],
      ['with fsLayers', { fsLayers: [] }, INDEX, 'OCI_UNSUPPORTED'],
      ['that says it is a manifest', { mediaType: MANIFEST }, undefined, 'OCI_AMBIGUOUS'],
      ['that its descriptor calls a manifest', {}, MANIFEST, 'OCI_AMBIGUOUS'],
    ];
    it.each(confusions)('%s', (_, changes, expected, code) => {
      expect(codeOf(() => parse(changes, expected))).toBe(code);
    });
  });

  it.each([
    [{ manifests: undefined }, ''],
    [{ manifests: {} }, '/manifests'],
    [{ manifests: [{ ...entry, size: '7682' }] }, '/manifests/0/size'],
    [{ manifests: [entry, { ...entry, digest: undefined }] }, '/manifests/1'],
    [{ subject: 'nope' }, '/subject'],
    [{ schemaVersion: 1 }, '/schemaVersion'],
  ])('refuses %j', (changes, where) => {
    expect(errorOf(() => parse(changes))).toMatchObject({ code: 'OCI_DOCUMENT', where });
  });

  it('is changed without loss: a tag is added, unknown members stay', () => {
    const { json, manifests } = parse({ 'x-unknown': { a: [null] } });
    const tagged = [...manifests, { ...manifests[0], annotations: { 'org.opencontainers.image.ref.name': 'v2' } }];
    const changed = parseIndex(encodeJson(edit(json, ['manifests'], tagged)));
    expect(changed.manifests.map((manifest) => manifest.annotations?.get('org.opencontainers.image.ref.name'))).toEqual([undefined, 'v2']);
    expect(changed.json.get('x-unknown')).toEqual(json.get('x-unknown'));
  });
});

describe('createIndex', () => {
  it('writes the members in the order of the specification, and only those that there are', () => {
    expect(textOf(createIndex({ manifests: [entry as Descriptor] }).raw)).toBe(JSON.stringify(index));
    expect(textOf(createIndex({}).raw)).toBe(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [] }));
    const whole = createIndex({ annotations: new Map([['k', 'v']]), subject: config as Descriptor, artifactType: 'a/b', mediaType: DOCKER_LIST });
    expect(textOf(whole.raw)).toBe(
      JSON.stringify({ schemaVersion: 2, mediaType: DOCKER_LIST, artifactType: 'a/b', manifests: [], subject: config, annotations: { k: 'v' } }),
    );
  });

  it('keeps what is unknown in the descriptors that it is given', () => {
    const manifests = parse({ manifests: [{ ...entry, unknown: { z: 1, a: [2] } }] }).manifests;
    expect(JSON.parse(textOf(createIndex({ manifests }).raw)).manifests).toEqual([{ ...entry, unknown: { z: 1, a: [2] } }]);
  });
});
