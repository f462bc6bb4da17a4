import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { isDigest } from '../digest/index.ts';
import { PathError } from '../errors.ts';
import { openWritableFolder } from '../node/index.ts';
import { bytesSource } from '../stream/index.ts';
import { type Made, metadataOf } from './report.ts';
import type { Target } from './target.ts';

/**
 * Looks at what is there. The JSON of an earlier build of the same image gives way; that of another build stays, as long as its image is there.
 * @throws {PathError} `OUTPUT_EXISTS`
 */
export function assertOurMetadata(path: string, targets: readonly Target[], project: string): void {
  if (!existsSync(path)) return;
  const images = imagesIn(path, project);
  if (!images) throw occupied(path, 'what is there was not made by lading; move it away, or give another path in "metadata"');
  if (images.some((image) => targets.some((target) => target.path === image))) return;
  const other = images.find((image) => existsSync(image));
  if (other !== undefined)
    throw occupied(
      path,
      `it tells of ${relative(project, other)}, which another build has made; give each build a path of its own in "metadata", or remove it`,
    );
}

function occupied(path: string, reason: string): PathError {
  return new PathError('OUTPUT_EXISTS', 'write', path, reason);
}

/** The images that a file of ours tells of; `undefined` where it is none. */
function imagesIn(path: string, project: string): readonly string[] | undefined {
  try {
    if (!statSync(path).isFile()) return undefined;
    const { digest, images, outputs } = JSON.parse(readFileSync(path, 'utf8'));
    if (!isDigest(digest) || !Array.isArray(images)) return undefined;
    return outputs.map((output: { path: string }) => resolve(project, output.path));
  } catch {
    return undefined; // it is no such JSON
  }
}

/** Writes the JSON of what was made, all of it or nothing. Of two builds that write at once, the second finds what the first has written. */
export async function writeMetadata(path: string, made: Made, project: string): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(await metadataOf(made, project), undefined, 2)}\n`);
  const folder = await openWritableFolder(dirname(path));
  const write = async (): Promise<void> => {
    assertOurMetadata(path, made.targets, project);
    await folder.write(bytesSource(bytes).stream(), () => basename(path));
  };
  await folder.exclusively(write).finally(() => folder.close());
}
