import { isDigest } from '../digest/index.ts';
import { ImageError, quote } from '../errors.ts';
import { type Descriptor, diffIds, parseConfig } from '../oci/index.ts';
import type { NamedContent } from '../store/index.ts';
import { cleanPath, type FileNode } from '../tree/index.ts';
import type { DockerImage, DockerLayer } from './docker-store.ts';
import type { ManifestEntry } from './manifest-file.ts';
import type { Members } from './members.ts';

/**
 * An image as `manifest.json` lists it, its configuration read already.
 * @throws {ImageError} `BLOB_MISSING` for a layer that is nowhere, `IMAGE_LAYERS` for one that should have two diffIDs, or for a faulty configuration.
 */
export function manifestImage(members: Members, entry: ManifestEntry, config: Uint8Array): DockerImage {
  const { Config, RepoTags: names = [], Layers: paths = [], LayerSources } = entry;
  const ids = diffIds(parseConfig(config));
  assertConsistent(members, paths, ids ?? []);
  const layers = paths.map((path, i) => layerAt(members, path, ids?.[i], LayerSources));
  const contents = [namedContent(members, Config), ...paths.map((path, i) => namedContent(members, path, ids?.[i]))];
  return { names, config, layers, contents: contents.filter((content) => content !== undefined) };
}

/** One member cannot be what two diffIDs name. */
function assertConsistent(members: Members, paths: readonly string[], ids: readonly string[]): void {
  const known = new Map<FileNode, string | undefined>();
  for (const [i, path] of paths.entries()) {
    const node = members.file(path);
    if (!node) continue;
    if (known.has(node) && known.get(node) !== ids[i])
      throw new ImageError('IMAGE_LAYERS', `Cannot read the image: its layer ${quote(path)} has two diffIDs`, '/rootfs/diff_ids');
    known.set(node, ids[i]);
  }
}

/** A layer that is not in the archive may still have its descriptor there: by its diffID, or by the digest in its path. */
function layerAt(members: Members, path: string, diffId: string | undefined, sources: ManifestEntry['LayerSources']): DockerLayer {
  const isNamed = ({ digest }: Descriptor): boolean => path.includes(digest.slice(digest.indexOf(':') + 1));
  const elsewhere = sources?.get(diffId ?? '') ?? [...(sources?.values() ?? [])].find(isNamed);
  return members.file(path)?.body ?? elsewhere ?? members.source(path);
}

const NAMED = /^(?:blobs\/(sha\d+)\/|sha256:)?([0-9a-f]{64,})(?:\.json|\.tar(?:\.[a-z]+)?)?$/;

/** What the path of a member says of its content. A layer called by its diffID is checked as the tar that it is anyway. */
function namedContent(members: Members, path: string, diffId?: string): NamedContent | undefined {
  const [, algorithm = 'sha256', encoded] = NAMED.exec(cleanPath(path)) ?? [];
  const digest = `${algorithm}:${encoded}`;
  const source = members.file(path)?.body;
  return source && isDigest(digest) && digest !== diffId ? { digest, source } : undefined;
}
