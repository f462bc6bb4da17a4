import { Digester, verifyStream } from '../digest/index.ts';
import type { Descriptor } from '../oci/index.ts';
import { asStream, type ByteInput, type ByteStream, bytesSource, collect, type Source, tap } from '../stream/index.ts';
import { blobMissing, verified } from './content.ts';
import type { NamedDescriptor, Store } from './store.ts';

/** Where a store in memory keeps its content. */
export interface MemoryOptions {
  /** Keeps a stream where it can be read at any place. Default: in an array. `spill` of `lading/node` puts it in a temporary file. */
  readonly keep?: (stream: ByteStream) => Promise<Source>;
}

const inArray = async (stream: ByteStream): Promise<Source> => bytesSource(await collect(stream));

/** A store that lasts as long as the program. */
export class MemoryStore implements Store {
  readonly #keep: (stream: ByteStream) => Promise<Source>;
  readonly #blobs: Map<string, Source> = new Map();
  readonly #names: NamedDescriptor[] = [];

  constructor({ keep = inArray }: MemoryOptions = {}) {
    this.#keep = keep;
  }

  async fetch(descriptor: Descriptor): Promise<ByteStream> {
    return verified(await this.open(descriptor), descriptor);
  }

  async open(descriptor: Descriptor): Promise<Source> {
    const blob = this.#blobs.get(descriptor.digest);
    if (!blob) throw blobMissing(descriptor, 'the store');
    return blob;
  }

  async exists({ digest }: Descriptor): Promise<boolean> {
    return this.#blobs.has(digest);
  }

  async list(): Promise<readonly NamedDescriptor[]> {
    return [...this.#names];
  }

  async push(descriptor: Descriptor, content: ByteInput): Promise<void> {
    if (this.#blobs.has(descriptor.digest)) return;
    this.#blobs.set(descriptor.digest, await this.#keep(verifyStream(asStream(content), descriptor)));
  }

  async ingest(mediaType: string, content: ByteInput): Promise<Descriptor> {
    const digester = new Digester();
    const kept = await this.#keep(tap(asStream(content), (chunk) => digester.update(chunk)));
    const digest = digester.digest();
    this.#blobs.set(digest, kept);
    return { mediaType, digest, size: kept.size };
  }

  async tag(descriptor: Descriptor, name?: string): Promise<void> {
    const isListed = this.#names.some((named) => named.descriptor.digest === descriptor.digest);
    if (name === undefined && isListed) return;
    const before = name === undefined ? -1 : this.#names.findIndex((named) => named.name === name);
    if (before < 0) this.#names.push({ name, descriptor });
    else this.#names[before] = { name, descriptor };
  }
}
