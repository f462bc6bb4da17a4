import { type Image, type ImageChoice, selectImage } from '../../image/index.ts';
import type { ImageArchive } from '../../open.ts';
import { fetchDocument } from '../../store/index.ts';
import { artifactFacts, imageFacts } from './image-facts.ts';
import { imageScreen } from './image-screen.ts';

/** What `inspect` tells of an archive or layout of images, or of the one that is chosen: as JSON, and as the lines of a screen. */
export async function inspectImages(
  archive: ImageArchive,
  choice: ImageChoice,
): Promise<{ readonly json: object; readonly lines: Iterable<string> }> {
  const isChosen = choice.image !== undefined || choice.platform !== undefined;
  const images = await imageFacts(isChosen ? [await selectImage(archive.images, choice)] : archive.images);
  const { kind, oci, compression = 'none', artifacts } = archive;
  const json = { kind, ...(oci && { oci }), compression, images, artifacts: artifacts.map(artifactFacts) };
  return { json, lines: imageScreen(archive, images) };
}

/** A document of an image as it stands, byte for byte. Of a docker-archive it is the manifest that a conversion without recompression writes. */
export async function rawDocument(image: Image, which: 'manifest' | 'config'): Promise<Uint8Array> {
  const manifest = await image.manifest();
  return which === 'manifest' ? manifest.raw : fetchDocument(image.store, manifest.config);
}
