import type { Digest } from '../digest/index.ts';
import type { Descriptor, Problem } from '../oci/index.ts';
import type { ByteInput, ByteStream, Source } from '../stream/index.ts';

/** A name that a place gives to content. */
export interface NamedDescriptor {
  /** A tag or a whole reference, as the place has it; `undefined` for what has no name. */
  readonly name: string | undefined;
  readonly descriptor: Descriptor;
}

/** Content that a place keeps under a digest, whether it is true or not. */
export interface NamedContent {
  readonly digest: Digest;
  readonly source: Source;
}

/** A place that holds content by its digest: memory, an OCI layout, an archive, a registry. */
export interface ReadableStore {
  /** The content of a descriptor, once. Size and digest are verified while it is read, to its real end. @throws {ImageError} `BLOB_MISSING` */
  fetch(descriptor: Descriptor): Promise<ByteStream>;
  /** The same bytes at any place, not verified. @throws {ImageError} `BLOB_MISSING` */
  open(descriptor: Descriptor): Promise<Source>;
  exists(descriptor: Descriptor): Promise<boolean>;
  /** What the place names, in its order. A descriptor may stand there several times, and without a name. */
  list(): Promise<readonly NamedDescriptor[]>;
  /** All content that is kept under a digest, named or not, where the place can tell. */
  contents?(): AsyncIterable<NamedContent>;
  /** What the place's own documents have that is not as the specification says. */
  readonly problems?: readonly Problem[];
}

/** A place that takes content too. */
export interface Store extends ReadableStore {
  /** Takes the content of a descriptor; it is verified before it counts. What is there already is not read. */
  push(descriptor: Descriptor, content: ByteInput): Promise<void>;
  /** Takes content whose digest is not known before it is read, and says what it is. What fails on the way leaves nothing. */
  ingest(mediaType: string, content: ByteInput): Promise<Descriptor>;
  /** Gives content a name; one that was another content's moves. Without a name the content is listed, if it is not. */
  tag(descriptor: Descriptor, name?: string): Promise<void>;
}
