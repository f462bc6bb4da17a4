import { layerUsage } from '../../analyze/index.ts';
import { type CatalogArtifact, type CatalogImage, type Image, imageId, type Layer, platformOf } from '../../image/index.ts';
import { familiarReference, type Platform, parseReference } from '../../oci/index.ts';

/** An image as `inspect --json` prints it: docs/schema/inspect.json. What is not known, or not there, is `undefined`. */
export interface ImageFacts {
  readonly tags: readonly string[];
  readonly digest: string | undefined;
  readonly imageId: string | undefined;
  readonly platform: Platform | undefined;
  readonly mediaType: string;
  readonly config: unknown;
  readonly layers: readonly LayerFacts[];
  /** Why the image could not be read to its end. */
  readonly problem: string | undefined;
}

export interface LayerFacts {
  readonly digest: string;
  readonly diffId: string | undefined;
  readonly mediaType: string;
  readonly compression: string | undefined;
  readonly size: number;
  readonly unpackedSize: number | undefined;
  readonly files: number | undefined;
  /** Bytes of its files that no one can see in the finished image. */
  readonly hidden: number | undefined;
  readonly createdBy: string | undefined;
}

/** Everything that `inspect` tells of images. */
export async function imageFacts(images: readonly CatalogImage[]): Promise<readonly ImageFacts[]> {
  const facts: ImageFacts[] = [];
  for (const image of images) facts.push(await factsOf(image));
  return facts;
}

/** The names of an image as people write them: `demo:latest`, not `docker.io/library/demo:latest`, and not `latest` beside it. */
export function tagsOf(names: readonly string[]): readonly string[] {
  const familiar = names.map(familiarName);
  const tags = new Set(familiar.filter((name) => name.includes(':')).map((name) => name.slice(name.lastIndexOf(':') + 1)));
  return [...new Set(familiar.filter((name) => name.includes(':') || !tags.has(name)))];
}

function familiarName(name: string): string {
  if (!/[:/]/.test(name)) return name; // a tag alone
  try {
    return familiarReference(parseReference(name));
  } catch {
    return name;
  }
}

async function factsOf(entry: CatalogImage): Promise<ImageFacts> {
  const { image, names, digest } = entry;
  const known = {
    tags: tagsOf(names),
    digest,
    imageId: await imageId(entry),
    platform: await platformOf(entry),
    mediaType: image.descriptor.mediaType,
  };
  try {
    const { raw } = await image.config();
    const config: unknown = JSON.parse(new TextDecoder().decode(raw));
    const { layers, fault } = await knownFacts(image);
    return { ...known, config, layers, problem: fault === undefined ? undefined : messageOf(fault) };
  } catch (error) {
    return { ...known, config: undefined, layers: [], problem: messageOf(error) };
  }
}

/** What is known of the layers of an image: what their content tells, or, where one of them cannot be read, what the documents state of all, and why. */
export async function knownFacts(image: Image): Promise<{ readonly layers: readonly LayerFacts[]; readonly fault: unknown }> {
  const layers = await image.layers();
  try {
    return { layers: await layerFacts(image), fault: undefined };
  } catch (fault) {
    return { layers: layers.map((layer) => statedFacts(layer)), fault };
  }
}

async function layerFacts(image: Image): Promise<readonly LayerFacts[]> {
  const usage = new Map((await layerUsage(image)).map((use) => [use.layer.position, use]));
  const layers = await image.layers();
  return Promise.all(
    layers.map(async (layer): Promise<LayerFacts> => {
      const use = usage.get(layer.position);
      if (!use) return statedFacts(layer);
      const [compression = 'none', unpackedSize, diffId] = await Promise.all([
        layer.compression(),
        layer.unpackedSize(),
        layer.diffId ?? layer.computeDiffId(),
      ]);
      return { ...statedFacts(layer), diffId, compression, unpackedSize, files: use.files, hidden: use.bytes - use.visible };
    }),
  );
}

/** What is known of a layer without its content. */
function statedFacts({ descriptor: { digest, mediaType, size }, diffId, history }: Layer): LayerFacts {
  return {
    digest,
    diffId,
    mediaType,
    compression: undefined,
    size,
    unpackedSize: undefined,
    files: undefined,
    hidden: undefined,
    createdBy: history?.created_by,
  };
}

/** An artifact as JSON. */
export function artifactFacts({ names, descriptor, kind, artifactType, subject, error }: CatalogArtifact): object {
  const { digest, mediaType, size, platform } = descriptor;
  return { kind, tags: tagsOf(names), digest, mediaType, size, artifactType, platform, subject, problem: error?.message };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
