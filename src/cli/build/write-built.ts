import type { Command } from 'commander';
import type { BuildOptions, BuildPlan, BuiltImage, BuiltImages } from '../../build/index.ts';
import { MemoryStore, type Store } from '../../store/index.ts';
import { type ContainerOptions, containerChanges } from '../container-options.ts';
import { writeImages } from '../image-destination.ts';
import { interruptible } from '../interrupt.ts';
import { keepMade } from '../keep.ts';
import { addNewImageOptions, type NewImage, type NewImageOptions } from '../new-image.ts';
import { writeJson, writeOut } from '../output.ts';
import { dateOf } from './reproducible.ts';

/** What `build` and `import` have in common. */
export interface BuildVerbOptions extends ContainerOptions, NewImageOptions {
  readonly author?: string;
}

export function addBuildOptions(command: Command, layers: string): Command {
  return addNewImageOptions(command, 'a name of the image', `of ${layers}, gzip by default`).option('--author <name>', 'who made it');
}

/** What the options ask for, but for layers and platforms. @throws {UsageError} for a container that cannot be. */
export function planFrom(options: BuildVerbOptions, { compression }: NewImage, time: number): BuildPlan {
  const { author } = options;
  return { container: containerChanges(options), created: dateOf(time), ...(author !== undefined && { author }), ...compression };
}

/** Makes the images that are asked for, writes them under their names, and says what came of it. */
export async function writeBuilt(
  { destination, tags, isSilent }: NewImage,
  json: boolean | undefined,
  make: (store: Store, options: BuildOptions) => Promise<BuiltImages>,
): Promise<void> {
  const { kind, path, name } = destination;
  const { store, descriptor, images } = await interruptible((signal) => make(new MemoryStore({ keep: keepMade }), { signal }));
  const names = name === undefined ? tags : [name];
  await writeImages(destination, { store, images: (names.length > 0 ? names : [undefined]).map((each) => ({ name: each, descriptor })) });
  if (json) {
    await writeJson({
      kind: kind === 'oci' ? 'oci-layout' : kind,
      path,
      tags: names,
      digest: descriptor.digest,
      images: await Promise.all(images.map(imageJson)),
    });
  } else if (!isSilent) await writeOut(`${descriptor.digest}\n`);
}

async function imageJson({ image, layers }: BuiltImage): Promise<object> {
  const made = new Set(layers.map((layer) => layer?.descriptor.digest));
  return {
    digest: image.descriptor.digest,
    imageId: (await image.manifest()).config.digest,
    platform: image.descriptor.platform,
    layers: (await image.layers()).map(({ descriptor: { digest, size, mediaType }, diffId }) => ({
      digest,
      diffId,
      mediaType,
      size,
      made: made.has(digest),
    })),
  };
}
