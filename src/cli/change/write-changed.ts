import type { Command } from 'commander';
import { LadingError } from '../../errors.ts';
import { type CatalogArtifact, type CatalogImage, type ChangeOptions, type Image, selectImage } from '../../image/index.ts';
import { MemoryStore, overlayStores, type Store } from '../../store/index.ts';
import { dateOf, sourceDate } from '../build/reproducible.ts';
import { addImageChoice, imageChoice, type TreeChoice, treeReading } from '../choice.ts';
import { addJson } from '../help.ts';
import { type ImageDestination, renamed, writeImages } from '../image-destination.ts';
import { withInput } from '../input.ts';
import { tagsOf } from '../inspect/image-facts.ts';
import { interruptible } from '../interrupt.ts';
import { keepMade } from '../keep.ts';
import { addNewImageOptions, type NewImage, type NewImageOptions, newImage } from '../new-image.ts';
import { note, UsageError } from '../outcome.ts';
import { writeJson, writeOut } from '../output.ts';
import { assertNothingIsLost, inPlaceOf } from './in-place.ts';

/** What every verb is told that makes a new image from an old one. */
export interface ChangeVerbOptions extends NewImageOptions, Pick<TreeChoice, 'image' | 'platform' | 'semantics'> {
  readonly dropAttestations?: boolean;
}

/** How a verb changes an image. What is new is taken by `store`. */
export type Change = (image: Image, store: Store, options: ChangeOptions) => Promise<Image>;

export function addChangeOptions(command: Command, layers: string): Command {
  addNewImageOptions(command, 'a name of the new image, instead of those of the old one', `of ${layers}`).option(
    '--drop-attestations',
    'leave behind what speaks of the old image by its digest',
  );
  return addJson(addImageChoice(command));
}

/** Reads the image that is meant, changes it, writes what came of it under the same names, and says what changed. */
export async function writeChanged(argument: string, options: ChangeVerbOptions, change: Change, usual?: 'gzip'): Promise<void> {
  const wanted = newImage(options, usual);
  const { destination, isSilent } = wanted;
  await withInput(argument, treeReading(options), async (input) => {
    const { archive } = input;
    if (archive.kind === 'tar' || archive.kind === 'folder')
      throw new UsageError(`Cannot change an image: this is a ${archive.kind} and holds none; \`import\` and \`build\` make one`);
    const chosen = await selectImage(archive.images, imageChoice(input, options), archive.artifacts);
    assertNothingIsLost(archive, chosen, argument, destination);
    const dropped = archive.artifacts.filter(({ subject }) => subject !== undefined && subject === chosen.image.descriptor.digest);
    if (dropped.length > 0 && !options.dropAttestations) throw attested(dropped);
    const store = new MemoryStore({ keep: keepMade });
    const changed = await interruptible((signal) => change(chosen.image, store, { ...changeOptions(wanted), signal }));
    const images = renamed(await inPlaceOf(archive, chosen, changed.descriptor, store, wanted.tags), destination.name);
    await writeImages(destination, { store: overlayStores(store, changed.store), images });
    const tags = tagsOf(images.flatMap(({ name }) => name ?? []));
    const report = { destination, tags, chosen, changed, dropped, store };
    if (options.json) await writeJson(await reportOf(report));
    else await tell(report, isSilent);
  });
}

function attested(dropped: readonly CatalogArtifact[]): LadingError {
  const list = dropped.map(({ kind, descriptor }) => `${kind} ${descriptor.digest}`).join(', ');
  return new LadingError(
    'IMAGE_ATTESTED',
    `Cannot change the image: the archive holds what speaks of it by its digest (${list}), and would not be true of the new one; --drop-attestations leaves it behind`,
  );
}

function changeOptions({ compression }: NewImage): ChangeOptions {
  return { ...(process.env.SOURCE_DATE_EPOCH && { created: dateOf(sourceDate()) }), ...compression };
}

interface Report {
  readonly destination: ImageDestination;
  readonly tags: readonly string[];
  readonly chosen: CatalogImage;
  readonly changed: Image;
  readonly dropped: readonly CatalogArtifact[];
  readonly store: Store;
}

async function reportOf({ destination: { kind, path }, tags, chosen, changed, dropped, store }: Report): Promise<object> {
  const layers = (await changed.layers()).map(async ({ descriptor, diffId }) => {
    const { digest, mediaType, size } = descriptor;
    return { digest, diffId, mediaType, size, made: await store.exists(descriptor) };
  });
  return {
    kind: kind === 'oci' ? 'oci-layout' : kind,
    path,
    tags,
    digestBefore: chosen.image.descriptor.digest,
    digest: changed.descriptor.digest,
    imageId: (await changed.manifest()).config.digest,
    layers: await Promise.all(layers),
    dropped: dropped.map(({ descriptor }) => descriptor.digest),
  };
}

async function tell({ chosen, changed, dropped, store }: Report, isSilent: boolean): Promise<void> {
  const [before, after] = [await chosen.image.layers(), await changed.layers()];
  const made: string[] = [];
  for (const { position, descriptor } of after) if (await store.exists(descriptor)) made.push(`layer ${position}`);
  note(`layers: ${before.length} before, ${after.length} now; new: ${made.join(', ') || 'none'}`);
  for (const { kind, descriptor } of dropped) note(`left behind: ${kind} ${descriptor.digest}`);
  if (!isSilent) await writeOut(`${changed.descriptor.digest}\n`);
}
