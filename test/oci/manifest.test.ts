import { describe, expect, it } from 'vitest';
import { createManifest, type Descriptor, edit, encodeJson, isImageManifest, parseArtifactManifest, parseManifest } from '../../src/oci/index.ts';
import {
  bytes,
  CONFIG,
  codeOf,
  config,
  DIGEST_A,
  DIGEST_B,
  DOCKER,
  DOCKER_MANIFEST,
  errorOf,
  INDEX,
  layer,
  MANIFEST,
  manifest,
  textOf,
} from './documents.ts';

const parse = (changes: object, expected?: string): ReturnType<typeof parseManifest> => parseManifest(bytes({ ...manifest, ...changes }), expected);

describe('parseManifest', () => {
  it('reads an OCI manifest and keeps its bytes', () => {
    const raw = bytes(JSON.stringify({ ...manifest, artifactType: 'a/b', subject: config, annotations: { k: 'v' }, unknown: [1] }, null, 2));
    const parsed = parseManifest(raw, MANIFEST);
    expect(parsed).toMatchObject({
      kind: 'manifest',
      mediaType: MANIFEST,
      config,
      layers: [layer],
      artifactType: 'a/b',
      subject: config,
      annotations: new Map([['k', 'v']]),
      problems: [],
    });
    expect(parsed.raw).toBe(raw);
    expect(parsed.json.get('unknown')).toEqual([1]);
  });

  it('reads a Docker manifest with the same rights', () => {
    const docker = {
      schemaVersion: 2,
      mediaType: DOCKER_MANIFEST,
      config: { mediaType: `${DOCKER}.container.image.v1+json`, size: 1, digest: DIGEST_A },
      layers: [{ mediaType: `${DOCKER}.image.rootfs.diff.tar.gzip`, size: 2, digest: DIGEST_B }],
    };
    expect(parseManifest(bytes(docker), DOCKER_MANIFEST)).toMatchObject({ mediaType: DOCKER_MANIFEST, problems: [] });
  });

  it('takes its media type from the body, else from the descriptor, else it is OCI 1.0', () => {
    expect(parse({}).mediaType).toBe(MANIFEST);
    expect(parse({ mediaType: DOCKER_MANIFEST }).mediaType).toBe(DOCKER_MANIFEST);
    expect(parse({ mediaType: undefined }, DOCKER_MANIFEST).mediaType).toBe(DOCKER_MANIFEST);
    expect(parse({ mediaType: undefined }).mediaType).toBe(MANIFEST);
    expect(parse({ mediaType: '' }, MANIFEST).mediaType).toBe(MANIFEST);
  });

  describe('refuses a document that two readers could take for two things (CVE-2021-41190)', () => {
    const confusions: readonly [string, object, string | undefined, string][] = [
      ['with manifests', { manifests: [] }, MANIFEST, 'the members of an index and of a manifest'],
      ['with Manifests, which Go reads too', { Manifests: [] }, MANIFEST, 'the members of an index'],
      ['with blobs', { blobs: [] }, undefined, 'the members of a manifest and of an artifact'],
      ['that says it is an index', { mediaType: INDEX }, undefined, `says that it is "${INDEX}"`],
      ['that says it is something unknown', { mediaType: 'a/b' }, undefined, 'says that it is "a/b"'],
      ['that its descriptor calls an index, and that says what it is', {}, INDEX, `its descriptor says "${INDEX}"`],
      ['that its descriptor calls an index', { mediaType: undefined }, INDEX, `says that it is "${INDEX}"`],
      ['with two spellings of layers', { Layers: [] }, undefined, 'in another spelling'],
    ];
    it.each(confusions)('%s', (_, changes, expected, reason) => {
      const error = errorOf(() => parse(changes, expected));
      expect(error.code).toBe('OCI_AMBIGUOUS');
      expect(error.message).toContain(reason);
    });

    it('but takes the word of the descriptor for whose manifest it is, and notes it', () => {
      const { mediaType, problems } = parse({}, DOCKER_MANIFEST);
      expect(mediaType).toBe(DOCKER_MANIFEST);
      expect(problems).toMatchObject([{ severity: 'warning', message: expect.stringContaining(`its descriptor says "${DOCKER_MANIFEST}"`) }]);
    });

    it('and lets null members be absent, as Go does', () => {
      expect(codeOf(() => parse({ manifests: null, fsLayers: null }))).toBe('none');
    });
  });

  it('refuses schema 1 by its media type and by its members', () => {
    const schema1 = { schemaVersion: 1, name: 'library/alpine', tag: '3', architecture: 'amd64', fsLayers: [{ blobSum: DIGEST_A }], history: [] };
    for (const expected of [undefined, `${DOCKER}.distribution.manifest.v1+prettyjws`, `${DOCKER}.distribution.manifest.v1+json`, MANIFEST]) {
      expect(codeOf(() => parseManifest(bytes(schema1), expected))).toBe('OCI_UNSUPPORTED');
    }
    expect(codeOf(() => parse({ mediaType: undefined }, `${DOCKER}.distribution.manifest.v1+json`))).toBe('OCI_UNSUPPORTED');
    expect(codeOf(() => parse({ fsLayers: [] }))).toBe('OCI_UNSUPPORTED');
  });

  const faults: readonly [object | string, string][] = [
    ['[]', ''],
    ['"text"', ''],
    [{ config: undefined }, ''],
    [{ config: null }, ''],
    [{ config: { ...config, size: '1470' } }, '/config/size'],
    [{ layers: undefined }, ''],
    [{ layers: {} }, '/layers'],
    [{ layers: [layer, { ...layer, size: '675598' }] }, '/layers/1/size'],
    [{ layers: [null] }, '/layers/0'],
    [{ subject: '.nope' }, '/subject'],
    [{ annotations: { a: 1 } }, '/annotations/a'],
    [{ schemaVersion: 3 }, '/schemaVersion'],
    [{ schemaVersion: '2' }, '/schemaVersion'],
    [{ schemaVersion: 1 }, '/schemaVersion'],
  ];
  it.each(faults)('refuses %j', (changes, where) => {
    const act = (): unknown => (typeof changes === 'string' ? parseManifest(bytes(changes)) : parse(changes));
    expect(errorOf(act)).toMatchObject({ code: 'OCI_DOCUMENT', where });
  });

  it('reads an image without layers, and notes it', () => {
    const problem = { severity: 'error', where: '', message: 'the document has no layer' };
    expect(parse({ layers: [] })).toMatchObject({ layers: [], problems: [problem] });
    expect(parse({ layers: null })).toMatchObject({ layers: [], problems: [problem] });
  });

  it('reads a manifest without schemaVersion, and notes it', () => {
    const problem = { severity: 'error', where: '', message: 'the document has no "schemaVersion"' };
    for (const schemaVersion of [undefined, null]) expect(parse({ schemaVersion }).problems).toEqual([problem]);
  });

  it('is changed without loss of what it does not know', () => {
    const { json } = parse({ 'com.example': { x: [1] } });
    const changed = parseManifest(encodeJson(edit(json, ['annotations', 'k'], 'v')));
    expect(changed.annotations?.get('k')).toBe('v');
    expect(JSON.parse(textOf(changed.raw))).toEqual({ ...manifest, 'com.example': { x: [1] }, annotations: { k: 'v' } });
  });
});

describe('createManifest', () => {
  const descriptors = { config: config as Descriptor, layers: [layer as Descriptor] };

  it('writes the members in the order of the specification, and only those that there are', () => {
    expect(textOf(createManifest(descriptors).raw)).toBe(JSON.stringify(manifest));
    const whole = createManifest({
      annotations: new Map([['k', 'v']]),
      subject: config as Descriptor,
      artifactType: 'a/b',
      mediaType: DOCKER_MANIFEST,
      ...descriptors,
    });
    expect(textOf(whole.raw)).toBe(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: DOCKER_MANIFEST,
        artifactType: 'a/b',
        config,
        layers: [layer],
        subject: config,
        annotations: { k: 'v' },
      }),
    );
  });

  it('gives the bytes of a parsed manifest again', () => {
    const { raw } = createManifest(descriptors);
    expect(textOf(createManifest(parseManifest(raw)).raw)).toBe(textOf(raw));
  });

  it('refuses what it could not read', () => {
    expect(codeOf(() => createManifest({ ...descriptors, mediaType: INDEX }))).toBe('OCI_AMBIGUOUS');
    expect(codeOf(() => createManifest({ config: { ...config, size: -1 } as Descriptor }))).toBe('OCI_DOCUMENT');
  });
});

describe('isImageManifest', () => {
  const typed = (mediaType: string, type: string): boolean => isImageManifest(parse({ mediaType, config: { ...config, mediaType: type } }));
  it.each([
    [MANIFEST, CONFIG, true],
    [MANIFEST, `${DOCKER}.container.image.v1+json`, true],
    [DOCKER_MANIFEST, 'application/octet-stream', true],
    [MANIFEST, 'application/octet-stream', false],
    [MANIFEST, 'application/vnd.oci.empty.v1+json', false],
    [MANIFEST, 'application/vnd.cncf.helm.config.v1+json', false],
    [DOCKER_MANIFEST, `${DOCKER}.plugin.v1+json`, false],
  ])('of %s with a configuration of type %s: %s', (mediaType, type, image) => {
    expect(typed(mediaType, type)).toBe(image);
  });
});

describe('parseArtifactManifest', () => {
  const type = 'application/vnd.oci.artifact.manifest.v1+json';
  const artifact = { mediaType: type, artifactType: 'application/vnd.example.sbom.v1', blobs: [layer], subject: config, annotations: { a: 'b' } };

  it('reads the form that OCI 1.1 had before its release', () => {
    expect(parseArtifactManifest(bytes(artifact), type)).toMatchObject({
      ...artifact,
      kind: 'artifact',
      annotations: new Map([['a', 'b']]),
      problems: [],
    });
    expect(parseArtifactManifest(bytes({ mediaType: type })).blobs).toEqual([]);
  });

  it('refuses one that is something else too', () => {
    for (const changes of [{ layers: [] }, { manifests: [] }, { mediaType: MANIFEST }])
      expect(codeOf(() => parseArtifactManifest(bytes({ ...artifact, ...changes })))).toBe('OCI_AMBIGUOUS');
  });
});
