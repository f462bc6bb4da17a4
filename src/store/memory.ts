import { digestOf, verifyStream } from '../digest/index.ts';
import type { Descriptor } from '../oci/index.ts';
import { asStream, type ByteInput, type ByteStream, bytesSource, collect, type Source } from '../stream/index.ts';
import { blobMissing, verified } from './content.ts';
import type { NamedDescriptor, Store } from './store.ts';

/** A store in memory. */
export class MemoryStore implements Store {
  readonly #blobs: Map<string, Source> = new Map();
  readonly #names: Map<string, Descriptor> = new Map();

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
    return [...this.#names].map(([name, descriptor]) => ({ name, descriptor }));
  }

  async push(descriptor: Descriptor, content: ByteInput): Promise<void> {
    if (this.#blobs.has(descriptor.digest)) return;
    const bytes = await collect(verifyStream(asStream(content), descriptor));
    this.#blobs.set(descriptor.digest, bytesSource(bytes));
  }

  async ingest(mediaType: string, content: ByteInput): Promise<Descriptor> {
    const bytes = await collect(asStream(content));
    const digest = digestOf(bytes);
    this.#blobs.set(digest, bytesSource(bytes));
    return { mediaType, digest, size: bytes.length };
  }

  async tag(descriptor: Descriptor, name: string): Promise<void> {
    this.#names.set(name, descriptor);
  }
}
