import { attestedDigest, type Descriptor, edit, encodeJson, isIndex, parseIndex } from '../oci/index.ts';
import { fetchDocument, type ReadableStore, type Store } from '../store/index.ts';
import { withContent } from './with-content.ts';

/**
 * An index with another image in the place of one of its own, at any depth: `undefined` where it does not hold that one. All else that it names stays as it
 * is, but for what attests the image that goes. The new indexes are taken by `destination`.
 */
export async function replaceInIndex(
  store: ReadableStore,
  root: Descriptor,
  old: string,
  image: Descriptor,
  destination: Store,
): Promise<Descriptor | undefined> {
  if (!isIndex(root.mediaType) || !(await store.exists(root))) return undefined;
  const { manifests, json } = parseIndex(await fetchDocument(store, root), root.mediaType);
  const replaced = new Map<string, Descriptor>();
  for (const each of manifests) {
    const now = each.digest === old ? image : await replaceInIndex(store, each, old, image, destination);
    if (now) replaced.set(each.digest, now);
  }
  if (replaced.size === 0) return undefined;
  const kept = manifests.filter((each) => attestedDigest(each) !== old).map((each) => withContent(each, replaced.get(each.digest) ?? each));
  return withContent(root, await destination.ingest(root.mediaType, encodeJson(edit(json, ['manifests'], kept))));
}
