import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LadingError } from '../../src/errors.ts';
import { encodeLayoutFile, identifyDocument, parseDocument, parseLayoutFile, validateDocument } from '../../src/oci/index.ts';
import {
  bytes,
  CONFIG,
  codeOf,
  config,
  DIGEST_A,
  DOCKER,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  INDEX,
  imageConfig,
  index,
  layer,
  MANIFEST,
  manifest,
  textOf,
} from './documents.ts';

const LAYOUT = 'application/vnd.oci.layout.header.v1+json';
const ARTIFACT = 'application/vnd.oci.artifact.manifest.v1+json';
const artifact = { mediaType: ARTIFACT, artifactType: 'a/b', blobs: [layer] };
const schema1 = { schemaVersion: 1, fsLayers: [{ blobSum: DIGEST_A }], history: [], architecture: 'amd64' };

describe('parseDocument', () => {
  const documents: readonly [string, object, string | undefined][] = [
    ['index', index, INDEX],
    ['index', { ...index, mediaType: DOCKER_LIST }, DOCKER_LIST],
    ['manifest', manifest, MANIFEST],
    ['manifest', { ...manifest, mediaType: DOCKER_MANIFEST }, DOCKER_MANIFEST],
    ['config', imageConfig, CONFIG],
    ['config', imageConfig, `${DOCKER}.container.image.v1+json`],
    ['config', { architecture: 'amd64', os: 'linux', config: {} }, CONFIG],
    ['artifact', artifact, ARTIFACT],
    ['layout', { imageLayoutVersion: '1.0.0' }, LAYOUT],
    ['descriptor', config, 'application/vnd.oci.descriptor.v1+json'],
  ];
  it.each(documents)('knows the %s %j by its media type, and by its members', (kind, document, mediaType) => {
    expect(parseDocument(bytes(document), mediaType).kind).toBe(kind);
    expect(parseDocument(bytes(document)).kind).toBe(kind);
    expect(identifyDocument(bytes(document))).toBe(kind);
    expect(validateDocument(bytes(document), mediaType).kind).toBe(kind);
  });

  it('refuses what is no document of an image', () => {
    for (const other of [{}, { a: 1 }, [], [manifest], null, 'text', 1]) {
      expect(identifyDocument(bytes(JSON.stringify(other)))).toBeUndefined();
      expect(codeOf(() => parseDocument(bytes(JSON.stringify(other))))).toBe('OCI_DOCUMENT');
    }
    expect(codeOf(() => parseDocument(bytes(manifest), 'application/vnd.cncf.helm.config.v1+json'))).toBe('OCI_DOCUMENT');
    expect(codeOf(() => parseDocument(bytes('{')))).toBe('JSON_INVALID');
  });

  it('recognises schema 1, and refuses it', () => {
    expect(identifyDocument(bytes(schema1))).toBe('schema1');
    expect(codeOf(() => parseDocument(bytes(schema1)))).toBe('OCI_UNSUPPORTED');
  });

  it('refuses a document that has the members of two, whichever it was taken for (CVE-2021-41190)', () => {
    const both = { ...manifest, ...index, mediaType: undefined };
    for (const mediaType of [undefined, MANIFEST, INDEX, DOCKER_LIST, ARTIFACT])
      expect(codeOf(() => parseDocument(bytes(both), mediaType))).toBe('OCI_AMBIGUOUS');
  });

  it('keeps the bytes of every document that it accepts, and their meaning in json', () => {
    fc.assert(
      fc.property(fc.constantFrom(...documents), fc.integer({ min: 0, max: 4 }), fc.jsonValue(), ([, document, mediaType], indent, extra) => {
        const raw = bytes(JSON.stringify({ ...document, 'x-extra': extra }, null, indent));
        const parsed = parseDocument(raw, mediaType);
        expect(parsed.raw).toBe(raw);
        expect(parsed.json.has('x-extra')).toBe(true);
      }),
    );
  });
});

describe('parseLayoutFile', () => {
  it('reads what a layout begins with, and what was added to it', () => {
    expect(parseLayoutFile(bytes('{"imageLayoutVersion": "1.0.0", "x": [1]}'))).toMatchObject({
      kind: 'layout',
      imageLayoutVersion: '1.0.0',
      problems: [],
    });
    expect(textOf(encodeLayoutFile())).toBe('{"imageLayoutVersion":"1.0.0"}');
    expect(parseLayoutFile(encodeLayoutFile()).problems).toEqual([]);
  });

  it('reads another version, and warns of it', () => {
    expect(parseLayoutFile(bytes({ imageLayoutVersion: '1.1.0' })).problems).toMatchObject([{ severity: 'warning' }]);
  });

  it.each(['{}', '{"imageLayoutVersion":1}', '{"imageLayoutVersion":null}', '[]'])('refuses %s', (text) => {
    expect(codeOf(() => parseLayoutFile(bytes(text)))).toBe('OCI_DOCUMENT');
  });
});

describe('validateDocument', () => {
  const descriptor = (changes: object): object => ({ ...config, ...changes });
  // What the specification's own schemas accept and refuse.
  const verdicts: readonly [string, string, unknown, boolean][] = [
    ['a configuration with what is required', CONFIG, imageConfig, true],
    ['a configuration without architecture', CONFIG, { ...imageConfig, architecture: undefined }, false],
    ['a configuration with an invalid environment', CONFIG, { ...imageConfig, config: { Env: ['foo'] } }, false],
    ['a configuration with a numeric os', CONFIG, { ...imageConfig, os: 123 }, false],
    ['a configuration that is no JSON', CONFIG, 'invalid JSON', false],
    ['a manifest', MANIFEST, manifest, true],
    ['a manifest without layers', MANIFEST, { ...manifest, layers: [] }, false],
    ['a manifest with a config of an invalid type', MANIFEST, { ...manifest, config: descriptor({ mediaType: 'invalid' }) }, false],
    [
      'a manifest for an artifact',
      MANIFEST,
      { ...manifest, artifactType: 'application/vnd.example+type', config: descriptor({ mediaType: 'application/vnd.oci.empty.v1+json' }) },
      true,
    ],
    ['an index', INDEX, index, true],
    ['an index without manifests', INDEX, { ...index, manifests: undefined }, false],
    ['an index whose platform has no architecture', INDEX, { ...index, manifests: [descriptor({ platform: { os: 'linux' } })] }, false],
    ['a descriptor of nothing', 'application/vnd.oci.descriptor.v1+json', descriptor({ size: 0 }), true],
    ['a descriptor of less than nothing', 'application/vnd.oci.descriptor.v1+json', descriptor({ size: -7682 }), false],
    ['a descriptor with padding missing in its data', 'application/vnd.oci.descriptor.v1+json', descriptor({ size: 2, data: 'e30' }), false],
    ['a layout', LAYOUT, { imageLayoutVersion: '1.0.0' }, true],
    ['a layout of another version', LAYOUT, { imageLayoutVersion: 'lorem ipsum' }, true],
    ['a schema 1 manifest', `${DOCKER}.distribution.manifest.v1+json`, schema1, false],
    ['JSON that is nothing of ours', 'application/schema+json', { $schema: 'x' }, true],
    ['broken JSON that is nothing of ours', 'application/schema+json', '{"a":1,"a":2}', false],
  ];
  it.each(verdicts)('judges %s', (_, mediaType, document, conforms) => {
    const { problems } = validateDocument(bytes(document), mediaType);
    expect(problems.every(({ severity }) => severity !== 'error')).toBe(conforms);
  });

  it('says where, and gives the document where there is one', () => {
    expect(validateDocument(bytes({ ...imageConfig, config: { Env: ['foo'] } }))).toMatchObject({
      kind: 'config',
      document: { os: 'linux' },
      problems: [{ severity: 'error', where: '/config/Env/0' }],
    });
    expect(validateDocument(bytes({ ...imageConfig, os: 1 }))).toMatchObject({ kind: 'config', document: undefined, problems: [{ where: '/os' }] });
    expect(validateDocument(bytes('['))).toMatchObject({ kind: undefined, document: undefined, problems: [{ where: '' }] });
  });

  it('throws nothing but finds something, whatever it is given', () => {
    const seeds = [index, manifest, imageConfig, artifact, schema1, config].map((document) => JSON.stringify(document));
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.nat(), fc.nat({ max: 3 }), fc.string({ maxLength: 4 }), (seed, place, cut, insert) => {
        const at = place % (seed.length + 1);
        const raw = bytes(seed.slice(0, at) + insert + seed.slice(at + cut));
        const { document, problems } = validateDocument(raw);
        if (document) expect(document.raw).toBe(raw);
        else if (problems.length > 0) expect(problems).toHaveLength(1);
        else expect(identifyDocument(raw)).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  it('never lets a random document end in anything but an error of this package', () => {
    const key = fc.constantFrom(
      'schemaVersion',
      'mediaType',
      'manifests',
      'layers',
      'config',
      'digest',
      'size',
      'rootfs',
      'type',
      'diff_ids',
      'platform',
      'data',
      'history',
    );
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>(null, 2, -1, 1.5, true, 'layers', MANIFEST, INDEX, DIGEST_A),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(key, tie('any')),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, any), fc.constantFrom(undefined, MANIFEST, INDEX, CONFIG, DOCKER_LIST), (document, mediaType) => {
        try {
          parseDocument(bytes(document), mediaType);
        } catch (error) {
          expect(error).toBeInstanceOf(LadingError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
