import type { Disagreement } from '../docker/index.ts';
import type { CatalogArtifact, CatalogImage } from '../image/index.ts';
import type { ReadableStore } from '../store/index.ts';
import { Checked } from './checked.ts';
import { type Finding, findingOf } from './finding.ts';
import { verifyImage } from './verify-image.ts';
import { verifyStore } from './verify-store.ts';

/** What is verified: the images of a place, and the stores that hold their content. Every archive of images is one. */
export interface Verifiable {
  readonly images: readonly CatalogImage[];
  readonly stores: readonly ReadableStore[];
  readonly artifacts?: readonly CatalogArtifact[];
  readonly disagreements?: readonly Disagreement[];
}

export interface VerifyOptions {
  /** How many layers are read at once. Default 4. */
  readonly jobs?: number;
}

/**
 * Checks all that can be checked without a network: that content is there and has its size and digest, that layers are what their media types
 * say and unpack to their diffIDs, that documents conform, that history and layers agree, that each image merges to a tree, that an archive with two
 * views tells one thing. Findings come as they are made; none of severity `error` means that the images are whole.
 */
export async function* verify(place: Verifiable, { jobs = 4 }: VerifyOptions = {}): AsyncGenerator<Finding> {
  const checked = new Checked();
  const reported = new Set<string>();
  for (const image of place.images) yield* verifyImage(image, checked, jobs);
  for (const store of place.stores) {
    for await (const finding of verifyStore(store, checked, madeManifests(place.images))) {
      reported.add(finding.where);
      yield finding;
    }
  }
  for (const { descriptor, error } of place.artifacts ?? []) if (error && !reported.has(descriptor.digest)) yield findingOf(error, descriptor.digest);
  for (const { severity, where, message } of place.disagreements ?? []) yield { code: 'VIEWS_DISAGREE', severity, where, message };
}

/** The manifests that are in no archive and were made to show its images: what they lack is no fault of the archive. */
function madeManifests(images: readonly CatalogImage[]): ReadonlySet<string> {
  return new Set(images.filter(({ digest }) => digest === undefined).map(({ image }) => image.descriptor.digest));
}
