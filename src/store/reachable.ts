import { type Descriptor, embeddedData, isDistributable, isIndex } from '../oci/index.ts';
import { blobMissing } from './content.ts';
import type { ReadableStore } from './store.ts';
import { walkGraph } from './successors.ts';

/** What roots lead to, each content once. */
export interface Reachable {
  /** Configurations, layers, and what else names nothing. */
  readonly contents: readonly Descriptor[];
  /** Manifests and indexes, each after all that it names. */
  readonly documents: readonly Descriptor[];
  /** What the store does not hold and may lack: manifests of other platforms that an index names, layers that are to be got from elsewhere. */
  readonly missing: readonly Descriptor[];
}

/**
 * Finds all that roots lead to, the roots themselves included.
 * @throws {ImageError} `BLOB_MISSING` where an image's own content is missing, or for faulty documents.
 */
export async function reachable(source: ReadableStore, roots: readonly Descriptor[]): Promise<Reachable> {
  const nodes = new Map<string, Descriptor>();
  const missing: Descriptor[] = [];
  const children = new Map<string, Set<string>>();
  for await (const { descriptor, document, error, isRepeated, path } of walkGraph(source, roots)) {
    const parent = path.at(-1);
    if (parent) addTo(children, parent.digest, descriptor.digest);
    if (isRepeated) continue;
    if (document || (await isHeld(source, descriptor))) {
      if (error) throw error;
      nodes.set(descriptor.digest, descriptor);
    } else if (mayBeMissing(descriptor, parent)) missing.push(descriptor);
    else throw error ?? blobMissing(descriptor, 'the source');
  }
  const ordered = childrenFirst(roots, children).flatMap((digest) => nodes.get(digest) ?? []);
  const isDocument = ({ digest }: Descriptor): boolean => children.has(digest);
  return { contents: ordered.filter((node) => !isDocument(node)), documents: ordered.filter(isDocument), missing };
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}

/** Each digest once, after all that it leads to. Documents lie at most `MAX_GRAPH_DEPTH` deep. */
function childrenFirst(roots: readonly Descriptor[], children: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const ordered = new Set<string>();
  const visit = (digest: string): void => {
    if (ordered.has(digest)) return;
    for (const child of children.get(digest) ?? []) visit(child);
    ordered.add(digest);
  };
  for (const { digest } of roots) visit(digest);
  return [...ordered];
}

/** Whether a store has what a descriptor names, or the descriptor itself embeds it. */
async function isHeld(source: ReadableStore, descriptor: Descriptor): Promise<boolean> {
  return embeddedData(descriptor) !== undefined || source.exists(descriptor);
}

/** image-layout.md allows an index of which some platforms are elsewhere; layers that may not be distributed, or say where they are, need not be here. */
function mayBeMissing({ mediaType, urls = [] }: Descriptor, parent: Descriptor | undefined): boolean {
  return (parent !== undefined && isIndex(parent.mediaType)) || !isDistributable(mediaType) || urls.length > 0;
}
