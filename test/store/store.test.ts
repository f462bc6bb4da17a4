import { describe, expect, it } from 'vitest';
import { toBase64 } from '../../src/bytes/index.ts';
import { digestOf } from '../../src/digest/index.ts';
import { type Descriptor, encodeJson, OCI_INDEX, OCI_MANIFEST } from '../../src/oci/index.ts';
import { fetchDocument, type GraphNode, MAX_GRAPH_DEPTH, MemoryStore, type ReadableStore, walkGraph } from '../../src/store/index.ts';
import { collect } from '../../src/stream/index.ts';
import { failureOf } from '../support/open.ts';

const describeBytes = (bytes: Uint8Array, mediaType = 'a/b'): Descriptor => ({ mediaType, digest: digestOf(bytes), size: bytes.length });

/** A store that counts how often each content is fetched. */
class Counting extends MemoryStore {
  readonly fetches: Map<string, number> = new Map();
  override async fetch(descriptor: Descriptor): ReturnType<ReadableStore['fetch']> {
    this.fetches.set(descriptor.digest, (this.fetches.get(descriptor.digest) ?? 0) + 1);
    return super.fetch(descriptor);
  }
}

async function put(store: MemoryStore, document: object, mediaType: string): Promise<Descriptor> {
  const bytes = encodeJson({ schemaVersion: 2, ...document });
  const descriptor = describeBytes(bytes, mediaType);
  await store.push(descriptor, bytes);
  return descriptor;
}

async function walked(store: ReadableStore, ...roots: Descriptor[]): Promise<GraphNode[]> {
  const nodes: GraphNode[] = [];
  for await (const node of walkGraph(store, roots)) nodes.push(node);
  return nodes;
}

describe('a store in memory', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  it('takes nothing that is not what its descriptor says', async () => {
    const store = new MemoryStore();
    expect((await failureOf(() => store.push({ ...describeBytes(bytes), size: 4 }, bytes))).code).toBe('DIGEST_SIZE');
    expect((await failureOf(() => store.push(describeBytes(bytes), Uint8Array.of(1, 2, 4)))).code).toBe('DIGEST_MISMATCH');
    expect(await store.exists(describeBytes(bytes))).toBe(false);
  });

  it('takes content that nobody has described yet, and describes it', async () => {
    const store = new MemoryStore();
    expect(await store.ingest('a/b', [bytes])).toEqual(describeBytes(bytes));
    expect(await collect(await store.fetch(describeBytes(bytes)))).toEqual(bytes);
  });

  it('does not read what it has, and moves a name', async () => {
    const store = new MemoryStore();
    await store.push(describeBytes(bytes), bytes);
    await store.push(describeBytes(bytes), Uint8Array.of(7));
    const other = describeBytes(Uint8Array.of(4));
    await store.tag(describeBytes(bytes), 'a');
    await store.tag(other, 'a');
    expect(await store.list()).toEqual([{ name: 'a', descriptor: other }]);
  });
});

describe('a document', () => {
  const bytes = encodeJson({ a: 1 });
  it('B14: is taken from the descriptor that embeds it where the store lacks it, and verified', async () => {
    const embedded = { ...describeBytes(bytes), data: toBase64(bytes) };
    expect(await fetchDocument(new MemoryStore(), embedded)).toEqual(bytes);
    const lie = { ...embedded, data: toBase64(encodeJson({ a: 2 })) };
    expect((await failureOf(() => fetchDocument(new MemoryStore(), lie))).code).toBe('DIGEST_MISMATCH');
    const short = { ...embedded, data: toBase64(bytes.subarray(1)) };
    expect((await failureOf(() => fetchDocument(new MemoryStore(), short))).code).toBe('BLOB_MISSING');
  });

  it('B14: is what the store has, whatever its descriptor embeds', async () => {
    const store = new MemoryStore();
    await store.push(describeBytes(bytes), bytes);
    expect(await fetchDocument(store, { ...describeBytes(bytes), data: toBase64(encodeJson({ a: 2 })) })).toEqual(bytes);
  });

  it('is not read past 4 MiB', async () => {
    const store = new MemoryStore();
    const huge = new Uint8Array(4 * 1024 * 1024 + 1);
    await store.push(describeBytes(huge), huge);
    expect((await failureOf(() => fetchDocument(store, describeBytes(huge)))).code).toBe('LIMIT_SIZE');
  });
});

describe('a graph', () => {
  it('gives parents first, configuration before layers, with the way that led to each', async () => {
    const store = new MemoryStore();
    const [config, layer] = [describeBytes(Uint8Array.of(1)), describeBytes(Uint8Array.of(2))];
    const manifest = await put(store, { config, layers: [layer] }, OCI_MANIFEST);
    const index = await put(store, { manifests: [manifest] }, OCI_INDEX);
    const nodes = await walked(store, index);
    expect(nodes.map(({ descriptor }) => descriptor.digest)).toEqual([index, manifest, config, layer].map(({ digest }) => digest));
    expect(nodes[2]?.path.map(({ digest }) => digest)).toEqual([index.digest, manifest.digest]);
  });

  it('ends where an index contains itself by a lie about its digest (oras GHSA-298f-872v-2rcx)', async () => {
    const digest = digestOf(Uint8Array.of(1));
    const bytes = encodeJson({ schemaVersion: 2, manifests: [{ mediaType: OCI_INDEX, digest, size: 165 }] });
    const liar: ReadableStore = {
      fetch: async () => [bytes] as unknown as AsyncIterable<Uint8Array>,
      open: () => Promise.reject(new TypeError('not asked for')),
      exists: async () => true,
      list: async () => [],
    };
    const nodes = await walked(liar, { mediaType: OCI_INDEX, digest, size: bytes.length });
    expect(nodes.map(({ isRepeated }) => isRepeated)).toEqual([false, true]);
  });

  it('reads a document once, however often it is named', async () => {
    const store = new Counting();
    const manifest = await put(store, { config: describeBytes(Uint8Array.of(1)), layers: [] }, OCI_MANIFEST);
    const index = await put(store, { manifests: Array.from({ length: 5000 }, () => manifest) }, OCI_INDEX);
    const nodes = await walked(store, index, index);
    expect(nodes).toHaveLength(5003);
    expect([...store.fetches.values()]).toEqual([1, 1]);
  });

  it(`goes ${MAX_GRAPH_DEPTH} documents deep and no deeper, though a thousand lie one in the other`, async () => {
    const store = new MemoryStore();
    let index = await put(store, { manifests: [] }, OCI_INDEX);
    for (let depth = 1; depth < MAX_GRAPH_DEPTH; depth++) index = await put(store, { manifests: [index] }, OCI_INDEX);
    expect(await walked(store, index)).toHaveLength(MAX_GRAPH_DEPTH);
    for (let depth = MAX_GRAPH_DEPTH; depth < 1000; depth++) index = await put(store, { manifests: [index] }, OCI_INDEX);
    expect((await failureOf(() => walked(store, index))).code).toBe('LIMIT_DEPTH');
  });

  it('reports what is missing or faulty with its error, and goes on', async () => {
    const store = new MemoryStore();
    const missing = { ...describeBytes(Uint8Array.of(1)), mediaType: OCI_MANIFEST };
    const both = await put(store, { manifests: [], layers: [], config: missing }, OCI_MANIFEST);
    const twice = new TextEncoder().encode('{"schemaVersion":2,"schemaVersion":2}');
    await store.push(describeBytes(twice), twice);
    const fine = await put(store, { manifests: [] }, OCI_INDEX);
    const index = await put(store, { manifests: [missing, both, describeBytes(twice, OCI_INDEX), fine] }, OCI_INDEX);
    const codes = (await walked(store, index)).map(({ error }) => (error as { code?: string })?.code);
    expect(codes).toEqual([undefined, 'BLOB_MISSING', 'OCI_AMBIGUOUS', 'JSON_DUPLICATE', undefined]);
  });

  it('reads a manifest that an index calls something else by what it says of itself, and nothing else', async () => {
    const store = new MemoryStore();
    const config = describeBytes(Uint8Array.of(1));
    const manifest = await put(store, { mediaType: OCI_MANIFEST, config, layers: [] }, 'application/vnd.oci.descriptor.v1+json');
    const silent = await put(store, { config, layers: [] }, 'application/x.unknown');
    const text = new TextEncoder().encode('{ not json');
    await store.push(describeBytes(text), text);
    const artifact = await put(store, { mediaType: 'application/x.mine', config, layers: [] }, 'application/x.mine');
    const index = await put(store, { manifests: [manifest, silent, describeBytes(text), artifact] }, OCI_INDEX);
    const kinds = (await walked(store, index)).map(({ document, error }) => [document?.kind, error]);
    expect(kinds).toEqual([
      ['index', undefined],
      ['manifest', undefined],
      [undefined, undefined],
      [undefined, undefined],
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });
});
