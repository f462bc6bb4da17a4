import { describe, expect, it } from 'vitest';
import {
  documentKind,
  isConfig,
  isDistributable,
  isDocker,
  isIndex,
  isLayer,
  isManifest,
  isMediaType,
  layerCompression,
  toDocker,
  toOci,
  withCompression,
} from '../../src/oci/index.ts';

const OCI = 'application/vnd.oci.image';
const DOCKER = 'application/vnd.docker';

describe('documents', () => {
  const kinds: readonly [string, string | undefined][] = [
    [`${OCI}.index.v1+json`, 'index'],
    [`${OCI}.manifest.v1+json`, 'manifest'],
    [`${OCI}.config.v1+json`, 'config'],
    ['application/vnd.oci.artifact.manifest.v1+json', 'artifact'],
    ['application/vnd.oci.layout.header.v1+json', 'layout'],
    ['application/vnd.oci.descriptor.v1+json', 'descriptor'],
    [`${DOCKER}.distribution.manifest.list.v2+json`, 'index'],
    [`${DOCKER}.distribution.manifest.v2+json`, 'manifest'],
    [`${DOCKER}.container.image.v1+json`, 'config'],
    [`${DOCKER}.distribution.manifest.v1+json`, 'schema1'],
    [`${DOCKER}.distribution.manifest.v1+prettyjws`, 'schema1'],
    ['application/vnd.oci.empty.v1+json', undefined],
    ['application/vnd.cncf.helm.config.v1+json', undefined],
    [`${DOCKER}.plugin.v1+json`, undefined],
    [`${OCI}.layer.v1.tar`, undefined],
    ['application/octet-stream', undefined],
    ['constructor', undefined],
    ['', undefined],
  ];
  it.each(kinds)('%s is %s', (mediaType, kind) => {
    expect(documentKind(mediaType)).toBe(kind);
    expect([isIndex(mediaType), isManifest(mediaType), isConfig(mediaType)]).toEqual([kind === 'index', kind === 'manifest', kind === 'config']);
  });
});

// OCI type, Docker type, compression, may be pushed elsewhere
const layers: readonly [string, string, 'none' | 'gzip' | 'zstd', boolean][] = [
  [`${OCI}.layer.v1.tar`, `${DOCKER}.image.rootfs.diff.tar`, 'none', true],
  [`${OCI}.layer.v1.tar+gzip`, `${DOCKER}.image.rootfs.diff.tar.gzip`, 'gzip', true],
  [`${OCI}.layer.v1.tar+zstd`, `${DOCKER}.image.rootfs.diff.tar.zstd`, 'zstd', true],
  [`${OCI}.layer.nondistributable.v1.tar`, `${DOCKER}.image.rootfs.foreign.diff.tar`, 'none', false],
  [`${OCI}.layer.nondistributable.v1.tar+gzip`, `${DOCKER}.image.rootfs.foreign.diff.tar.gzip`, 'gzip', false],
  [`${OCI}.layer.nondistributable.v1.tar+zstd`, `${DOCKER}.image.rootfs.foreign.diff.tar.zstd`, 'zstd', false],
];

describe('layers', () => {
  it.each(layers)('%s is %s', (oci, docker, compression, distributable) => {
    for (const mediaType of [oci, docker]) {
      expect(isLayer(mediaType)).toBe(true);
      expect(layerCompression(mediaType)).toBe(compression);
      expect(isDistributable(mediaType)).toBe(distributable);
      expect([toOci(mediaType), toDocker(mediaType)]).toEqual([oci, docker]);
      expect(isDocker(mediaType)).toBe(mediaType === docker);
    }
  });

  it('includes the spelling of Docker layers that some converters write', () => {
    expect(layerCompression(`${DOCKER}.image.rootfs.diff.tar+zstd`)).toBe('zstd');
    expect(toOci(`${DOCKER}.image.rootfs.diff.tar+zstd`)).toBe(`${OCI}.layer.v1.tar+zstd`);
    expect(isDistributable(`${DOCKER}.image.rootfs.foreign.diff.tar+gzip`)).toBe(false);
  });

  it.each([
    `${OCI}.layer.v1.tar+gzip+encrypted`,
    'application/tar+gzip',
    'application/vnd.wasm.content.layer.v1+wasm',
    `${OCI}.manifest.v1+json`,
    '',
  ])('do not include %j', (mediaType) => {
    expect(isLayer(mediaType)).toBe(false);
    expect(layerCompression(mediaType)).toBeUndefined();
    expect(isDistributable(mediaType)).toBe(true);
  });

  it('keep family and distributability when they are compressed anew', () => {
    for (const [oci, docker, , distributable] of layers) {
      for (const [ociTo, dockerTo, compression] of layers.filter((row) => row[3] === distributable)) {
        expect(withCompression(oci, compression)).toBe(ociTo);
        expect(withCompression(docker, compression)).toBe(dockerTo);
      }
    }
    expect(withCompression('application/tar+gzip', 'none')).toBe('application/tar+gzip');
  });
});

describe('toOci and toDocker', () => {
  it.each([
    [`${OCI}.index.v1+json`, `${DOCKER}.distribution.manifest.list.v2+json`],
    [`${OCI}.manifest.v1+json`, `${DOCKER}.distribution.manifest.v2+json`],
    [`${OCI}.config.v1+json`, `${DOCKER}.container.image.v1+json`],
  ])('map %s and %s to each other', (oci, docker) => {
    expect([toOci(docker), toOci(oci), toDocker(oci), toDocker(docker)]).toEqual([oci, oci, docker, docker]);
  });

  it('leave what has no counterpart', () => {
    for (const other of ['application/vnd.oci.empty.v1+json', 'text/plain']) expect([toOci(other), toDocker(other)]).toEqual([other, other]);
  });
});

describe('isMediaType', () => {
  const long = '1'.repeat(127);
  it.each(['text/plain', 'application/vnd.oci.image.layer.v1.tar+gzip', `${long}/${long}`, '0/0', 'a!#$&^_.+-/b!#$&^_.+-'])(
    'accepts %s',
    (mediaType) => {
      expect(isMediaType(mediaType)).toBe(true);
    },
  );
  it.each([
    '',
    'application',
    '/',
    'a/',
    '/b',
    '.foo/bar',
    'foo/.bar',
    `${long}1/bar`,
    `foo/${long}1`,
    'a/b/c',
    'text/plain; charset=utf-8',
    'a/b\n',
    'a/é',
  ])('refuses %j', (mediaType) => {
    expect(isMediaType(mediaType)).toBe(false);
  });
});
