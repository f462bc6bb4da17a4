import type { Source } from '../stream/index.ts';
import type { Header, SparseRun, TarIndex, Timestamp } from '../tar/index.ts';
import type { Node } from './node.ts';

/** An index with the header that was asked for last: a node is mostly asked for several fields in a row. */
export class Archive {
  readonly index: TarIndex;
  readonly origin: unknown;
  #entry = -1;
  #header: Header | undefined;

  constructor(index: TarIndex, origin: unknown) {
    this.index = index;
    this.origin = origin;
  }

  header(entry: number): Header {
    if (!this.#header || this.#entry !== entry) this.#header = this.index.header(entry);
    this.#entry = entry;
    return this.#header;
  }
}

const NO_CHILDREN: ReadonlyMap<string, Node> = new Map();

/**
 * A node of any kind that knows no more than which entry it is and asks the index for the rest: 48 bytes instead of some 300.
 * What its kind does not have is zero, empty or `undefined`.
 */
export class TarNode {
  readonly #archive: Archive;
  readonly #entry: number;
  readonly type: Node['type'];

  constructor(archive: Archive, entry: number, type: Node['type']) {
    this.#archive = archive;
    this.#entry = entry;
    this.type = type;
  }

  get entry(): number {
    return this.#entry;
  }
  get #header(): Header {
    return this.#archive.header(this.#entry);
  }
  get size(): number {
    return this.#archive.index.size(this.#entry);
  }
  get body(): Source {
    return this.#archive.index.body(this.#entry);
  }
  get sparse(): readonly SparseRun[] | undefined {
    return this.#header.sparse;
  }
  get digest(): string | undefined {
    return this.#archive.index.digest(this.#entry);
  }
  get children(): ReadonlyMap<string, Node> {
    return NO_CHILDREN;
  }
  get target(): string {
    return this.#header.linkname;
  }
  get devmajor(): number {
    return this.#header.devmajor;
  }
  get devminor(): number {
    return this.#header.devminor;
  }
  get mode(): number {
    return this.#header.mode;
  }
  get uid(): number {
    return this.#header.uid;
  }
  get gid(): number {
    return this.#header.gid;
  }
  get uname(): string {
    return this.#header.uname;
  }
  get gname(): string {
    return this.#header.gname;
  }
  get mtime(): Timestamp {
    return this.#header.mtime;
  }
  get atime(): Timestamp | undefined {
    return this.#header.atime;
  }
  get ctime(): Timestamp | undefined {
    return this.#header.ctime;
  }
  get xattrs(): ReadonlyMap<string, Uint8Array> {
    return this.#header.xattrs;
  }
  get pax(): ReadonlyMap<string, Uint8Array> {
    return this.#header.pax;
  }
  get origin(): unknown {
    return this.#archive.origin;
  }
}

/** The number, in its archive, of the entry that a node was read from; `undefined` for nodes made otherwise, which all directories of a tree are. */
export function entryOf(node: Node): number | undefined {
  const made: unknown = node;
  return made instanceof TarNode ? made.entry : undefined;
}
