import { type CatalogImage, catalogOf } from '../image/index.ts';
import { familiarReference, parseReference, withDefaultTag } from '../oci/index.ts';
import type { NamedDescriptor, ReadableStore } from '../store/index.ts';

/** An image with the tags that it has in `manifest.json`. */
export interface TaggedImage {
  readonly tags: readonly string[];
  readonly image: CatalogImage['image'];
}

/** A name as `manifest.json` has it; `undefined` for one that engines would not load: a tag alone, which is all that many layouts have, or a digest. */
export function dockerTag(name: string): string | undefined {
  if (!/[:/]/.test(name)) return undefined;
  try {
    const reference = withDefaultTag(parseReference(name));
    return reference.digest === undefined ? familiarReference(reference) : undefined;
  } catch {
    return undefined;
  }
}

/** Every image that the given ones are or hold, in their order. Of several that share a tag, as the platforms of one index do, the first has it. */
export async function taggedImages(store: ReadableStore, images: readonly NamedDescriptor[]): Promise<readonly TaggedImage[]> {
  const shown: ReadableStore = {
    fetch: (descriptor) => store.fetch(descriptor),
    open: (descriptor) => store.open(descriptor),
    exists: (descriptor) => store.exists(descriptor),
    list: async () => images,
  };
  const taken = new Set<string>();
  const tagsOf = (names: readonly string[]): readonly string[] =>
    [...new Set(names.flatMap((name) => dockerTag(name) ?? []))].filter((tag) => !taken.has(tag) && taken.add(tag));
  return (await catalogOf(shown)).images.map(({ names, image }) => ({ tags: tagsOf(names), image }));
}
