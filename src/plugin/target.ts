import { statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parseAddress } from '../address.ts';
import { writeDockerArchive } from '../docker/index.ts';
import { PathError } from '../errors.ts';
import { WritableLayout, writeOciArchive } from '../layout/index.ts';
import { openWritableFolder } from '../node/index.ts';
import { open } from '../open.ts';
import { copy, type NamedDescriptor, type ReadableStore } from '../store/index.ts';

/** Where an image goes. */
export interface Target {
  readonly kind: 'docker-archive' | 'oci-archive' | 'oci';
  /** Absolute. */
  readonly path: string;
}

/**
 * Takes an output path apart: a transport, `.tar` for a docker-archive, or else the folder of an OCI layout.
 * @throws {Error} for a transport that is not written, and for a name behind the path: `tags` has the names.
 */
export function parseTarget(text: string, folder: string): Target {
  const { transport, path, reference, steps } = parseAddress(text, () => false);
  if (path === '' || reference !== undefined || steps.length > 0)
    throw new Error(`it is a path, such as image.tar or oci:build/image; names go into "tags"`);
  return { kind: transport ?? (path.endsWith('.tar') ? 'docker-archive' : 'oci'), path: resolve(folder, path) };
}

/**
 * Looks at what is there, before there is anything to write. An image of an earlier build gives way.
 * @throws {PathError} `OUTPUT_EXISTS` for what lading did not make.
 */
export async function assertReplaceable({ kind, path }: Target): Promise<void> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return;
  if (stat.isDirectory() !== (kind === 'oci')) throw occupied(path, stat.isDirectory() ? 'it is a folder' : 'it is a file');
  if (kind !== 'oci' && !(await isOurs(path))) throw occupied(path, 'what is there was not made by lading');
}

function occupied(path: string, reason: string): PathError {
  return new PathError('OUTPUT_EXISTS', 'write', path, `${reason}; move it away, or give another path in "to"`);
}

/** Every image that a build makes ends with a step of ours. */
async function isOurs(path: string): Promise<boolean> {
  try {
    const archive = await open(path);
    try {
      if (archive.kind !== 'docker-archive' && archive.kind !== 'oci-archive') return false;
      const config = await archive.images[0]?.image.config();
      return config?.history.at(-1)?.created_by?.startsWith('lading') ?? false;
    } finally {
      await archive.close();
    }
  } catch {
    return false; // it cannot be read, so it is none of ours
  }
}

/** Writes images to their place: all of it is there, or what was there before. */
export async function writeTarget({ kind, path }: Target, store: ReadableStore, images: readonly NamedDescriptor[]): Promise<void> {
  const folder = await openWritableFolder(kind === 'oci' ? path : dirname(path));
  try {
    if (kind === 'docker-archive') await folder.write(writeDockerArchive(store, images), () => basename(path));
    else if (kind === 'oci-archive') await folder.write(writeOciArchive(store, images), () => basename(path));
    else {
      const layout = await WritableLayout.open(folder);
      for (const { descriptor } of images) await copy(store, descriptor, layout);
      for (const { name, descriptor } of images) await layout.tag(descriptor, name);
    }
  } finally {
    await folder.close();
  }
}
