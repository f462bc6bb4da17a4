import { LadingError, LimitError } from '../errors.ts';
import { type AnyDocument, type Descriptor, documentKind, parseDocument } from '../oci/index.ts';
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
}

/**
 * Goes through everything that roots lead to, parents first, each document once: an index that contains itself ends there (oras GHSA-298f-872v-2rcx).
 * A document that is missing or faulty is reported with its error, and its successors are not known.
 * @throws {LimitError} `LIMIT_DEPTH`
 */
export async function* walkGraph(store: ReadableStore, roots: readonly Descriptor[]): AsyncGenerator<GraphNode> {
  const seen = new Set<string>();
  const stack: { descriptor: Descriptor; path: readonly Descriptor[] }[] = roots.map((descriptor) => ({ descriptor, path: [] })).reverse();
  for (let item = stack.pop(); item; item = stack.pop()) {
    const { descriptor, path } = item;
    if (path.length > MAX_GRAPH_DEPTH)
      throw new LimitError(
        'LIMIT_DEPTH',
        `Cannot read the index: its documents lie over ${MAX_GRAPH_DEPTH} deep in one another`,
        MAX_GRAPH_DEPTH,
        path.length,
      );
    const isNew = !seen.has(descriptor.digest);
    seen.add(descriptor.digest);
    const node = await visit(store, descriptor, path);
    yield node;
    if (!isNew || !node.document) continue;
    const below = [...path, descriptor];
    stack.push(...[...successorsOf(node.document)].reverse().map((child) => ({ descriptor: child, path: below })));
  }
}

async function visit(store: ReadableStore, descriptor: Descriptor, path: readonly Descriptor[]): Promise<GraphNode> {
  if (!hasSuccessors(descriptor)) return { descriptor, path, document: undefined, error: undefined };
  try {
    const document = parseDocument(await fetchDocument(store, descriptor), descriptor.mediaType);
    return { descriptor, path, document, error: undefined };
  } catch (error) {
    if (!(error instanceof LadingError)) throw error;
    return { descriptor, path, document: undefined, error };
  }
}
