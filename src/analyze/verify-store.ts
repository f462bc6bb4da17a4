import { digestOf, digestSource } from '../digest/index.ts';
import { DigestError } from '../errors.ts';
import { type Descriptor, embeddedData, isDistributable } from '../oci/index.ts';
import { type GraphNode, hasSuccessors, type ReadableStore, walkGraph } from '../store/index.ts';
import { drain } from '../stream/index.ts';
import { type Checked, computable } from './checked.ts';
import { type Finding, findingOf } from './finding.ts';

/** Checks everything that a store names, and everything that it keeps under a digest. The problems of the manifests in `made` do not count. */
export async function* verifyStore(store: ReadableStore, checked: Checked, made: ReadonlySet<string>): AsyncGenerator<Finding> {
  for (const { severity, where, message } of store.problems ?? []) yield { code: 'DOCUMENT', severity, where, message };
  try {
    yield* verifyGraph(store, checked, made);
  } catch (error) {
    yield findingOf(error, '');
  }
  yield* verifyContents(store, checked);
}

async function* verifyGraph(store: ReadableStore, checked: Checked, made: ReadonlySet<string>): AsyncGenerator<Finding> {
  const roots = await store.list();
  const sizes = new Map<string, number>();
  for await (const node of walkGraph(store, [...new Set(roots.map(({ descriptor }) => descriptor))])) {
    const { digest, size } = node.descriptor;
    yield* verifyData(node.descriptor);
    if (!node.isRepeated) yield* verifyNode(store, node, checked, made);
    else if (size !== sizes.get(digest))
      yield { code: 'DIGEST_SIZE', severity: 'error', where: digest, message: `its descriptors give it ${sizes.get(digest)} bytes and ${size}` };
    sizes.set(digest, size);
  }
}

/** A descriptor's own copy of the content must be the content (descriptor.md, "data"). */
function* verifyData(descriptor: Descriptor): Generator<Finding> {
  const { data, digest } = descriptor;
  if (data === undefined) return;
  const content = embeddedData(descriptor);
  const algorithm = computable(digest);
  if (content && (!algorithm || digestOf(content, algorithm) === digest)) return;
  yield { code: 'EMBEDDED_DATA', severity: 'error', where: digest, message: 'the data that the descriptor embeds is not the content that it names' };
}

async function* verifyNode(store: ReadableStore, node: GraphNode, checked: Checked, made: ReadonlySet<string>): AsyncGenerator<Finding> {
  const { descriptor, document, error } = node;
  const where = descriptor.digest;
  if (document && !made.has(where)) {
    for (const problem of document.problems)
      yield { code: 'DOCUMENT', severity: problem.severity, where: where + problem.where, message: problem.message };
  }
  if (document && !hasSuccessors(descriptor))
    yield {
      code: 'MEDIA_TYPE',
      severity: 'warning',
      where,
      message: `its descriptor says ${descriptor.mediaType}, it is an image's ${document.kind}`,
    };
  try {
    const isThere = await store.exists(descriptor);
    // A document was read and verified on the way here.
    if (isThere && (document || error instanceof DigestError)) checked.add(where, await store.open(descriptor));
    if (error) throw error;
    if (isThere) await verifyContent(store, descriptor, checked);
    else if (embeddedData(descriptor) === undefined) yield missing(descriptor);
  } catch (error) {
    yield findingOf(error, where);
  }
}

async function verifyContent(store: ReadableStore, descriptor: Descriptor, checked: Checked): Promise<void> {
  const source = await store.open(descriptor);
  if (checked.has(descriptor.digest, source)) return;
  checked.add(descriptor.digest, source);
  await drain(await store.fetch(descriptor));
}

function missing({ mediaType, digest, urls = [] }: Descriptor): Finding {
  const isElsewhere = !isDistributable(mediaType) || urls.length > 0;
  const message = isElsewhere ? 'the content is not here, but may be fetched from elsewhere' : `the content is not here (${mediaType})`;
  return { code: 'BLOB_MISSING', severity: isElsewhere ? 'info' : 'error', where: digest, message };
}

/** Content that a place keeps under a digest must have it, whether anything names it or not. */
async function* verifyContents(store: ReadableStore, checked: Checked): AsyncGenerator<Finding> {
  for await (const { digest, source } of store.contents?.() ?? []) {
    const algorithm = computable(digest);
    if (!algorithm || checked.has(digest, source)) continue;
    checked.add(digest, source);
    const actual = await digestSource(source, algorithm);
    if (actual === digest) continue;
    yield { code: 'BLOB_NAME', severity: 'error', where: digest, message: `what is kept under this digest has the digest ${actual}` };
  }
}
