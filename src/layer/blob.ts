import { type Compression, type DecompressLimits, decompress, sniffCompression } from '../compress/index.ts';
import { type Digest, Digester, digestStream } from '../digest/index.ts';
import { type ByteStream, drain, replaySource, type Source, tap } from '../stream/index.ts';
import { BLOCK, indexTar, type Limits, scanTar, type TarIndex } from '../tar/index.ts';
import { Keeper, type KeepOptions } from './keeper.ts';

/** How layers are read. */
export interface LayerOptions extends KeepOptions {
  readonly limits?: Partial<Limits>;
  /** How far what is compressed may unpack. */
  readonly unpack?: Partial<DecompressLimits>;
  /** Makes the digest of each file while a compressed layer is indexed, for the bytes pass by anyway. */
  readonly digest?: boolean;
}

/**
 * The bytes of one layer: as they are stored, and as the tar that they are, whatever the media type says of its compression.
 * Indexing keeps no bodies. What was found is remembered, so every part of it costs its work once.
 */
export class LayerBlob {
  readonly source: Source;
  readonly #options: LayerOptions;
  readonly #keeper: Keeper;
  #compression: Promise<Compression | undefined> | undefined;
  #index: Promise<TarIndex> | undefined;
  #tar: Source | undefined;

  /** `keeper` is given where several layers share one; `index` where it is known. */
  constructor(source: Source, options: LayerOptions = {}, keeper: Keeper = new Keeper(options), index?: TarIndex) {
    this.source = source;
    this.#options = options;
    this.#keeper = keeper;
    this.#index = index && Promise.resolve(index);
  }

  /** How the layer is compressed, told from its bytes. */
  compression(): Promise<Compression | undefined> {
    this.#compression ??= this.source.read(0, BLOCK).then(sniffCompression);
    return this.#compression;
  }

  /** The layer's tar. */
  uncompressed(): ByteStream {
    return this.#unpack(this.source.stream());
  }

  /** The layer's entries as they stand. Their bodies can be read in any order; in that of the archive they cost one pass. */
  index(): Promise<TarIndex> {
    this.#index ??= this.#read();
    return this.#index;
  }

  /** Bytes of the layer's tar. */
  async unpackedSize(): Promise<number> {
    const { trailer } = await this.index();
    return trailer.offset + trailer.size;
  }

  /**
   * The digest of the layer's tar. If the layer is not indexed yet, it is in the same pass. `stored` are the bytes of the layer as whoever calls wants them
   * read, such as verified: they are read to their end.
   */
  async digest(stored: ByteStream = this.source.stream()): Promise<Digest> {
    const digester = new Digester();
    const tar = tap(this.#unpack(stored), (chunk) => digester.update(chunk));
    if (this.#index) await drain(tar);
    else {
      const index = await this.#indexOf(tar);
      this.#index = Promise.resolve(index);
    }
    return digester.digest();
  }

  /** The layer as the plain tar that it unpacks to, with its index. */
  async unpacked(): Promise<LayerBlob> {
    if (!(await this.compression())) return this;
    const index = await this.index();
    return new LayerBlob(this.#replay(await this.unpackedSize()), this.#options, this.#keeper, index);
  }

  async #read(): Promise<TarIndex> {
    const { limits } = this.#options;
    return (await this.compression()) ? this.#indexOf(this.uncompressed()) : scanTar(this.source, limits ? { limits } : {});
  }

  async #indexOf(tar: ByteStream): Promise<TarIndex> {
    const { limits, digest } = this.#options;
    const isPacked = (await this.compression()) !== undefined;
    const reread = (size: number): Source => (isPacked ? this.#replay(size) : this.source);
    return indexTar(tar, { ...(limits && { limits }), ...(digest && isPacked && { digest: (body) => digestStream(body) }), reread });
  }

  #replay(size: number): Source {
    const keep = (stream: ByteStream): Promise<Source | undefined> => this.#keeper.keep(stream, size);
    this.#tar ??= replaySource(() => this.uncompressed(), size, keep);
    return this.#tar;
  }

  #unpack(stored: ByteStream): ByteStream {
    const { unpack } = this.#options;
    return decompress(stored, unpack ? { limits: unpack } : {});
  }
}
