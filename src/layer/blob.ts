import { type Compression, decompress, sniffCompression } from '../compress/index.ts';
import { digestStream } from '../digest/index.ts';
import { type ByteStream, bytesSource, collect, replaySource, type Source } from '../stream/index.ts';
import { BLOCK, indexTar, type Limits, scanTar, type TarIndex } from '../tar/index.ts';

/** How layers are read. */
export interface LayerOptions {
  readonly limits?: Partial<Limits>;
  /** Makes the digest of each file while a compressed layer is indexed, for the bytes pass by anyway. */
  readonly digest?: boolean;
  /** Bytes of an unpacked layer that are kept in memory when its files are read out of order. Default 64 MiB; larger layers go to `spill`, or are unpacked anew. */
  readonly memory?: number;
  /** Keeps an unpacked layer where it can be read at any place. */
  readonly spill?: (stream: ByteStream) => Promise<Source>;
}

const MEMORY = 64 * 1024 * 1024;

/**
 * The bytes of one layer: as they are stored, and as the tar that they are, whatever the media type says of its compression.
 * Indexing keeps no bodies. What was found is remembered, so every part of it costs its work once.
 */
export class LayerBlob {
  readonly source: Source;
  readonly #options: LayerOptions;
  #compression: Promise<Compression | undefined> | undefined;
  #index: Promise<TarIndex> | undefined;

  constructor(source: Source, options: LayerOptions = {}) {
    this.source = source;
    this.#options = options;
  }

  /** How the layer is compressed, told from its bytes. */
  compression(): Promise<Compression | undefined> {
    this.#compression ??= this.source.read(0, BLOCK).then(sniffCompression);
    return this.#compression;
  }

  /** The layer's tar. */
  uncompressed(): ByteStream {
    return decompress(this.source.stream());
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

  async #read(): Promise<TarIndex> {
    const { limits, digest } = this.#options;
    const parse = limits ? { limits } : {};
    if (!(await this.compression())) return scanTar(this.source, parse);
    const reread = (size: number): Source => replaySource(() => this.uncompressed(), size, this.#keeper(size));
    return indexTar(this.uncompressed(), { ...parse, ...(digest && { digest: (body) => digestStream(body) }), reread });
  }

  #keeper(size: number): ((stream: ByteStream) => Promise<Source>) | undefined {
    const { memory = MEMORY, spill } = this.#options;
    return size <= memory ? async (stream) => bytesSource(await collect(stream)) : spill;
  }
}
