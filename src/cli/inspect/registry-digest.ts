import { availableParallelism } from 'node:os';
import { imagesToCopy, registryImages } from '../../convert.ts';
import type { ImageChoice } from '../../image/index.ts';
import type { LayerCompression } from '../../oci/index.ts';
import type { Archive } from '../../open.ts';
import { printable } from '../format/text.ts';
import { UsageError } from '../outcome.ts';
import { writeJson, writeText } from '../output.ts';
import { tagsOf } from './image-facts.ts';

/** Prints what a registry would call the images after a push, one line each: the digest, and the tags. */
export async function showRegistryDigest(archive: Archive, choice: ImageChoice, compression: LayerCompression, json = false): Promise<void> {
  if (archive.kind === 'tar' || archive.kind === 'folder')
    throw new UsageError(`Cannot tell a digest: this is a ${archive.kind} and holds no images`);
  const pushed = await registryImages(await imagesToCopy(archive, choice), { compression, jobs: availableParallelism() });
  const names = new Map<string, string[]>();
  for (const { name, descriptor } of pushed)
    names.set(descriptor.digest, [...(names.get(descriptor.digest) ?? []), ...(name === undefined ? [] : [name])]);
  const images = [...names].map(([digest, own]) => ({ digest, tags: tagsOf(own) }));
  if (json) return writeJson({ compression, images });
  await writeText(images.map(({ digest, tags }) => `${[digest, ...tags.map(printable)].join('  ')}\n`));
}
