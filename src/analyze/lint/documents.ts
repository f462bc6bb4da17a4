import type { Image, Layer } from '../../image/index.ts';
import { isDocker, isLayer, layerCompression, type Manifest } from '../../oci/index.ts';
import { imageFinding, type LintFinding, layerFinding } from './finding.ts';

// Docker's maxLayerDepth: 127, which overlay drivers took at most, less the two that a container needs.
const MOST_LAYERS = 125;

/** What the documents of an image say that engines take differently. */
export async function* lintDocuments(image: Image): AsyncGenerator<LintFinding> {
  const manifest = await image.manifest();
  const { history } = await image.config();
  const count = manifest.layers.length;
  const where = image.descriptor.digest;
  if (count > MOST_LAYERS) yield imageFinding('too-many-layers', where, { detail: `it has ${count}` });
  const steps = history.filter((step) => !step.empty_layer).length;
  if (history.length === 0) yield imageFinding('missing-history', where);
  else if (steps !== count) yield imageFinding('history-mismatch', where, { detail: `${steps} and ${count}` });
  if (isDocker(manifest.config.mediaType) !== isDocker(manifest.mediaType))
    yield imageFinding('mixed-media-types', where, { detail: `${manifest.mediaType} has a ${manifest.config.mediaType}` });
  for (const layer of await image.layers()) yield* lintLayerType(layer, manifest);
}

async function* lintLayerType(layer: Layer, { mediaType: manifestType }: Manifest): AsyncGenerator<LintFinding> {
  const { mediaType } = layer.descriptor;
  const detail = mediaType;
  if (!isLayer(mediaType)) return yield layerFinding('unknown-layer-type', layer, { detail });
  const said = layerCompression(mediaType);
  const actual = (await layer.compression()) ?? 'none';
  if (said !== actual) yield layerFinding('media-type-mismatch', layer, { detail: `it says ${said}, the bytes are ${actual}` });
  if (isDocker(mediaType) !== isDocker(manifestType)) yield layerFinding('mixed-media-types', layer, { detail });
  if (isDocker(mediaType) && said === 'zstd') yield layerFinding('undefined-media-type', layer, { detail });
}
