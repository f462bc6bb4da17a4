import { compareText } from '../bytes/index.ts';
import { createIndex, type Descriptor, encodeLayoutFile } from '../oci/index.ts';
import { contentOf, type NamedDescriptor, type ReadableStore, reachable } from '../store/index.ts';
import { type ByteStream, streamLater } from '../stream/index.ts';
import { type EntryInit, writeTar } from '../tar/index.ts';
import { blobPath, INDEX_FILE, LAYOUT_FILE } from './blob-path.ts';
import { nameEntry } from './entries.ts';

/**
 * Writes an OCI archive: an OCI image layout as a tar. The same images give the same bytes: members are in byte order, and have no times and owners. Each
 * content is in it once, and is verified while it is written: a stream that fails has given bytes of an archive that is not whole.
 * @throws {ImageError} `BLOB_MISSING` before the first byte. @throws {DigestError}
 */
export function writeOciArchive(store: ReadableStore, images: readonly NamedDescriptor[]): ByteStream {
  return streamLater(async () => writeTar(await layoutMembers(store, images)));
}

/** The members of an archive that is an OCI layout, in byte order. */
export async function layoutMembers(store: ReadableStore, images: readonly NamedDescriptor[]): Promise<readonly EntryInit[]> {
  const { contents, documents } = await reachable(
    store,
    images.map(({ descriptor }) => descriptor),
  );
  const blobs = [...contents, ...documents].map((descriptor) => blobMember(store, descriptor));
  const folders = new Set(blobs.map(({ name }) => name.slice(0, name.lastIndexOf('/') + 1)));
  return sortMembers([
    { name: 'blobs/' },
    ...[...folders].map((name) => ({ name })),
    ...blobs,
    { name: INDEX_FILE, body: createIndex({ manifests: entriesOf(images) }).raw },
    { name: LAYOUT_FILE, body: encodeLayoutFile() },
  ]);
}

/** Members in byte order of their names. */
export function sortMembers(members: readonly EntryInit[]): readonly EntryInit[] {
  return [...members].sort((a, b) => compareText(a.name, b.name));
}

function entriesOf(images: readonly NamedDescriptor[]): readonly Descriptor[] {
  return images.reduce<readonly Descriptor[]>((entries, { name, descriptor }) => nameEntry(entries, descriptor, name), []);
}

function blobMember(store: ReadableStore, descriptor: Descriptor): EntryInit {
  return { name: blobPath(descriptor.digest), body: contentOf(store, descriptor), size: descriptor.size };
}
