import { ImageError, type LadingError, quote } from '../errors.ts';
import {
  familiarReference,
  formatPlatform,
  formatReference,
  type Platform,
  parsePlatform,
  parseReference,
  selectPlatform,
  withDefaultTag,
} from '../oci/index.ts';
import type { CatalogArtifact, CatalogImage } from './catalog.ts';

/** Which of several images is meant. */
export interface ImageChoice {
  /** A tag or reference, `@N` for the position from 0, the digest of a manifest or of an index, or an image ID (also shortened). */
  readonly image?: string;
  /** `os/architecture[/variant]`. */
  readonly platform?: string | Platform;
}

/**
 * The one image that is meant. Nothing is guessed: where several are left, choosing is the caller's.
 * @throws {ImageError} `IMAGE_AMBIGUOUS`, `IMAGE_NOT_FOUND`, both with the list of what there is. @throws {LadingError} why the image that is meant cannot
 * be read, where it is among `artifacts`.
 */
export async function selectImage(
  images: readonly CatalogImage[],
  choice: ImageChoice = {},
  artifacts: readonly CatalogArtifact[] = [],
): Promise<CatalogImage> {
  const named = choice.image === undefined ? images : await matching(images, choice.image);
  const left = choice.platform === undefined ? named : await ofPlatform(named, choice.platform);
  const [only, another] = left;
  if (only && !another) return only;
  const fault = only ? undefined : faultOf(artifacts, choice.image, images.length === 0);
  if (fault) throw fault;
  const asked = [choice.image, choice.platform && platformText(choice.platform)].filter((text) => text !== undefined).map((text) => quote(text));
  if (!only)
    throw new ImageError(
      'IMAGE_NOT_FOUND',
      `Cannot find ${asked.length > 0 ? `an image for ${asked.join(' and ')}` : 'an image'}: there ${await listing(images)}`,
    );
  throw new ImageError(
    'IMAGE_AMBIGUOUS',
    `Cannot choose an image: there ${await listing(left)}; name one with --image (a tag, @N, or a digest) or --platform`,
  );
}

/** Why what is named, or the only thing that there is, cannot be read. */
function faultOf(artifacts: readonly CatalogArtifact[], wanted: string | undefined, isAlone: boolean): LadingError | undefined {
  const named = artifacts.find(({ names }) => wanted !== undefined && names.some((name) => sameName(name, wanted)));
  return named?.error ?? (isAlone ? artifacts.find(({ error }) => error)?.error : undefined);
}

function platformText(platform: string | Platform): string {
  return typeof platform === 'string' ? platform : formatPlatform(platform);
}

async function matching(images: readonly CatalogImage[], wanted: string): Promise<readonly CatalogImage[]> {
  const position = /^@(\d+)$/.exec(wanted)?.[1];
  if (position !== undefined) return images.slice(Number(position), Number(position) + 1);
  const byName = images.filter(({ names }) => names.some((name) => sameName(name, wanted)));
  if (byName.length > 0) return byName;
  const digest = /^(?:sha256:)?([0-9a-f]{6,64})$/.exec(wanted)?.[1];
  if (digest === undefined) return images.filter(({ digest: own, indexes }) => [own, ...indexes].includes(wanted));
  const matches = await Promise.all(
    images.map(async (image) => [image.digest, await imageId(image), ...image.indexes].some((id) => id?.startsWith(`sha256:${digest}`))),
  );
  return images.filter((_, i) => matches[i]);
}

/** A tag alone is the same as the tag of a whole reference. */
function sameName(name: string, wanted: string): boolean {
  return sameReference(name, wanted) || tagOf(name) === wanted;
}

/** Whether two names are the same when they are in full: `alpine` is `docker.io/library/alpine:latest`. */
export function sameReference(name: string, other: string): boolean {
  return name === other || fullName(name) === fullName(other);
}

function fullName(text: string): string {
  try {
    return formatReference(withDefaultTag(parseReference(text)));
  } catch {
    return text;
  }
}

function tagOf(text: string): string | undefined {
  return text.slice(text.lastIndexOf('/') + 1).split(':')[1];
}

async function ofPlatform(images: readonly CatalogImage[], platform: string | Platform): Promise<readonly CatalogImage[]> {
  const wanted = typeof platform === 'string' ? parsePlatform(platform) : platform;
  const items = await Promise.all(images.map(async (image) => ({ image, ...platformItem(await platformOf(image)) })));
  const best = selectPlatform(items, wanted);
  return best ? [best.image] : [];
}

function platformItem(platform: Platform | undefined): { platform?: Platform } {
  return platform ? { platform } : {};
}

/** What an image runs on: as its index says, else as its configuration does. */
export async function platformOf({ platform, image }: Pick<CatalogImage, 'platform' | 'image'>): Promise<Platform | undefined> {
  if (platform) return platform;
  try {
    const { os, architecture, variant } = await image.config();
    return os && architecture ? { os, architecture, ...(variant && { variant }) } : undefined;
  } catch {
    return undefined; // a configuration that is missing or faulty says nothing; whoever reads it is told why
  }
}

/** The digest of the configuration, which engines call the image's ID. */
export async function imageId({ image }: CatalogImage): Promise<string | undefined> {
  try {
    return (await image.manifest()).config.digest;
  } catch {
    return undefined;
  }
}

async function listing(images: readonly CatalogImage[]): Promise<string> {
  if (images.length === 0) return 'is none';
  const lines = await Promise.all(
    images.map(async (image, position) => {
      const platform = await platformOf(image);
      return `@${position} ${[[...new Set(image.names.map(shortName))].join(', '), platform && formatPlatform(platform), image.digest?.slice(0, 19)].filter(Boolean).join(' ')}`;
    }),
  );
  return `${images.length === 1 ? 'is' : 'are'} ${lines.join('; ')}`;
}

function shortName(name: string): string {
  try {
    return familiarReference(parseReference(name));
  } catch {
    return name;
  }
}
