import { Digester, verifyStream } from '../digest/index.ts';
import { PathError, quote } from '../errors.ts';
import { createIndex, type Descriptor, edit, encodeJson, encodeLayoutFile } from '../oci/index.ts';
import type { NamedContent, NamedDescriptor, Store } from '../store/index.ts';
import { asStream, type ByteInput, type ByteStream, bytesSource, type Source, tap, type WritableFolder } from '../stream/index.ts';
import { blobPath, INDEX_FILE, LAYOUT_FILE } from './blob-path.ts';
import { nameEntry } from './entries.ts';
import { LayoutStore } from './layout-store.ts';

/**
 * An OCI image layout that takes content. Content is in place whole or not at all; `index.json` is changed by one writer at a time, so that of two that tag at
 * once, in one program or two, neither loses the other's tag. What nothing names stays in the folder.
 */
export class WritableLayout implements Store {
  readonly #folder: WritableFolder;
  #state: LayoutStore;

  private constructor(folder: WritableFolder, state: LayoutStore) {
    this.#folder = folder;
    this.#state = state;
  }

  /**
   * Opens the layout in a folder, or makes one in a folder that is empty.
   * @throws {PathError} `OUTPUT_EXISTS` where the folder holds something else. @throws {ImageError} for a layout with faulty documents.
   */
  static async open(folder: WritableFolder): Promise<WritableLayout> {
    await folder.exclusively(() => prepare(folder));
    return new WritableLayout(folder, await LayoutStore.open(folder));
  }

  fetch(descriptor: Descriptor): Promise<ByteStream> {
    return this.#state.fetch(descriptor);
  }

  open(descriptor: Descriptor): Promise<Source> {
    return this.#state.open(descriptor);
  }

  /** A file of another size is not this content. */
  async exists(descriptor: Descriptor): Promise<boolean> {
    return (await this.#state.exists(descriptor)) && (await this.open(descriptor)).size === descriptor.size;
  }

  list(): Promise<readonly NamedDescriptor[]> {
    return this.#state.list();
  }

  contents(): AsyncGenerator<NamedContent> {
    return this.#state.contents();
  }

  async push(descriptor: Descriptor, content: ByteInput): Promise<void> {
    if (await this.exists(descriptor)) return;
    await this.#folder.write(verifyStream(asStream(content), descriptor), () => blobPath(descriptor.digest));
  }

  async ingest(mediaType: string, content: ByteInput): Promise<Descriptor> {
    const digester = new Digester();
    let descriptor: Descriptor | undefined;
    const seen = tap(asStream(content), (chunk) => digester.update(chunk));
    await this.#folder.write(seen, () => {
      descriptor = { mediaType, digest: digester.digest(), size: digester.size };
      return blobPath(descriptor.digest);
    });
    return descriptor as unknown as Descriptor; // set before the file is in place
  }

  async tag(descriptor: Descriptor, name?: string): Promise<void> {
    await this.#folder.exclusively(async () => {
      const { index } = await LayoutStore.open(this.#folder);
      const entries = nameEntry(index.manifests, descriptor, name);
      if (entries === index.manifests) return;
      await writeBytes(this.#folder, INDEX_FILE, encodeJson(edit(index.json, ['manifests'], entries)));
    });
    this.#state = await LayoutStore.open(this.#folder);
  }
}

/** Makes what a layout must have. It is a layout from the first file on, so that one whose writer was killed is found again. */
async function prepare(folder: WritableFolder): Promise<void> {
  const names = new Set((await folder.list()).map(({ name }) => name));
  if (!names.has(LAYOUT_FILE)) {
    const [other] = names;
    if (other !== undefined)
      throw new PathError(
        'OUTPUT_EXISTS',
        'write',
        folder.shown,
        `the folder holds ${quote(other)} and is no OCI layout; give an empty or a new one`,
      );
    await writeBytes(folder, LAYOUT_FILE, encodeLayoutFile());
  }
  if (!names.has(INDEX_FILE)) await writeBytes(folder, INDEX_FILE, createIndex({}).raw);
}

function writeBytes(folder: WritableFolder, path: string, bytes: Uint8Array): Promise<void> {
  return folder.write(bytesSource(bytes).stream(), () => path);
}
