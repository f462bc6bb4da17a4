import { LadingError, LimitError } from '../errors.ts';
import {
  type AnyDocument,
  type Descriptor,
  documentKind,
  isConfig,
  isIndex,
  isLayer,
  isManifest,
  JSON_LIMITS,
  parseDocument,
  parseJson,
} from '../oci/index.ts';
import { fetchDocument } from './content.ts';
import type { ReadableStore } from './store.ts';

/** How deep indexes may lie in one another. Real ones are three deep. */
export const MAX_GRAPH_DEPTH = 32;

/** Whether a descriptor names a document that names other content. */
export function hasSuccessors({ mediaType }: Descriptor): boolean {
  const kind = documentKind(mediaType);
  return kind === 'index' || kind === 'manifest' || kind === 'artifact';
}

/** What a document names, in its order: an index its manifests; a manifest its configuration, then its layers. A `subject` is a weak reference and not among them. */
export function successorsOf(document: AnyDocument): readonly Descriptor[] {
  if (document.kind === 'index') return document.manifests;
  if (document.kind === 'manifest') return [document.config, ...document.layers];
  return document.kind === 'artifact' ? document.blobs : [];
}

/** A descriptor on the way from a root, with the descriptors that led to it and its document, if it is one and is there. */
export interface GraphNode {
  readonly descriptor: Descriptor;
  /** From the root to the parent. */
  readonly path: readonly Descriptor[];
  readonly document: AnyDocument | undefined;
  /** Why the document could not be read. */
  readonly error: unknown;
  /** The content was met before, and has its document or error there. */
  readonly isRepeated: boolean;
}

/**
 * Goes through everything that roots lead to, parents first. Each document is read once: an index that contains itself ends there (oras
 * GHSA-298f-872v-2rcx), one that names a manifest ten thousand times costs ten thousand steps. A document that is missing or faulty is reported with
 * its error, and its successors are not known.
 * @throws {LimitError} `LIMIT_DEPTH`
 */
export async function* walkGraph(store: ReadableStore, roots: readonly Descriptor[]): AsyncGenerator<GraphNode> {
  const seen = new Set<string>();
  const stack: { descriptor: Descriptor; path: readonly Descriptor[] }[] = roots.map((descriptor) => ({ descriptor, path: [] })).reverse();
  for (let item = stack.pop(); item; item = stack.pop()) {
    const { descriptor, path } = item;
    if (path.length > MAX_GRAPH_DEPTH) throw tooDeep(path.length);
    if (seen.has(descriptor.digest)) {
      yield { descriptor, path, document: undefined, error: undefined, isRepeated: true };
      continue;
    }
    seen.add(descriptor.digest);
    const node = await visit(store, descriptor, path);
    yield node;
    const below = [...path, descriptor];
    for (const child of node.document ? [...successorsOf(node.document)].reverse() : []) stack.push({ descriptor: child, path: below });
  }
}

function tooDeep(depth: number): LimitError {
  const message = `Cannot read the index: its documents lie over ${MAX_GRAPH_DEPTH} deep in one another`;
  return new LimitError('LIMIT_DEPTH', message, MAX_GRAPH_DEPTH, depth);
}

async function visit(store: ReadableStore, descriptor: Descriptor, path: readonly Descriptor[]): Promise<GraphNode> {
  try {
    return { descriptor, path, document: await documentOf(store, descriptor, path), error: undefined, isRepeated: false };
  } catch (error) {
    if (!(error instanceof LadingError)) throw error;
    return { descriptor, path, document: undefined, error, isRepeated: false };
  }
}

async function documentOf(store: ReadableStore, descriptor: Descriptor, path: readonly Descriptor[]): Promise<AnyDocument | undefined> {
  if (hasSuccessors(descriptor)) return parseDocument(await fetchDocument(store, descriptor), descriptor.mediaType);
  const parent = path.at(-1);
  return !parent || isIndex(parent.mediaType) ? selfDeclared(store, descriptor) : undefined;
}

/**
 * An index may hold descriptors of any type, and there are layouts in which the type of an image's manifest is none of a manifest. What says of itself that it
 * is one is read as such; anything else is an artifact, whatever is in it.
 */
async function selfDeclared(store: ReadableStore, descriptor: Descriptor): Promise<AnyDocument | undefined> {
  const { mediaType, size } = descriptor;
  if (isLayer(mediaType) || isConfig(mediaType) || size > JSON_LIMITS.size || !(await store.exists(descriptor))) return undefined;
  const [brace] = await (await store.open(descriptor)).read(0, 1);
  if (brace !== 0x7b) return undefined;
  const bytes = await fetchDocument(store, descriptor);
  const own = ownType(bytes);
  return own !== undefined && (isIndex(own) || isManifest(own)) ? parseDocument(bytes, own) : undefined;
}

function ownType(bytes: Uint8Array): string | undefined {
  try {
    const json = parseJson(bytes);
    const own = json instanceof Map ? json.get('mediaType') : undefined;
    return typeof own === 'string' ? own : undefined;
  } catch {
    return undefined; // no JSON, and then no manifest
  }
}
