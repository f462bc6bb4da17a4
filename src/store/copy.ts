import { type Descriptor, embeddedData, isDistributable, isIndex } from '../oci/index.ts';
import { type ByteStream, bytesSource, mapPool, tap } from '../stream/index.ts';
import { blobMissing } from './content.ts';
import type { ReadableStore, Store } from './store.ts';
import { walkGraph } from './successors.ts';

/** How content is copied. */
export interface CopyOptions {
  /** Ends the copying; what is half there is never seen. */
  readonly signal?: AbortSignal;
  /** How many contents are copied at once. Default 2. */
  readonly jobs?: number;
  /** Is told of each piece that is read. */
  readonly onBytes?: (bytes: number) => void;
}

/** What came of copying. */
export interface CopyReport {
  /** What was brought over. */
  readonly copied: readonly Descriptor[];
  /** What was there already. */
  readonly present: readonly Descriptor[];
  /** What the source itself does not hold and may lack: manifests of other platforms that an index names, layers that are to be got from elsewhere. */
  readonly missing: readonly Descriptor[];
}

const JOBS = 2;

/**
 * Copies all that a descriptor leads to, byte for byte. What the destination has is not read; what it gets is read once, and verified while it is written.
 * Content comes before what names it, so that whatever is there is whole, also when the copying is ended in the middle. Nothing gets a name: `tag` does that.
 *
 * ```ts
 * await copy(archive.image.store, image.descriptor, layout);
 * await layout.tag(image.descriptor, 'app:1.2');
 * ```
 * @throws {ImageError} `BLOB_MISSING` where an image's own content is missing, or for faulty documents. @throws {DigestError}
 */
export async function copy(source: ReadableStore, root: Descriptor, destination: Store, options: CopyOptions = {}): Promise<CopyReport> {
  const { jobs = JOBS, signal } = options;
  const { contents, documents, missing } = await planOf(source, root);
  const copied: Descriptor[] = [];
  const present: Descriptor[] = [];
  const take = async (descriptor: Descriptor): Promise<void> => {
    signal?.throwIfAborted();
    const isThere = await destination.exists(descriptor);
    if (!isThere) await destination.push(descriptor, watched(await contentOf(source, descriptor), options));
    (isThere ? present : copied).push(descriptor);
  };
  await mapPool(contents, jobs, take);
  for (const descriptor of documents) await take(descriptor);
  return { copied, present, missing };
}

interface Plan {
  /** Configurations, layers, and what else names nothing. */
  readonly contents: readonly Descriptor[];
  /** Manifests and indexes, each after all that it names. */
  readonly documents: readonly Descriptor[];
  readonly missing: readonly Descriptor[];
}

/** Everything below a root, each content once. */
async function planOf(source: ReadableStore, root: Descriptor): Promise<Plan> {
  const nodes = new Map<string, Descriptor>();
  const missing: Descriptor[] = [];
  const children = new Map<string, Set<string>>();
  for await (const { descriptor, document, error, isRepeated, path } of walkGraph(source, [root])) {
    const parent = path.at(-1);
    if (parent) addTo(children, parent.digest, descriptor.digest);
    if (isRepeated) continue;
    if (document || (await isHeld(source, descriptor))) {
      if (error) throw error;
      nodes.set(descriptor.digest, descriptor);
    } else if (mayBeMissing(descriptor, parent)) missing.push(descriptor);
    else throw error ?? blobMissing(descriptor, 'the source');
  }
  const ordered = childrenFirst(root.digest, children).flatMap((digest) => nodes.get(digest) ?? []);
  const isDocument = ({ digest }: Descriptor): boolean => children.has(digest);
  return { contents: ordered.filter((node) => !isDocument(node)), documents: ordered.filter(isDocument), missing };
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}

/** Each digest once, after all that it leads to. Documents lie at most `MAX_GRAPH_DEPTH` deep. */
function childrenFirst(root: string, children: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const ordered = new Set<string>();
  const visit = (digest: string): void => {
    if (ordered.has(digest)) return;
    for (const child of children.get(digest) ?? []) visit(child);
    ordered.add(digest);
  };
  visit(root);
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

async function contentOf(source: ReadableStore, descriptor: Descriptor): Promise<ByteStream> {
  const data = embeddedData(descriptor);
  if (data && !(await source.exists(descriptor))) return bytesSource(data).stream();
  return (await source.open(descriptor)).stream(); // the destination verifies it
}

function watched(stream: ByteStream, { signal, onBytes }: CopyOptions): ByteStream {
  return tap(stream, ({ length }) => {
    signal?.throwIfAborted();
    onBytes?.(length);
  });
}
