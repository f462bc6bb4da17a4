import { DigestError } from '../errors.ts';
import type { CatalogImage, Image, Layer } from '../image/index.ts';
import { layerCompression } from '../oci/index.ts';
import { mapPool, type Source } from '../stream/index.ts';
import type { Checked } from './checked.ts';
import { type Finding, findingOf } from './finding.ts';
import { checkTableOfContents } from './table-of-contents.ts';
import { verifyPlatform } from './verify-platform.ts';

/** Checks one image: its configuration, its layers against it, and that they merge. What is missing is for the store's check to say. */
export async function* verifyImage(entry: CatalogImage, checked: Checked, jobs: number): AsyncGenerator<Finding> {
  const { image } = entry;
  const where = image.descriptor.digest;
  try {
    yield* verifyConfig(image);
    yield* verifyPlatform(entry, await image.config());
    const layers = (await image.layers()).filter((layer) => layer.isFileSystem);
    const there = await mapPool(layers, jobs, ({ descriptor }) => image.store.exists(descriptor));
    const found = await mapPool(
      layers.filter((_, i) => there[i]),
      jobs,
      (layer) => checkLayer(layer, image, checked),
    );
    yield* found.flat();
    if (there.every(Boolean) && !found.flat().some(({ severity }) => severity === 'error')) await image.tree();
  } catch (error) {
    yield findingOf(error, where);
  }
}

async function* verifyConfig(image: Image): AsyncGenerator<Finding> {
  const { config, layers } = await image.manifest();
  const { problems, history } = await image.config();
  for (const { severity, where, message } of problems) yield { code: 'DOCUMENT', severity, where: config.digest + where, message };
  const steps = history.filter((step) => !step.empty_layer).length;
  if (steps === layers.length) return;
  const message = `the history tells of ${steps} layers, the image has ${layers.length}`;
  yield { code: 'HISTORY_MISMATCH', severity: steps === 0 ? 'info' : 'warning', where: `${config.digest}/history`, message };
}

/** One pass over the layer: its size, its digest, its compression, its headers and its diffID. */
async function checkLayer(layer: Layer, { store }: Image, checked: Checked): Promise<readonly Finding[]> {
  const { descriptor, diffId } = layer;
  const where = descriptor.digest;
  const found: Finding[] = [];
  let source: Source | undefined;
  try {
    source = await store.open(descriptor);
    const key = `${where} ${descriptor.mediaType} ${descriptor.size} ${diffId}`;
    if (checked.has(key, source)) return [];
    checked.add(key, source);
    const said = layerCompression(descriptor.mediaType);
    const actual = (await layer.compression()) ?? 'none';
    if (actual !== said)
      found.push({ code: 'MEDIA_TYPE', severity: 'error', where, message: `the media type says ${said}, the bytes are ${actual}` });
    const unpacked = await layer.computeDiffId();
    if (diffId && unpacked !== diffId)
      found.push({ code: 'DIFF_ID', severity: 'error', where, message: `the layer unpacks to ${unpacked}, the configuration says ${diffId}` });
    found.push(...(await checkTableOfContents(descriptor, source, await layer.index())));
    checked.add(where, source);
  } catch (error) {
    found.push(findingOf(error, where));
    // What is wrong with its bytes is said. After any other error they may be right or wrong, and are still to be read.
    if (source && error instanceof DigestError) checked.add(where, source);
  }
  return found;
}
