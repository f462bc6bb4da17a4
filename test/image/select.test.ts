import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/digest/index.ts';
import { type ImageChoice, imageId, platformOf, sameReference, selectImage } from '../../src/image/index.ts';
import type { ImageArchive } from '../../src/open.ts';
import { LAYERS, plainImage } from '../support/image.ts';
import { LayoutBuilder } from '../support/layout.ts';
import { failureOf, openMembers } from '../support/open.ts';

const amd = await plainImage(LAYERS);
const arm = await plainImage([[{ name: 'arm', body: '' }]], { architecture: 'arm64' });
const old = await plainImage([[{ name: 'old', body: '' }]]);

async function several(): Promise<ImageArchive> {
  const layout = new LayoutBuilder();
  const index = layout.index([
    layout.image(amd, { platform: { os: 'linux', architecture: 'amd64' } }),
    layout.image(arm, { platform: { os: 'linux', architecture: 'arm64' } }),
  ]);
  return openMembers(layout.members([...layout.named(index, 'app:2', 'app:latest'), ...layout.named(layout.image(old), 'app:1')]));
}

const archive = await several();
const [first, second, third] = archive.images as [ImageArchive['images'][number], ImageArchive['images'][number], ImageArchive['images'][number]];

describe('choosing an image', () => {
  const linux = { os: 'linux', architecture: 'arm64' };
  const choices: readonly [string, ImageChoice, typeof first][] = [
    ['by position', { image: '@0' }, first],
    ['by position, from 0', { image: '@2' }, third],
    ['by a tag', { image: 'app:1' }, third],
    ['by the tag alone', { image: '1' }, third],
    ['by a whole reference', { image: 'docker.io/library/app:1' }, third],
    ['by the digest of its manifest', { image: second.digest as string }, second],
    ['by a part of the digest', { image: (second.digest as string).slice(7, 19) }, second],
    ['by its image ID', { image: digestOf(arm.config) }, second],
    ['by a part of its image ID', { image: digestOf(old.config).slice(0, 17) }, third],
    ['by name and platform', { image: 'app', platform: 'linux/arm64' }, second],
    ['by a platform that only it has', { platform: linux }, second],
    ['by a platform of the index, before one of the configuration', { platform: 'linux/amd64' }, first],
  ];
  it.each(choices)('%s', async (_, choice, expected) => {
    expect(await selectImage(archive.images, choice)).toBe(expected);
  });

  it.each<[string, ImageChoice]>([
    ['nothing that chooses', {}],
    ['a name that leads to several platforms', { image: 'app:2' }],
    ['the name that is meant without a tag', { image: 'app' }],
  ])('is an error that lists the choices: %s', async (_, choice) => {
    const error = await failureOf(() => selectImage(archive.images, choice));
    expect(error.code).toBe('IMAGE_AMBIGUOUS');
    expect(error.message).toMatch(/there are @0 app:2.* linux\/amd64 sha256:[0-9a-f]{12}; @1 .*--image.*--platform/);
  });

  it.each<[string, ImageChoice]>([
    ['an unknown tag', { image: 'app:9' }],
    ['a position that is none', { image: '@3' }],
    ['a digest of nothing', { image: digestOf(Uint8Array.of(1)) }],
    ['too short a digest', { image: (first.digest as string).slice(7, 12) }],
    ['another platform', { platform: 'windows/amd64' }],
    ['a name, and a platform that it has not', { image: 'app:1', platform: 'linux/arm64' }],
  ])('is an error that lists what there is: %s', async (_, choice) => {
    const error = await failureOf(() => selectImage(archive.images, choice));
    expect(error).toMatchObject({ code: 'IMAGE_NOT_FOUND', message: expect.stringMatching(/there are @0 .*@1 .*@2 /) });
  });

  it('says that there is none, and what a platform must look like', async () => {
    expect((await failureOf(() => selectImage([]))).message).toBe('Cannot find an image: there is none');
    expect((await failureOf(() => selectImage(archive.images, { platform: 'linux' }))).code).toBe('PLATFORM_INVALID');
  });

  it('says of an image that cannot be read why', async () => {
    const layout = new LayoutBuilder();
    const broken = layout.image(amd);
    const fine = layout.image(old);
    layout.blobs.set(
      broken.digest,
      Uint8Array.from({ length: broken.size }, () => 0x20),
    );
    const alone = await openMembers(layout.members(layout.named(broken, 'bad:1')));
    expect((await failureOf(() => alone.image())).code).toBe('DIGEST_MISMATCH');
    const two = await openMembers(layout.members([...layout.named(broken, 'bad:1'), ...layout.named(fine, 'fine:1')]));
    expect((await failureOf(() => two.image({ image: 'bad:1' }))).code).toBe('DIGEST_MISMATCH');
    expect((await failureOf(() => two.image({ image: 'none:1' }))).code).toBe('IMAGE_NOT_FOUND');
    expect(await two.image()).toBe(two.images[0]?.image);
  });
});

describe('what is known of an image', () => {
  it('has the platform of its index, else that of its configuration, else none', async () => {
    expect(await platformOf(second)).toEqual({ os: 'linux', architecture: 'arm64' });
    expect(await platformOf(third)).toEqual({ os: 'linux', architecture: 'amd64' });
    const layout = new LayoutBuilder();
    const bare = await plainImage(LAYERS, { os: undefined });
    expect(await platformOf((await openMembers(layout.members([layout.image(bare)]))).images[0] as typeof first)).toBeUndefined();
  });

  it('has the digest of its configuration as its ID', async () => {
    expect(await imageId(first)).toBe(digestOf(amd.config));
  });

  it.each<[string, string, boolean]>([
    ['app', 'docker.io/library/app:latest', true],
    ['app:1', 'index.docker.io/app:1', true],
    ['app:1', 'app:2', false],
    ['Not A Name', 'Not A Name', true],
    ['Not A Name', 'not a name', false],
    ['reg:5000/app', 'app', false],
  ])('%s and %s are the same name: %s', (a, b, same) => {
    expect(sameReference(a, b)).toBe(same);
    expect(sameReference(b, a)).toBe(same);
  });
});
