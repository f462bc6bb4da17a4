import type { Source } from '../stream/index.ts';
import type { EntryType, Header, SparseRun, TarIndex, Timestamp } from '../tar/index.ts';
import type { Change } from './changeset.ts';
import { IMPLIED, type Node } from './node.ts';
import { cleanPath } from './path.ts';
import { Placer } from './place.ts';
import { MAX_DEPTH, Tree } from './tree.ts';

export interface ArchiveOptions {
  /** The `origin` of every node. */
  readonly origin?: unknown;
  /** Told of each entry that is no node: volume labels and what else has a typeflag nobody gave a meaning. */
  readonly onSkip?: (header: Header, entry: number) => void;
}

export interface TreeFromTarOptions extends ArchiveOptions {
  /** How many names deep a path may be, links followed. Default `MAX_DEPTH`. */
  readonly maxDepth?: number;
}

/**
 * The tree that an archive holds. Entries count in order and the last of duplicates wins; symbolic links are followed inside the root; hard links join
 * their target, which may also come later; an entry for the root sets its metadata. Bodies stay where they are.
 * @throws {PathError} `PATH_ESCAPES` for a name or hard link target that leaves the root, `EINVAL` for a NUL byte or a root that is no directory, `ENOENT`
 * for a hard link to nothing, `EISDIR` for one to a directory, `ELOOP`.
 * @throws {LimitError} `LIMIT_DEPTH`.
 */
export function treeFromTar(index: TarIndex, options: TreeFromTarOptions = {}): Tree {
  const tree = new Tree(undefined, { implied: { ...IMPLIED, origin: options.origin }, maxDepth: options.maxDepth ?? MAX_DEPTH });
  const placer = new Placer(tree);
  for (const change of tarChanges(index, options)) placer.place(change);
  placer.finish();
  return tree;
}

/** The entries of an archive as changes, in order and with clean paths. @throws {PathError} `PATH_ESCAPES` and `EINVAL`. */
export function* tarChanges(index: TarIndex, options: ArchiveOptions = {}): Generator<Change, void, undefined> {
  const archive = new Archive(index, options.origin);
  for (let entry = 0; entry < index.length; entry++) {
    const type = index.type(entry);
    const kind = KINDS.get(type);
    if (kind) yield { kind: 'node', path: cleanPath(index.name(entry), 'use the entry'), node: new TarNode(archive, entry, kind) as unknown as Node };
    else if (type === 'hardlink') yield linkChange(archive.header(entry));
    else options.onSkip?.(archive.header(entry), entry);
  }
}

// The constants, so that a million nodes do not hold a million strings.
const KINDS: ReadonlyMap<EntryType, Node['type']> = new Map(
  (['file', 'directory', 'symlink', 'character-device', 'block-device', 'fifo'] as const).map((kind) => [kind, kind]),
);

function linkChange({ name, linkname }: Header): Change {
  return { kind: 'link', path: cleanPath(name, 'use the entry'), target: cleanPath(linkname, 'link to') };
}

/** An index with the header that was asked for last: a node is mostly asked for several fields in a row. */
class Archive {
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
class TarNode {
  readonly #archive: Archive;
  readonly #entry: number;
  readonly type: Node['type'];

  constructor(archive: Archive, entry: number, type: Node['type']) {
    this.#archive = archive;
    this.#entry = entry;
    this.type = type;
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
  get origin(): unknown {
    return this.#archive.origin;
  }
}
