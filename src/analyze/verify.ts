import { decompress, sniffCompression } from '../compress/index.ts';
import { digestOf, digestStream } from '../digest/index.ts';
import type { CatalogImage, Image, Layer } from '../image/index.ts';
import { type Descriptor, diffIds, embeddedData, isDistributable, layerCompression } from '../oci/index.ts';
import { type GraphNode, type ReadableStore, verified, walkGraph } from '../store/index.ts';
import { drain } from '../stream/index.ts';
import { BLOCK } from '../tar/index.ts';
import { type Finding, findingOf } from './finding.ts';

/** What is verified: the images of a place, and the stores that hold their content. */
export interface Verifiable {
  readonly images: readonly CatalogImage[];
  readonly stores: readonly ReadableStore[];
}

/**
 * Checks all that can be checked without a network: that content is there and has its size and digest, that layers are what their media types
 * say and unpack to their diffIDs, that documents conform, that history and layers agree, that each image merges to a tree. Findings come as they
 * are made; none of severity `error` means that the images are whole.
 */
export async function* verify({ images, stores }: Verifiable): AsyncGenerator<Finding> {
  for (const store of stores) {
    yield* verifyGraph(store);
    yield* verifyNames(store);
  }
  const layers = new Set<string>();
  for (const { image } of images) yield* verifyImage(image, layers);
}

async function* verifyGraph(store: ReadableStore): AsyncGenerator<Finding> {
  const seen = new Set<string>();
  const roots = (await store.list()).map(({ descriptor }) => descriptor);
  for await (const node of walkGraph(store, roots)) {
    if (seen.has(node.descriptor.digest)) continue;
    seen.add(node.descriptor.digest);
    yield* verifyNode(store, node);
  }
}

async function* verifyNode(store: ReadableStore, { descriptor, document, error }: GraphNode): AsyncGenerator<Finding> {
  const where = descriptor.digest;
  yield* verifyData(descriptor);
  for (const problem of document?.problems ?? []) {
    yield { code: 'DOCUMENT', severity: problem.severity, where: `${where}${problem.where}`, message: problem.message };
  }
  if (error) yield findingOf(error, where);
  else if (await store.exists(descriptor)) yield* verifyContent(store, descriptor);
  else if (embeddedData(descriptor) === undefined) yield missing(descriptor);
}

/** A descriptor's own copy of the content must be the content (descriptor.md, "data"). */
function* verifyData(descriptor: Descriptor): Generator<Finding> {
  const data = embeddedData(descriptor);
  if (!data || digestOf(data) === descriptor.digest || !descriptor.digest.startsWith('sha256:')) return;
  yield {
    code: 'EMBEDDED_DATA',
    severity: 'error',
    where: descriptor.digest,
    message: 'the data that the descriptor embeds is not the content that it names',
  };
}

async function* verifyContent(store: ReadableStore, descriptor: Descriptor): AsyncGenerator<Finding> {
  try {
    await drain(await store.fetch(descriptor));
  } catch (error) {
    yield findingOf(error, descriptor.digest);
  }
}

function missing(descriptor: Descriptor): Finding {
  const elsewhere = !isDistributable(descriptor.mediaType) || (descriptor.urls?.length ?? 0) > 0;
  const severity = elsewhere ? 'info' : 'error';
  const message = elsewhere ? 'the content is not here, but may be fetched from elsewhere' : `the content is not here (${descriptor.mediaType})`;
  return { code: 'BLOB_MISSING', severity, where: descriptor.digest, message };
}

/** Content that a place keeps under a digest must have it, whether anything names it or not. */
async function* verifyNames(store: ReadableStore): AsyncGenerator<Finding> {
  for await (const { digest, source } of store.contents?.() ?? []) {
    const algorithm = digest.startsWith('sha512:') ? 'sha512' : digest.startsWith('sha256:') ? 'sha256' : undefined;
    const actual = algorithm && (await digestStream(source.stream(), algorithm));
    if (actual && actual !== digest)
      yield { code: 'BLOB_NAME', severity: 'error', where: digest, message: `what is kept under this digest has the digest ${actual}` };
  }
}

async function* verifyImage(image: Image, seen: Set<string>): AsyncGenerator<Finding> {
  const where = image.descriptor.digest;
  try {
    const config = await image.config();
    for (const problem of config.problems)
      yield {
        code: 'DOCUMENT',
        severity: problem.severity,
        where: `${(await image.manifest()).config.digest}${problem.where}`,
        message: problem.message,
      };
    if (!diffIds(config))
      yield { code: 'ROOTFS_MISSING', severity: 'warning', where, message: 'the configuration does not say what the layers unpack to' };
    const layers = await image.layers();
    yield* verifyHistory(config.history.filter((step) => !step.empty_layer).length, layers.length, where);
    let whole = true;
    for (const layer of layers) {
      for await (const finding of verifyLayer(layer, image.store, seen)) {
        whole = false;
        yield finding;
      }
    }
    if (whole) await image.tree();
  } catch (error) {
    yield findingOf(error, where);
  }
}

function* verifyHistory(steps: number, layers: number, where: string): Generator<Finding> {
  if (steps === layers) return;
  const severity = steps === 0 ? 'info' : 'warning';
  yield { code: 'HISTORY_MISMATCH', severity, where: `${where}/history`, message: `the history tells of ${steps} layers, the image has ${layers}` };
}

async function* verifyLayer(layer: Layer, store: ReadableStore, seen: Set<string>): AsyncGenerator<Finding> {
  const { descriptor, diffId } = layer;
  const key = `${descriptor.digest} ${descriptor.mediaType} ${diffId}`;
  if (!layer.isFileSystem || seen.has(key) || !(await store.exists(descriptor))) return;
  seen.add(key);
  try {
    const source = await store.open(descriptor);
    const actual = sniffCompression(await source.read(0, BLOCK)) ?? 'none';
    const said = layerCompression(descriptor.mediaType);
    if (actual !== said)
      yield { code: 'MEDIA_TYPE', severity: 'error', where: descriptor.digest, message: `the media type says ${said}, the bytes are ${actual}` };
    await layer.index();
    if (!diffId || (actual === 'none' && diffId === descriptor.digest)) return;
    const unpacked = await digestStream(decompress(verified(source, descriptor)));
    if (unpacked !== diffId)
      yield {
        code: 'DIFF_ID',
        severity: 'error',
        where: descriptor.digest,
        message: `the layer unpacks to ${unpacked}, the configuration says ${diffId}`,
      };
  } catch (error) {
    yield findingOf(error, descriptor.digest);
  }
}
