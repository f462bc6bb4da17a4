/**
 * Every code that an error of this package can carry. The list is closed: `docs/errors.md` explains each one, and a test holds the two together.
 */
export type ErrorCode =
  // The tar codec
  | 'TAR_CHECKSUM' // a header block whose checksum does not match its bytes
  | 'TAR_TRUNCATED' // the archive ends inside a header, an extended header or a body
  | 'TAR_NUMBER' // a numeric field that is no number, or one outside what its meaning allows
  | 'TAR_PAX' // a malformed extended header record
  | 'TAR_SPARSE' // a sparse map that contradicts itself or its file
  | 'TAR_HEADER' // a header that no dialect allows where it stands
  | 'TAR_FORMAT' // a header that the chosen dialect cannot hold (writing)
  | 'TAR_SIZE' // a body that is shorter or longer than its header says (writing)
  // Limits on what an input may declare
  | 'LIMIT_METADATA'
  | 'LIMIT_ENTRIES'
  | 'LIMIT_SPARSE'
  | 'LIMIT_DEPTH'
  | 'LIMIT_RATIO'
  | 'LIMIT_SIZE'
  | 'LIMIT_NESTING'
  // Compression
  | 'COMPRESS_CORRUPT' // bytes that do not decompress, or whose checksum is wrong
  | 'COMPRESS_TRUNCATED' // a compressed stream that ends early
  | 'COMPRESS_UNSUPPORTED' // a dictionary, a window over the limit, or a format that this runtime cannot write
  // Digests
  | 'DIGEST_INVALID' // a string that is not a digest
  | 'DIGEST_ALGORITHM' // a digest whose algorithm cannot be computed here
  | 'DIGEST_MISMATCH' // content that has another digest than the one expected
  | 'DIGEST_SIZE' // content that has another size than the one expected
  // The documents of an image
  | 'JSON_INVALID' // bytes that are not one value of strict JSON in UTF-8
  | 'JSON_DUPLICATE' // an object with two members of one name
  | 'OCI_DOCUMENT' // a document that lacks what its kind must have, or has it in the wrong type
  | 'OCI_AMBIGUOUS' // a document that two readers could take for two different things
  | 'OCI_UNSUPPORTED' // a document of a kind that is recognised and not read
  | 'REFERENCE_INVALID' // a string that is not an image reference
  | 'PLATFORM_INVALID' // a string that is not a platform
  | 'BLOB_MISSING' // content that a descriptor names and the store does not have
  | 'IMAGE_AMBIGUOUS' // several images, and nothing that chooses among them
  | 'IMAGE_NOT_FOUND' // no image of that name, position, digest or platform
  | 'IMAGE_LAYERS' // layers that do not agree with the configuration, or are no layers
  | 'IMAGE_BASE' // an image that does not stand on the base that was given, or cannot stand on the new one
  | 'IMAGE_EDIT' // a change of a layer that would change more than was asked for, or leave bytes that were to go
  | 'IMAGE_ATTESTED' // a change of an image that something else in the archive speaks of by its digest
  // Paths in a tree: the names POSIX gives them
  | 'ENOENT'
  | 'ENOTDIR'
  | 'EISDIR'
  | 'EEXIST'
  | 'EINVAL'
  | 'ELOOP'
  | 'EROFS'
  | 'ENOTEMPTY'
  | 'ENOTSUP' // a synchronous call on a body that is not in memory
  | 'ESTALE' // a source that changed since it was opened
  | 'PATH_ESCAPES' // a name or link that leaves the root
  // Inputs and outputs
  | 'INPUT_UNKNOWN' // bytes that are nothing this package reads
  | 'INPUT_KIND' // something else than what was asked for
  | 'TRANSPORT_UNSUPPORTED' // a place of images that is recognised and not read, such as a registry
  | 'INPUT_UNREADABLE' // the host cannot give the bytes
  | 'OUTPUT_EXISTS' // something is already there
  | 'OUTPUT_FAILED' // the host cannot write there
  | 'HOST_PATH'; // a path, in a runtime where this package has no file system

/** What every error of this package is: a `code` to branch on, a message for people, and the `cause` where there is one. */
export class LadingError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The same error with a message that begins with where it happened. Its class, code and data stay. */
export function placed(error: unknown, place: string): unknown {
  if (!(error instanceof LadingError)) return error;
  const message = { value: `${place}: ${error.message}`, configurable: true, writable: true };
  return Object.create(Object.getPrototypeOf(error), { ...Object.getOwnPropertyDescriptors(error), message });
}

/** A fault in a tar archive. `offset` is the byte at which the faulty block starts; `entry` the name of the entry, where it is known. */
export class TarError extends LadingError {
  readonly offset: number;
  readonly entry: string | undefined;
  constructor(code: ErrorCode, message: string, offset: number, entry?: string, options?: ErrorOptions) {
    super(code, message, options);
    this.offset = offset;
    this.entry = entry;
  }
}

/** A path that cannot be used as asked. `op` is the call, `path` the path given to it. */
export class PathError extends LadingError {
  readonly op: string;
  readonly path: string;
  constructor(code: ErrorCode, op: string, path: string, reason: string, options?: ErrorOptions) {
    super(code, `Cannot ${op} ${quote(path)}: ${reason}`, options);
    this.op = op;
    this.path = path;
  }
}

/** Content that is not what its digest or size says. */
export class DigestError extends LadingError {
  readonly expected: string | number;
  readonly actual: string | number;
  constructor(code: ErrorCode, message: string, expected: string | number, actual: string | number) {
    super(code, message);
    this.expected = expected;
    this.actual = actual;
  }
}

/** An input that declares, or grows to, more than a limit allows. */
export class LimitError extends LadingError {
  readonly limit: number;
  readonly actual: number;
  constructor(code: ErrorCode, message: string, limit: number, actual: number) {
    super(code, message);
    this.limit = limit;
    this.actual = actual;
  }
}

/** A fault in what an image is made of. `where` is the place: a JSON pointer into the document, `''` for the whole of it. */
export class ImageError extends LadingError {
  readonly where: string;
  constructor(code: ErrorCode, message: string, where = '', options?: ErrorOptions) {
    super(code, message, options);
    this.where = where;
  }
}

/** A value as it stands in a message: in double quotes, control characters escaped, at most 80 characters of it. */
export function quote(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 79)}…` : value);
}
