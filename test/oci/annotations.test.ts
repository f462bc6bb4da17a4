import { describe, expect, it } from 'vitest';
import { annotatedNames, attestedDigest, parseIndex } from '../../src/oci/index.ts';
import { bytes, DIGEST_A, DIGEST_B, INDEX, MANIFEST } from './documents.ts';

const entry = (annotations?: object): ReturnType<typeof parseIndex>['manifests'][number] => {
  const manifests = [{ mediaType: MANIFEST, digest: DIGEST_A, size: 1, annotations }];
  const [descriptor] = parseIndex(bytes({ schemaVersion: 2, mediaType: INDEX, manifests })).manifests;
  if (!descriptor) throw new Error('the index lost its entry');
  return descriptor;
};

describe('annotatedNames', () => {
  it('gives the full name first, then the tag', () => {
    expect(annotatedNames(entry({ 'org.opencontainers.image.ref.name': '3', 'io.containerd.image.name': 'docker.io/library/alpine:3' }))).toEqual([
      'docker.io/library/alpine:3',
      '3',
    ]);
    expect(annotatedNames(entry({ 'org.opencontainers.image.ref.name': 'v1' }))).toEqual(['v1']);
    expect(annotatedNames(entry())).toEqual([]);
  });
});

describe('attestedDigest', () => {
  it('names the image that an attestation of BuildKit is about', () => {
    const about = { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': DIGEST_B };
    expect(attestedDigest(entry(about))).toBe(DIGEST_B);
    expect(attestedDigest(entry({ ...about, 'vnd.docker.reference.type': 'other' }))).toBeUndefined();
    expect(attestedDigest(entry({ 'vnd.docker.reference.digest': DIGEST_B }))).toBeUndefined();
    expect(attestedDigest(entry())).toBeUndefined();
  });
});
