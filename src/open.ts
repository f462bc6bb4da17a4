import { openPath } from '#host';
import { type Compression, decompress, sniffCompression } from './compress/index.ts';
import { digestStream } from './digest/index.ts';
import type { DiskTree } from './host.ts';
import { asSource, asStream, type ByteInput, type ByteStream, bytesSource, collect, peekStream, replaySource, type Source } from './stream/index.ts';
import { BLOCK, type IndexOptions, indexTar, type Limits, scanTar, type TarIndex } from './tar/index.ts';
import { type Tree, treeFromTar } from './tree/index.ts';

/** How an input is opened; none of it has to be given. */
export interface OpenOptions {
  readonly limits?: Partial<Limits>;
  /** Only names and metadata are wanted. What can be read once only is gone through once, and nothing of the bodies is kept. */
  readonly listOnly?: boolean;
  /** Makes the digest of each file on the way, where bodies pass by anyway. */
  readonly digest?: boolean;
  /**
   * Keeps bytes that can be read once only where they can be read at any place: `spill` of `lading/node` puts them in a temporary file.
   * Without it they are kept in memory.
   */
  readonly spill?: (stream: ByteStream) => Promise<Source & { close?: () => Promise<void> }>;
}

/** A tar archive that is no image: a container's export, a package, any tar. */
export interface TarArchive {
  readonly kind: 'tar';
  /** How the whole of it is compressed. */
  readonly compression: Compression | undefined;
  /** Its entries as they stand in it. */
  readonly index: TarIndex;
  /** Its bytes, unpacked: `undefined` if they came from a stream and were only listed. */
  readonly bytes: Source | undefined;
  tree(): Promise<Tree>;
  close(): Promise<void>;
}

/** A folder on a disk that is no OCI layout. */
export interface FolderArchive {
  readonly kind: 'folder';
  /** The folder as a tree, and what of it no tree can hold. */
  read(): Promise<DiskTree>;
  tree(): Promise<Tree>;
  close(): Promise<void>;
}

/** What `open` found. `kind` says which of its shapes it has; every shape gives a `tree`. */
export type Archive = TarArchive | FolderArchive;

/**
 * Opens whatever it is: a path (where the runtime has a file system), bytes, a `Blob`, a `Source` or a stream. What it is, and how it is
 * compressed, is told by its bytes; names are not asked. Bodies stay where they are until they are read. Close it when it is no longer needed.
 *
 * ```ts
 * const archive = await open('app.tar');
 * const tree = await archive.tree();
 * for (const { path } of tree.walk()) console.log(path);
 * await archive.close();
 * ```
 * @throws {TarError} where it is no archive, or a faulty one. @throws {PathError} `INPUT_UNREADABLE`, `HOST_PATH`.
 */
export async function open(input: string | ByteInput, options: OpenOptions = {}): Promise<Archive> {
  if (typeof input === 'string') return openHostPath(input, options);
  const source = asSource(input);
  return source ? openSource(source, options, nothing) : openStream(asStream(input), options, nothing);
}

type Close = () => Promise<void>;
const nothing: Close = async () => undefined;

async function openHostPath(path: string, options: OpenOptions): Promise<Archive> {
  const input = await openPath(path);
  const close = (): Promise<void> => input.close();
  try {
    if (input.kind === 'file') return await openSource(input.source, options, close);
    if (input.kind === 'stream') return await openStream(input.stream, options, close);
  } catch (error) {
    await close();
    throw error;
  }
  const read = (): Promise<DiskTree> => input.tree();
  return { kind: 'folder', read, tree: async () => (await read()).tree, close };
}

async function openSource(source: Source, options: OpenOptions, close: Close): Promise<Archive> {
  const compression = sniffCompression(await source.read(0, BLOCK));
  if (!compression) return tarArchive(await scanTar(source, options), source, undefined, close);
  const unpack = (): ByteStream => decompress(source.stream());
  let bytes: Source | undefined;
  const reread = (size: number): Source => {
    bytes = replaySource(unpack, size);
    return bytes;
  };
  const index = await indexTar(unpack(), { ...passing(options), reread });
  return tarArchive(index, bytes, compression, close);
}

async function openStream(input: ByteStream, options: OpenOptions, close: Close): Promise<Archive> {
  const { head, stream } = await peekStream(input, BLOCK);
  const compression = sniffCompression(head);
  if (!options.listOnly) {
    const kept = await (options.spill ?? keepInMemory)(stream);
    return openSource(kept, options, async () => {
      await kept.close?.();
      await close();
    });
  }
  const index = await indexTar(decompress(stream), passing(options));
  return tarArchive(index, undefined, compression, close);
}

async function keepInMemory(stream: ByteStream): Promise<Source & { close?: Close }> {
  return bytesSource(await collect(stream));
}

/** What the one pass over a stream is asked to do. */
function passing({ limits, digest }: OpenOptions): IndexOptions {
  return { ...(limits && { limits }), ...(digest && { digest: (body) => digestStream(body) }) };
}

function tarArchive(index: TarIndex, bytes: Source | undefined, compression: Compression | undefined, close: Close): TarArchive {
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
