import { describe, expect, it } from 'vitest';
import { formatPlatform, isUnknownPlatform, normalizePlatform, parsePlatform, platformDistance, selectPlatform } from '../../src/oci/index.ts';
import { errorOf } from './documents.ts';

describe('parsePlatform', () => {
  it.each([
    ['linux/amd64', 'linux/amd64'],
    ['linux/x86_64', 'linux/amd64'],
    ['Linux/AMD64', 'linux/amd64'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['linux/i386', 'linux/386'],
    ['linux/arm64', 'linux/arm64'],
    ['linux/aarch64', 'linux/arm64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/arm64/8', 'linux/arm64'],
    ['linux/arm64/v9', 'linux/arm64/v9'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/arm/7', 'linux/arm/v7'],
    ['linux/arm/v6', 'linux/arm/v6'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/armel', 'linux/arm/v6'],
    ['macos/arm64', 'darwin/arm64'],
    ['linux/mips64le', 'linux/mips64le'],
    ['linux/riscv64/rva23', 'linux/riscv64/rva23'],
    ['windows(10.0.17763.3650)/amd64', 'windows(10.0.17763.3650)/amd64'],
    ['unknown/unknown', 'unknown/unknown'],
  ])('normalises %s to %s', (text, normal) => {
    expect(formatPlatform(parsePlatform(text))).toBe(normal);
    expect(parsePlatform(normal)).toEqual(parsePlatform(text));
  });

  it.each(['', 'linux', 'amd64', '/', 'linux/', '/amd64', 'linux/arm/v7/x', 'linux amd64', 'linux/amd64 ', 'windows()/amd64', 'linux/../etc', 'é/a'])(
    'refuses %j',
    (text) => {
      expect(errorOf(() => parsePlatform(text))).toMatchObject({ code: 'PLATFORM_INVALID', message: expect.stringContaining('such as linux/arm64') });
    },
  );
});

describe('normalizePlatform', () => {
  it('keeps what it does not know', () => {
    const given = { os: 'linux', architecture: 'aarch64', variant: 'v8', 'os.features': ['x'], features: ['sse4'] };
    expect(normalizePlatform(given)).toEqual({ os: 'linux', architecture: 'arm64', 'os.features': ['x'], features: ['sse4'] });
    expect(normalizePlatform({ os: 'linux', architecture: 'amd64', variant: '' })).toEqual({ os: 'linux', architecture: 'amd64' });
  });
});

describe('platformDistance', () => {
  it.each([
    ['linux/amd64', 'linux/amd64', 0],
    ['linux/amd64', 'windows/amd64', undefined],
    ['linux/amd64', 'linux/arm64', undefined],
    ['linux/amd64', 'linux/386', undefined],
    ['linux/amd64/v3', 'linux/amd64', 2],
    ['linux/amd64/v3', 'linux/amd64/v2', 1],
    ['linux/amd64', 'linux/amd64/v2', undefined],
    ['linux/arm64', 'linux/arm64/v8', 0],
    ['linux/arm64/v9', 'linux/arm64', 1],
    ['linux/arm64', 'linux/arm/v7', undefined],
    ['linux/arm', 'linux/arm/v7', 0],
    ['linux/arm/v7', 'linux/arm/v6', 1],
    ['linux/arm/v7', 'linux/arm/v5', 2],
    ['linux/arm/v6', 'linux/arm/v7', undefined],
    ['linux/riscv64', 'linux/riscv64/rva23', 1],
    ['linux/riscv64/rva20', 'linux/riscv64/rva23', undefined],
    ['windows/amd64', 'windows(10.0.17763.3650)/amd64', 0],
    ['windows(10.0.17763)/amd64', 'windows(10.0.17763.3650)/amd64', 0],
    ['windows(10.0.1776)/amd64', 'windows(10.0.17763.3650)/amd64', undefined],
    ['windows(10.0.17763)/amd64', 'windows/amd64', undefined],
    ['linux/amd64', 'unknown/unknown', undefined],
    ['unknown/unknown', 'unknown/unknown', 0],
  ])('of %s from %s is %s', (wanted, offered, distance) => {
    expect(platformDistance(parsePlatform(wanted), parsePlatform(offered))).toBe(distance);
  });

  it('is none to a platform that says nothing', () => {
    expect(platformDistance(parsePlatform('linux/amd64'), { os: '', architecture: '' })).toBeUndefined();
  });
});

describe('selectPlatform', () => {
  const items = ['unknown/unknown', 'linux/arm/v5', 'linux/arm/v7', 'linux/amd64', 'linux/amd64', 'linux/arm/v6'].map((text, id) => ({
    id,
    platform: parsePlatform(text),
  }));

  it.each([
    ['linux/amd64', 3],
    ['linux/amd64/v2', 3],
    ['linux/arm', 2],
    ['linux/arm/v8', 2],
    ['linux/arm/v6', 5],
    ['linux/arm64', undefined],
    ['windows/amd64', undefined],
    ['unknown/unknown', 0],
  ])('of %s takes item %s: the nearest, of equals the first', (wanted, id) => {
    expect(selectPlatform(items, parsePlatform(wanted))?.id).toBe(id);
  });

  it('passes over items without a platform', () => {
    expect(selectPlatform<{ platform?: { os: string; architecture: string } }>([{}, ...items], parsePlatform('linux/amd64'))).toBe(items[3]);
    expect(selectPlatform([{}], parsePlatform('linux/amd64'))).toBeUndefined();
  });
});

describe('isUnknownPlatform', () => {
  it('knows the platform of attestations', () => {
    expect(isUnknownPlatform(parsePlatform('unknown/unknown'))).toBe(true);
    expect(isUnknownPlatform(parsePlatform('linux/unknown'))).toBe(false);
  });
});
