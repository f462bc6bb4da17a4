import { fromBase64 } from '../bytes/index.ts';
import { type Digest, isDigest } from '../digest/index.ts';
import { type Document, documentOf, openDocument } from './document.ts';
import { isMediaType } from './media-types.ts';
import type { Platform } from './platform.ts';
import { expecting, list, mapOf, mismatch, note, type Reader, record, size, text, textOrNull } from './shape.ts';

/**
 * What names content: its type, digest and size, and what is said about it. Members that this package does not know stay on the object
 * as they were parsed, so `encodeJson(descriptor)` loses none.
 */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Length of the content in bytes. It is checked before the digest. */
  readonly size: number;
  /** Other places to get the content from. */
  readonly urls?: readonly string[];
  readonly annotations?: ReadonlyMap<string, string>;
  /** The content itself, in base64; `embeddedData` decodes it. */
  readonly data?: string;
  readonly platform?: Platform;
  readonly artifactType?: string;
}

/** A media type. One that has not the form of RFC 6838 is only noted: nothing is understood by it anyway. */
export const mediaType: Reader<string> = expecting(text, isMediaType, 'is no media type');

/** A digest, checked by its grammar before anything makes a path of it (CVE-2024-3727). */
export const digest: Reader<Digest> = (field) => {
  const value = text(field);
  return isDigest(value) ? value : mismatch(field, 'a digest');
};

export const annotations: Reader<ReadonlyMap<string, string>> = mapOf(textOrNull);

/** One descriptor, where another document holds it. */
export const descriptor: Reader<Descriptor> = (field) => {
  const value = readMembers(field);
  if (value.data !== undefined && embeddedData(value) === undefined) note(field, 'error', 'embeds data that is not base64 of its size');
  return value;
};

const readPlatform = record<Partial<Platform>>({ architecture: text, os: text, variant: text, 'os.version': text, 'os.features': list(text) });

// Some writers leave the platform empty. It then matches nothing.
const platform: Reader<Platform> = (field) => {
  const value = { architecture: '', os: '', ...readPlatform(field) };
  if (!value.architecture || !value.os) note(field, 'error', 'lacks its architecture or os');
  return value;
};

// RFC 3986: a URI begins with a scheme and has no blank, quote, angle bracket or backslash.
const isUri = (uri: string): boolean => /^[A-Za-z][A-Za-z0-9+.-]*:[^\s"<>\\^`{|}]*$/.test(uri);

const readMembers = record<Descriptor>(
  {
    mediaType,
    digest,
    size,
    urls: list(expecting(text, isUri, 'is no URI')),
    annotations,
    data: text,
    platform,
    artifactType: mediaType,
  },
  ['mediaType', 'digest', 'size'],
);

/** A descriptor that is a document of its own. */
export interface DescriptorFile extends Descriptor, Document {
  readonly kind: 'descriptor';
}

/**
 * Parses a descriptor that stands alone.
 * @throws {ImageError} `OCI_DOCUMENT`, `OCI_AMBIGUOUS`, `JSON_INVALID`, `JSON_DUPLICATE`
 */
export function parseDescriptor(bytes: Uint8Array): DescriptorFile {
  const field = openDocument(bytes, 'the descriptor');
  return { ...descriptor(field), kind: 'descriptor', ...documentOf(field, bytes) };
}

/**
 * The content that a descriptor carries in its `data`; `undefined` if there is none, or if it is not base64 of `size` bytes.
 * Its digest is not checked here: whoever uses the content checks it as that of any blob.
 */
export function embeddedData({ data, size }: Pick<Descriptor, 'data' | 'size'>): Uint8Array | undefined {
  const bytes = data === undefined || data.length % 4 !== 0 ? undefined : fromBase64(data);
  return bytes?.length === size ? bytes : undefined;
}
