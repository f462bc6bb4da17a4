import type { Timestamp } from '../tar/index.ts';
import type { DirectoryNode, Metadata, Node } from './node.ts';

/** The right to write into a set of directories. A tree holds one; once it is frozen nobody writes with it again, and the tree takes a new one. */
export interface Owner {
  frozen: boolean;
}

/**
 * A directory as a tree holds it. The tree whose owner this is writes into `entries` in place; any other tree copies the directory first.
 * Whoever looks at `children` freezes the owner, so a map that has once been seen never changes. Inside this folder `childrenOf` looks without freezing.
 */
export class Directory implements DirectoryNode {
  readonly entries: Map<string, Node>;
  readonly owner: Owner;
  readonly metadata: Metadata;

  constructor(metadata: Metadata, entries: Map<string, Node>, owner: Owner) {
    this.metadata = metadata instanceof Directory ? metadata.metadata : metadata;
    this.entries = entries;
    this.owner = owner;
  }

  get type(): 'directory' {
    return 'directory';
  }
  get children(): ReadonlyMap<string, Node> {
    this.owner.frozen = true;
    return this.entries;
  }
  get mode(): number {
    return this.metadata.mode;
  }
  get uid(): number {
    return this.metadata.uid;
  }
  get gid(): number {
    return this.metadata.gid;
  }
  get uname(): string {
    return this.metadata.uname;
  }
  get gname(): string {
    return this.metadata.gname;
  }
  get mtime(): Timestamp {
    return this.metadata.mtime;
  }
  get atime(): Timestamp | undefined {
    return this.metadata.atime;
  }
  get ctime(): Timestamp | undefined {
    return this.metadata.ctime;
  }
  get xattrs(): ReadonlyMap<string, Uint8Array> {
    return this.metadata.xattrs;
  }
  get pax(): ReadonlyMap<string, Uint8Array> | undefined {
    return this.metadata.pax;
  }
  get implied(): boolean | undefined {
    return this.metadata.implied;
  }
  get origin(): unknown {
    return this.metadata.origin;
  }
}

/** The children of a directory, to be read at once and not kept. */
export function childrenOf(directory: DirectoryNode): ReadonlyMap<string, Node> {
  return directory instanceof Directory ? directory.entries : directory.children;
}

/** Sees to it that nobody writes any more into directories that are about to be shared. */
export function freeze(directory: DirectoryNode): void {
  const seen = new Set<DirectoryNode>([directory]);
  for (const next of seen) {
    // A tree never holds directories of another owner that is not frozen, so the first one answers for all below it.
    if (next instanceof Directory) next.owner.frozen = true;
    else for (const child of next.children.values()) if (child.type === 'directory') seen.add(child);
  }
}
