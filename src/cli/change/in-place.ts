import { existsSync, realpathSync } from 'node:fs';
import { PathError, quote } from '../../errors.ts';
import { type CatalogImage, replaceInIndex, sameReference } from '../../image/index.ts';
import type { Descriptor } from '../../oci/index.ts';
import type { ImageArchive } from '../../open.ts';
import type { NamedDescriptor, Store } from '../../store/index.ts';
import { parseAddress } from '../address.ts';
import type { ImageDestination } from '../image-destination.ts';

/**
 * What the names of an image lead to once it is changed, or the tags that it is given instead: the new image, or, where the old one is one of an index, that
 * index with the new one in its place, so that its other platforms stay. New indexes are taken by `store`.
 */
export async function inPlaceOf(
  archive: ImageArchive,
  chosen: CatalogImage,
  changed: Descriptor,
  store: Store,
  tags: readonly string[],
): Promise<readonly NamedDescriptor[]> {
  const images = chosen.indexes.length > 0 ? await inIndexes(archive, chosen, changed, store) : renamed(chosen.names, changed);
  const [{ descriptor } = { descriptor: changed }] = images;
  if (tags.length > 0) return renamed(tags, descriptor);
  const others = chosen.names.filter((name) => !images.some((named) => named.name !== undefined && sameReference(named.name, name)));
  return images.length > 0 ? [...images, ...renamed(others, descriptor)] : [{ name: undefined, descriptor }];
}

function renamed(names: readonly string[], descriptor: Descriptor): readonly NamedDescriptor[] {
  return names.map((name) => ({ name, descriptor }));
}

async function inIndexes({ stores }: ImageArchive, { image, indexes }: CatalogImage, changed: Descriptor, store: Store): Promise<NamedDescriptor[]> {
  const old = image.descriptor.digest;
  const images: NamedDescriptor[] = [];
  for (const { name, descriptor } of (await Promise.all(stores.map((each) => each.list()))).flat()) {
    const index = indexes.includes(descriptor.digest) ? await replaceInIndex(image.store, descriptor, old, changed, store) : undefined;
    const now = index ?? (descriptor.digest === old ? changed : undefined);
    if (now) images.push({ name, descriptor: now });
  }
  return images;
}

/** A file is replaced whole, and with it what else is in it. @throws {PathError} `OUTPUT_EXISTS` */
export function assertNothingIsLost({ images }: ImageArchive, chosen: CatalogImage, argument: string, destination: ImageDestination): void {
  if (destination.kind === 'oci' || !isSameFile(parseAddress(argument, existsSync).path, destination.path)) return;
  const other = images.find((each) => each !== chosen && !each.indexes.some((index) => chosen.indexes.includes(index)));
  if (!other) return;
  const [name = other.image.descriptor.digest] = other.names;
  throw new PathError('OUTPUT_EXISTS', 'replace', destination.path, `it also holds ${quote(name)}, which would be lost; write to another file`);
}

function isSameFile(a: string, b: string): boolean {
  return existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);
}
