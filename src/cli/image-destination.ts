import { existsSync, statSync } from 'node:fs';
import type { ImageSet } from '../convert.ts';
import { dockerTag, writeDockerArchive } from '../docker/index.ts';
import { PathError } from '../errors.ts';
import { WritableLayout, writeOciArchive } from '../layout/index.ts';
import { copy, type NamedDescriptor, type Store } from '../store/index.ts';
import { parseAddress } from './address.ts';
import { type Destination, destinationOf, writeTo } from './destination.ts';
import { interruptible } from './interrupt.ts';
import { note, UsageError } from './outcome.ts';

/** Where images are to be written, and in which form. */
export type ImageDestination =
  | { readonly kind: 'oci'; readonly path: string; readonly name: string | undefined }
  | { readonly kind: 'docker-archive' | 'oci-archive'; readonly path: string; readonly file: Destination; readonly name: string | undefined };

/**
 * Looks at where images are to go, before there is anything to write: `docker-archive:PATH[:REF]`, `oci:DIR[:REF]`, `oci-archive:PATH[:REF]`, or a path alone. A path
 * alone is an OCI layout if it is a folder, or ends with a slash, and else a docker-archive.
 * @throws {PathError} `OUTPUT_EXISTS`, `EISDIR`. @throws {LadingError} `TRANSPORT_UNSUPPORTED`
 */
export function imageDestination(argument: string, force: boolean): ImageDestination {
  const { transport, path, reference, steps } = parseAddress(argument, existsSync);
  if (steps.length > 0) throw new UsageError('Cannot write into an archive: write an archive of its own');
  const kind = transport ?? (path.endsWith('/') || isFolder(path) ? 'oci' : 'docker-archive');
  const name = reference === undefined ? undefined : imageName(reference, kind);
  if (kind !== 'oci') return { kind, path, file: destinationOf(path, force), name };
  if (existsSync(path) && !isFolder(path)) throw new PathError('OUTPUT_EXISTS', 'write', path, 'it is a file; an OCI layout is a folder');
  return { kind, path, name };
}

/** A name of an image, as it is where it goes: engines want more than a tag, and make `app` `app:latest`. */
export function imageName(name: string, kind: ImageDestination['kind']): string {
  return kind !== 'docker-archive' || /[:/]/.test(name) ? name : `${name}:latest`;
}

/** Whether a folder is there, or a link to one, as far as can be seen. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // whoever reads or writes it says why
  }
}

/** Writes images as they are. Names come from the destination, where it gives one. */
export async function writeImages(destination: ImageDestination, { store, images }: ImageSet, classic = false): Promise<void> {
  const named = renamed(images, destination.name);
  if (destination.kind === 'docker-archive') {
    await writeTo(destination.file, writeDockerArchive(store, named, { classic }));
    return noteLostNames(named);
  }
  if (destination.kind === 'oci-archive') return writeTo(destination.file, writeOciArchive(store, named));
  await withLayout(destination.path, async (layout, signal) => {
    for (const { descriptor } of named) await copy(store, descriptor, layout, { signal });
    await tagAll(layout, named);
  });
}

/** Tags that name no repository are in the layout of a docker-archive, and engines load the image without one. */
function noteLostNames(images: readonly NamedDescriptor[]): void {
  for (const { digest } of new Map(images.map(({ descriptor }) => [descriptor.digest, descriptor])).values()) {
    const names = images.filter(({ descriptor }) => descriptor.digest === digest).flatMap(({ name }) => name ?? []);
    const [lost] = names.some((name) => dockerTag(name) !== undefined) ? [] : names;
    if (lost !== undefined) note(`engines will load ${lost} without a tag, for it names no repository; give docker-archive:PATH:NAME:TAG`);
  }
}

/** Opens the layout at a path for writing, or makes it. */
export function withLayout<T>(path: string, use: (layout: Store, signal: AbortSignal) => Promise<T>): Promise<T> {
  return interruptible(async (signal) => {
    const { openWritableFolder } = await import('../node/index.ts');
    const folder = await openWritableFolder(path);
    try {
      return await use(await WritableLayout.open(folder), signal);
    } finally {
      await folder.close();
    }
  });
}

/** Names come last: until then the layout shows nothing of what is new. */
export async function tagAll(layout: Store, images: readonly NamedDescriptor[]): Promise<void> {
  for (const { name, descriptor } of images) await layout.tag(descriptor, name);
}

/** The images under the name that the destination gives. @throws {UsageError} where several would have it. */
export function renamed(images: readonly NamedDescriptor[], name: string | undefined): readonly NamedDescriptor[] {
  const [first, ...others] = images;
  if (name === undefined || !first) return images;
  if (others.some(({ descriptor }) => descriptor.digest !== first.descriptor.digest))
    throw new UsageError(`Cannot call several images ${JSON.stringify(name)}: choose one with --image, or leave the name out`);
  return [{ name, descriptor: first.descriptor }];
}
