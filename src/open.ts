import { openPath } from '#host';
import { type Compression, decompress, sniffCompression } from './compress/index.ts';
import { digestStream } from './digest/index.ts';
import { type Disagreement, type DockerArchive, isDockerArchive, openDockerArchive } from './docker/index.ts';
import { LadingError } from './errors.ts';
import type { DiskTree, HostInput } from './host.ts';
import { type Catalog, catalogOf, type Image, type ImageChoice, type ImageOptions, LayerCache, selectImage } from './image/index.ts';
import { Keeper } from './layer/index.ts';
import { isMeantAsLayout, LayoutStore, treeFolder } from './layout/index.ts';
import type { ReadableStore } from './store/index.ts';
import {
  asSource,
  asStream,
  type ByteInput,
  type ByteStream,
  bytesSource,
  collect,
  type Folder,
  peekStream,
  replaySource,
  type Source,
} from './stream/index.ts';
import { BLOCK, type IndexOptions, indexTar, scanTar, type TarIndex, TarParser } from './tar/index.ts';
import { Tree, treeFromTar } from './tree/index.ts';

/** What an input can be. */
export type ArchiveKind = 'docker-archive' | 'oci-archive' | 'oci-layout' | 'tar' | 'folder';

/** How an input is opened; none of it has to be given. */
export interface OpenOptions extends Omit<ImageOptions, 'cache'> {
  /** What it must be. Without it what it is is told from its bytes; an archive that is both a docker-archive and an OCI layout is a `docker-archive` then. */
  readonly kind?: ArchiveKind;
  /** Only names and metadata are wanted. A tar that can be read once only is gone through once, and nothing of the bodies is kept. */
  readonly listOnly?: boolean;
  /**
   * Keeps bytes that can be read once only, and large layers that are read out of order, where they can be read at any place: `spill` of
   * `lading/node` puts them in a temporary file. Without it they are kept in memory, or unpacked again.
   */
  readonly spill?: (stream: ByteStream) => Promise<Source & { close?: () => Promise<void> }>;
}

interface Opened {
  /** How the whole of it is compressed. */
  readonly compression: Compression | undefined;
  /** Lets go of files. Trees and images made from it cannot be read afterwards. */
  close(): Promise<void>;
}

/** An archive or layout of images. */
export interface ImageArchive extends Opened, Catalog {
  readonly kind: 'docker-archive' | 'oci-archive' | 'oci-layout';
  /** Whether a docker-archive is an OCI layout as well. */
  readonly oci: boolean;
  /** What holds the content. */
  readonly stores: readonly ReadableStore[];
  /** What `manifest.json` and the layout of an archive that is both tell differently. */
  readonly disagreements: readonly Disagreement[];
  /** One of its images. @throws {ImageError} `IMAGE_AMBIGUOUS`, `IMAGE_NOT_FOUND` */
  image(choice?: ImageChoice): Promise<Image>;
  /** The merged tree of one of its images. */
  tree(choice?: ImageChoice): Promise<Tree>;
}

/** A tar archive that is no image: a container's export, a package, any tar. */
export interface TarArchive extends Opened {
  readonly kind: 'tar';
  /** Its entries as they stand in it. */
  readonly index: TarIndex;
  /** Its bytes, unpacked: `undefined` if they came from a stream and were only listed. */
  readonly bytes: Source | undefined;
  tree(): Promise<Tree>;
}

/** A folder on a disk that is no OCI layout. */
export interface FolderArchive extends Opened {
  readonly kind: 'folder';
  /** The folder as a tree, and what of it no tree can hold. */
  read(): Promise<DiskTree>;
  tree(): Promise<Tree>;
}

/** What `open` found. `kind` says which of its shapes it has; every shape gives a `tree`. */
export type Archive = ImageArchive | TarArchive | FolderArchive;

/** The shape that an archive of a kind has. */
export type ArchiveOf<K extends ArchiveKind> = K extends 'tar' ? TarArchive : K extends 'folder' ? FolderArchive : ImageArchive;

/**
 * Opens whatever it is: a path (where the runtime has a file system), bytes, a `Blob`, a `Source`, a stream, or the tree of a folder. What it is, and how it is
 * compressed, is told by its bytes; names are not asked. Bodies stay where they are until they are read. Close it when it is no longer needed.
 *
 * ```ts
 * const archive = await open('app.tar');
 * const tree = await archive.tree();
 * for (const { path } of tree.walk()) console.log(path);
 * await archive.close();
 * ```
 * @throws {TarError} where it is no archive, or a faulty one. @throws {ImageError} for faulty documents.
 * @throws {LadingError} `INPUT_KIND` where it is not what `options.kind` asks for. @throws {PathError} `INPUT_UNREADABLE`, `HOST_PATH`.
 */
export function open<K extends ArchiveKind>(input: string | ByteInput | Tree, options: OpenOptions & { readonly kind: K }): Promise<ArchiveOf<K>>;
export function open(input: string | ByteInput | Tree, options?: OpenOptions): Promise<Archive>;
export async function open(input: string | ByteInput | Tree, options: OpenOptions = {}): Promise<Archive> {
  const opening = new Opening(options);
  try {
    const archive = await opening.any(input);
    if (options.kind && archive.kind !== options.kind) throw wrongKind(archive, options.kind);
    return archive;
  } catch (error) {
    await opening.close();
    throw error;
  }
}

/** One call of `open`, with all that has to be let go of at the end. */
class Opening {
  readonly #options: OpenOptions;
  readonly #open: { close?: () => Promise<void> }[] = [];

  constructor(options: OpenOptions) {
    this.#options = options;
  }

  readonly close = async (): Promise<void> => {
    await Promise.all(this.#open.splice(0).map((resource) => resource.close?.()));
  };

  async any(input: string | ByteInput | Tree): Promise<Archive> {
    if (typeof input === 'string') return this.#host(await openPath(input));
    if (input instanceof Tree) return this.#folder(treeFolder(input), async () => ({ tree: input.fork(), losses: [] }));
    const source = asSource(input);
    return source ? this.#source(source) : this.#stream(asStream(input));
  }

  #host(input: HostInput): Promise<Archive> {
    this.#open.push(input);
    if (input.kind === 'file') return this.#source(input.source);
    return input.kind === 'stream' ? this.#stream(input.stream) : this.#folder(input.folder, () => input.tree());
  }

  async #folder(folder: Folder, read: () => Promise<DiskTree>): Promise<Archive> {
    const { kind } = this.#options;
    if (kind !== 'folder' && (await isMeantAsLayout(folder))) return this.#layout('oci-layout', folder, undefined);
    return { kind: 'folder', compression: undefined, read, tree: async () => (await read()).tree, close: this.close };
  }

  async #source(source: Source): Promise<Archive> {
    const compression = sniffCompression(await source.read(0, BLOCK));
    if (!compression) return this.#indexed(await scanTar(source, this.#options), source, undefined);
    const unpack = (): ByteStream => this.#unpack(source.stream());
    const keeper = new Keeper(this.#imageOptions());
    let bytes: Source | undefined;
    const reread = (size: number): Source => {
      bytes = replaySource(unpack, size, (stream) => keeper.keep(stream, size));
      return bytes;
    };
    return this.#indexed(await indexTar(unpack(), { ...this.#passing(), reread }), bytes, compression);
  }

  #unpack(stream: ByteStream): ByteStream {
    const { unpack } = this.#options;
    return decompress(stream, unpack ? { limits: unpack } : {});
  }

  async #stream(input: ByteStream): Promise<Archive> {
    const { head, stream } = await peekStream(input, BLOCK);
    const compression = sniffCompression(head);
    if (!this.#options.listOnly) return this.#source(await this.#keep(stream));
    const plain = await peekStream(this.#unpack(stream), START);
    if (this.#options.kind !== 'tar' && startsLikeImage(plain.head)) return this.#indexedSource(await this.#keep(plain.stream), compression);
    return this.#indexed(await indexTar(plain.stream, this.#passing()), undefined, compression);
  }

  async #indexedSource(bytes: Source, compression: Compression | undefined): Promise<Archive> {
    return this.#indexed(await scanTar(bytes, this.#options), bytes, compression);
  }

  async #indexed(index: TarIndex, bytes: Source | undefined, compression: Compression | undefined): Promise<Archive> {
    const found = this.#options.kind === 'tar' ? undefined : marksOf(index);
    if (found && !bytes)
      throw new LadingError(
        'INPUT_KIND',
        'Cannot list the images of this stream in one pass: its first entry did not say that it holds images; save it to a file first',
      );
    const tree = found && treeFromTar(index);
    const isLayoutWanted = found?.layout && this.#options.kind === 'oci-archive';
    if (tree && found.docker && !isLayoutWanted && (await isDockerArchive(tree)))
      return this.#images('docker-archive', await openDockerArchive(tree, this.#imageOptions()), compression);
    if (tree && found.layout) return this.#layout('oci-archive', treeFolder(tree), compression);
    return tarArchive(index, bytes, compression, this.close);
  }

  async #layout(kind: 'oci-archive' | 'oci-layout', folder: Folder, compression: Compression | undefined): Promise<ImageArchive> {
    const store = await LayoutStore.open(folder);
    const options = this.#imageOptions();
    const catalog = await catalogOf(store, { ...options, cache: new LayerCache(store, options) });
    return this.#images(kind, { ...catalog, oci: true, stores: [store], disagreements: [] }, compression);
  }

  #images(kind: ImageArchive['kind'], found: DockerArchive, compression: Compression | undefined): ImageArchive {
    const image = async (choice?: ImageChoice): Promise<Image> => (await selectImage(found.images, choice, found.artifacts)).image;
    return { kind, ...found, compression, image, tree: async (choice) => (await image(choice)).tree(), close: this.close };
  }

  #imageOptions(): ImageOptions {
    const { kind: _, listOnly: __, spill, ...options } = this.#options;
    return { ...options, ...(spill && { spill: this.#keep }) };
  }

  /** What the one pass over a stream is asked to do. */
  #passing(): IndexOptions {
    const { limits, digest } = this.#options;
    return { ...(limits && { limits }), ...(digest && { digest: (body) => digestStream(body) }) };
  }

  readonly #keep = async (stream: ByteStream): Promise<Source> => {
    const { spill } = this.#options;
    if (!spill) return bytesSource(await collect(stream));
    const kept = await spill(stream);
    this.#open.push(kept);
    return kept;
  };
}

function tarArchive(index: TarIndex, bytes: Source | undefined, compression: Compression | undefined, close: () => Promise<void>): TarArchive {
  let tree: Tree | undefined;
  return {
    kind: 'tar',
    compression,
    index,
    bytes,
    async tree() {
      tree ??= treeFromTar(index);
      return tree.fork();
    },
    close,
  };
}

/** By which names an archive may be one of images; `undefined` for nearly every other tar, whose tree then need not be made to know. */
function marksOf(index: TarIndex): { docker: boolean; layout: boolean } | undefined {
  const names = new Set<string>();
  for (let entry = 0; entry < index.length; entry++) {
    const mark = MARK.exec(index.name(entry))?.[1];
    if (mark) names.add(mark);
  }
  const docker = names.has('manifest.json') || names.has('json');
  const layout = names.has('oci-layout') && names.has('index.json');
  return docker || layout ? { docker, layout } : undefined;
}

const MARK = /^(?:\.?\/)*(?:[^/]+\/(?=json$))?(manifest\.json|oci-layout|index\.json|json)$/;
const IMAGE_START = /^(?:\.?\/)*(?:blobs(?:\/|$)|manifest\.json$|index\.json$|oci-layout$|repositories$|(?:sha256:)?[0-9a-f]{64}(?:[./]|$))/;

/** How much of a stream is looked at before it is decided how it is read: the first entry of what `tar` makes of a folder is `./`, and tells nothing. */
const START = 64 * BLOCK;

/** Whether an archive begins as those of images do. It decides only how a stream is read, never what it is taken for. */
function startsLikeImage(head: Uint8Array): boolean {
  const parser = new TarParser();
  try {
    while (parser.position < head.length) {
      const event = parser.parse(head, parser.position);
      if (event.type === 'need' || event.type === 'end') return false;
      if (event.type === 'entry' && IMAGE_START.test(event.header.name)) return true;
    }
  } catch {
    // whoever reads on is told what is wrong
  }
  return false;
}

const NAMES: Readonly<Record<ArchiveKind, string>> = {
  'docker-archive': 'a docker-archive; read it as such: docker-archive:PATH',
  'oci-archive': 'an OCI archive; read it as such: oci-archive:PATH',
  'oci-layout': 'an OCI layout; read it as such: oci:DIR',
  tar: "a plain tar, such as a container's export; `ls`, `cat` and `extract` read it as it is",
  folder: 'a folder that is no OCI layout; `ls` and `export` read it as it is',
};

function wrongKind({ kind }: Archive, wanted: ArchiveKind): LadingError {
  return new LadingError('INPUT_KIND', `Cannot read the input as ${wanted}: it is ${NAMES[kind]}`);
}
