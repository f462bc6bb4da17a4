import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embeddedData, encodeJson, parseDescriptor, parseIndex } from '../../src/oci/index.ts';
import { bytes, codeOf, DIGEST_A, errorOf, INDEX, MANIFEST, textOf } from './documents.ts';

const base = { mediaType: MANIFEST, digest: DIGEST_A, size: 7682 };
const parse = (changes: object): ReturnType<typeof parseDescriptor> => parseDescriptor(bytes({ ...base, ...changes }));
const complaints = (changes: object): readonly string[] => parse(changes).problems.map(({ message }) => message);

describe('parseDescriptor', () => {
  it('reads every member of the specification', () => {
    const whole = {
      ...base,
      urls: ['https://example.com/a', 'urn:x:y'],
      annotations: { 'org.opencontainers.image.ref.name': 'v1', '': 'x' },
      data: 'e30=',
      size: 2,
      artifactType: 'application/vnd.example+type',
      platform: { architecture: 'arm', os: 'linux', variant: 'v7', 'os.version': '1', 'os.features': ['f'] },
    };
    const descriptor = parseDescriptor(bytes(whole));
    expect(descriptor).toMatchObject({
      kind: 'descriptor',
      ...whole,
      annotations: new Map([['org.opencontainers.image.ref.name', 'v1'], ['', 'x']]), // biome-ignore format: a row
      problems: [],
    });
  });

  const digests: readonly [string, boolean][] = [
    [DIGEST_A, true],
    [`sha512:${'0'.repeat(128)}`, true],
    ['sha256+b64:c86f7763873b6c0aae22d963bab59b4f5debbed6685761b5951584f6efb0633b', true],
    ['sha256+foo-bar:c86f', true],
    ['sha256.foo-bar:c86f', true],
    ['multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8', true],
    ['sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564', true],
    ['sha256', false],
    [':5b0bcabd', false],
    ['sha256:', false],
    [`SHA256:${'a'.repeat(64)}`, false],
    [`sha256:${'A'.repeat(64)}`, false],
    [`sha256:${'a'.repeat(63)}`, false],
    [`sha256:${'a'.repeat(65)}`, false],
    ['sha256+foo+-b:c86f', false],
    ['sha256:../../../../etc/passwd', false],
    [`sha256:${'a'.repeat(64)}\n`, false],
    [`sha256:${'a'.repeat(62)}/.`, false],
  ];
  it.each(digests)('holds the digest %j to its grammar before it can become a path (CVE-2024-3727)', (digest, valid) => {
    expect(codeOf(() => parse({ digest }))).toBe(valid ? 'none' : 'OCI_DOCUMENT');
  });

  it.each([-1, -7682, 1.5, '7682', null, 2 ** 53, true, [1]])('refuses the size %j', (size) => {
    expect(codeOf(() => parse({ size }))).toBe('OCI_DOCUMENT');
  });

  it('refuses a size that a double cannot hold, and takes the largest that it can', () => {
    const sized =
      (size: string): (() => unknown) =>
      () =>
        parseDescriptor(bytes(`{"mediaType":"a/b","digest":"${DIGEST_A}","size":${size}}`));
    expect(codeOf(sized('9007199254740991'))).toBe('none');
    expect(codeOf(sized('9007199254740993'))).toBe('OCI_DOCUMENT');
    expect(codeOf(sized('0'))).toBe('none');
  });

  it.each(['mediaType', 'digest', 'size'])('refuses a descriptor without %s', (member) => {
    expect(errorOf(() => parse({ [member]: undefined }))).toMatchObject({
      code: 'OCI_DOCUMENT',
      message: `Cannot read the descriptor: it has no "${member}"`,
    });
  });

  it.each([
    [{ mediaType: 1 }, '/mediaType'],
    [{ urls: 'https://example.com' }, '/urls'],
    [{ urls: [1] }, '/urls/0'],
    [{ annotations: ['a'] }, '/annotations'],
    [{ annotations: { 'a/b': 1 } }, '/annotations/a~1b'],
    [{ data: 1 }, '/data'],
    [{ platform: 'linux/amd64' }, '/platform'],
    [{ platform: { os: 'linux', architecture: 1 } }, '/platform/architecture'],
    [{ artifactType: {} }, '/artifactType'],
  ])('refuses a member of the wrong type: %j', (changes, where) => {
    expect(errorOf(() => parse(changes))).toMatchObject({ code: 'OCI_DOCUMENT', where });
  });

  it.each([
    [{ mediaType: 'application' }, '/mediaType "application" is no media type'],
    [{ mediaType: '' }, '/mediaType "" is no media type'],
    [{ artifactType: 'foo/.bar' }, '/artifactType "foo/.bar" is no media type'],
    [{ urls: ['value'] }, '/urls/0 "value" is no URI'],
    [{ urls: ['https://example.com', 'http://a b'] }, '/urls/1 "http://a b" is no URI'],
    [{ platform: { os: 'linux' } }, '/platform lacks its architecture or os'],
    [{ platform: {} }, '/platform lacks its architecture or os'],
    [{ annotations: { a: null } }, '/annotations/a is null, not a string'],
    [{ data: 'e30', size: 2 }, 'the document embeds data that is not base64 of its size'],
    [{ data: 'e30=', size: 3 }, 'the document embeds data that is not base64 of its size'],
    [{ data: 'e3 0=', size: 2 }, 'the document embeds data that is not base64 of its size'],
  ])('reads, and notes: %j', (changes, complaint) => {
    expect(complaints(changes)).toEqual([complaint]);
  });

  it('makes an empty platform one that matches nothing, without losing what else it says', () => {
    expect(parse({ platform: { variant: 'v8', features: ['sse4'] } }).platform).toEqual({
      architecture: '',
      os: '',
      variant: 'v8',
      features: ['sse4'],
    });
  });

  it('is encoded again with every member that this package does not know', () => {
    const odd = {
      unknown: { deep: [1, null] },
      ...base,
      platform: { os: 'linux', architecture: 'amd64', features: ['sse4'] },
      annotations: { b: '1', a: '2' },
      also: null,
    };
    const [descriptor] = parseIndex(bytes({ schemaVersion: 2, mediaType: INDEX, manifests: [odd] })).manifests;
    expect(JSON.parse(textOf(encodeJson(descriptor)))).toEqual(odd);
    expect(textOf(encodeJson(descriptor))).toMatch(/^\{"unknown":\{"deep":\[1,null\]\},"mediaType"/);
  });
});

describe('embeddedData', () => {
  it('decodes what was embedded, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (content) => {
        const data = btoa(String.fromCharCode(...content));
        expect(embeddedData({ data, size: content.length })).toEqual(content);
        expect(embeddedData({ data, size: content.length + 1 })).toBeUndefined();
      }),
    );
  });

  it('gives nothing where nothing is embedded, or where it is not padded base64', () => {
    expect(embeddedData({ size: 0 })).toBeUndefined();
    expect(embeddedData({ data: '', size: 0 })).toEqual(new Uint8Array(0));
    for (const data of ['e30', 'e30', 'e-0=', '====', 'e30=e30=', '\u00e930=']) expect(embeddedData({ data, size: 2 })).toBeUndefined();
  });
});
