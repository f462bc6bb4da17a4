import type { EntryInit, EntryType, Header, TarIndex } from '../tar/index.ts';
import type { Change } from './changeset.ts';
import { IMPLIED, metadataOf, type Node } from './node.ts';
import { cleanPath } from './path.ts';
import { Placer } from './place.ts';
import { Archive, TarNode } from './tar-node.ts';
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
  return tree.fork({ implied: IMPLIED }); // what its user puts in later is of no archive
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

export interface TarEntriesOptions {
  /** Whether the holes of sparse files are kept, which image layers should not have. Default false: they are written as zeros. */
  readonly sparse?: boolean;
}

/**
 * The entries that `writeTar` makes an archive of this tree from, in the order of a walk, so that the same tree always gives the same bytes. Parents come
 * before children, implied ones too; the first name of a hard-linked file brings the body. The root has an entry, `./`, if it is not implied.
 */
export function* tarEntries(tree: Tree, options: TarEntriesOptions = {}): Generator<EntryInit, void, undefined> {
  const links = tree.hardLinks();
  if (!tree.root.implied) yield nodeEntry('./', tree.root, options);
  for (const { path, node } of tree.walk()) {
    const first = links.get(node)?.[0] ?? path;
    yield first === path ? nodeEntry(path, node, options) : linkEntry(path, node, first);
  }
}

/** The entry of a hard link: a further name of what has its entry at `target`. */
export function linkEntry(name: string, node: Node, target: string): EntryInit {
  return { ...metadataOf(node), name, type: 'hardlink', linkname: target };
}

/** The entry of one node under a name; of a directory, without what is in it. */
export function nodeEntry(name: string, node: Node, { sparse = false }: TarEntriesOptions = {}): EntryInit {
  const entry = { ...metadataOf(node), name, type: node.type };
  switch (node.type) {
    case 'file':
      return { ...entry, size: node.size, body: node.body, ...(sparse && { sparse: node.sparse }) };
    case 'symlink':
      return { ...entry, linkname: node.target };
    case 'character-device':
    case 'block-device':
      return { ...entry, devmajor: node.devmajor, devminor: node.devminor };
    default:
      return entry;
  }
}
