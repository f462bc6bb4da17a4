import { isDigest } from '../digest/index.ts';
import { LadingError } from '../errors.ts';
import {
  annotatedNames,
  type Descriptor,
  type Index,
  JSON_LIMITS,
  type LayoutFile,
  type Problem,
  parseIndex,
  parseLayoutFile,
} from '../oci/index.ts';
import { blobMissing, type NamedContent, type NamedDescriptor, type ReadableStore, verified } from '../store/index.ts';
import { type ByteStream, collect, type Folder, type Source } from '../stream/index.ts';
import { blobPath, INDEX_FILE, LAYOUT_FILE } from './blob-path.ts';

/**
 * An OCI image layout: the folder or archive that the image specification's image-layout.md describes. Files that it does not name may lie in it,
 * and content that it names may be missing.
 */
export class LayoutStore implements ReadableStore {
  readonly index: Index;
  readonly layout: LayoutFile;
  readonly #folder: Folder;

  private constructor(folder: Folder, layout: LayoutFile, index: Index) {
    this.#folder = folder;
    this.layout = layout;
    this.index = index;
  }

  /** @throws {PathError} `ENOENT` where a file of the layout is missing. @throws {ImageError} for a faulty document. */
  static async open(folder: Folder): Promise<LayoutStore> {
    const read = async (path: string): Promise<Uint8Array> => collect((await folder.open(path)).stream(), JSON_LIMITS.size);
    return new LayoutStore(folder, parseLayoutFile(await read(LAYOUT_FILE)), parseIndex(await read(INDEX_FILE)));
  }

  async fetch(descriptor: Descriptor): Promise<ByteStream> {
    return verified(await this.open(descriptor), descriptor);
  }

  async open(descriptor: Descriptor): Promise<Source> {
    try {
      return await this.#folder.open(blobPath(descriptor.digest));
    } catch (error) {
      if (isMissing(error)) throw blobMissing(descriptor, 'the layout');
      throw error;
    }
  }

  async exists(descriptor: Descriptor): Promise<boolean> {
    try {
      await this.#folder.open(blobPath(descriptor.digest));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /** The entries of `index.json`, in its order; one with a tag and a whole reference stands there under both. */
  async list(): Promise<readonly NamedDescriptor[]> {
    return this.index.manifests.flatMap((descriptor): NamedDescriptor[] => {
      const names = annotatedNames(descriptor);
      return names.length === 0 ? [{ name: undefined, descriptor }] : names.map((name) => ({ name, descriptor }));
    });
  }

  get problems(): readonly Problem[] {
    return [...inFile(LAYOUT_FILE, this.layout.problems), ...inFile(INDEX_FILE, this.index.problems)];
  }

  /** Files whose names are no digests, such as those that a file manager leaves behind, are passed over. */
  async *contents(): AsyncGenerator<NamedContent> {
    for (const algorithm of await this.#namesIn('blobs', 'directory')) {
      for (const encoded of await this.#namesIn(`blobs/${algorithm}`, 'file')) {
        const digest = `${algorithm}:${encoded}`;
        if (isDigest(digest)) yield { digest, source: await this.#folder.open(blobPath(digest)) };
      }
    }
  }

  async #namesIn(path: string, type: 'file' | 'directory'): Promise<readonly string[]> {
    try {
      return (await this.#folder.list(path)).filter((entry) => entry.type === type).map(({ name }) => name);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }
}

/** Whether a folder holds an OCI layout, or one that lacks a file which image-layout.md demands: reading it says which. */
export async function isMeantAsLayout(folder: Folder): Promise<boolean> {
  const names = new Set((await folder.list()).map(({ name }) => name));
  return names.has(LAYOUT_FILE) || (names.has(INDEX_FILE) && names.has('blobs'));
}

/** Whether a folder holds an OCI layout. */
export async function isLayout(folder: Folder): Promise<boolean> {
  const names = new Set((await folder.list()).map(({ name }) => name));
  return names.has(LAYOUT_FILE) && names.has(INDEX_FILE);
}

function inFile(file: string, problems: readonly Problem[]): readonly Problem[] {
  return problems.map((problem) => ({ ...problem, where: file + problem.where }));
}

function isMissing(error: unknown): boolean {
  return error instanceof LadingError && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
