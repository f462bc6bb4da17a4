import { ImageError } from '../errors.ts';
import { JSON_LIMITS } from '../oci/index.ts';
import { collect, type Source } from '../stream/index.ts';
import { cleanPath, type FileNode, type Node, type Tree } from '../tree/index.ts';

/**
 * The members of a docker-archive. Engines before 25 stored a layer that occurs twice as a link to the first, so links are followed, inside the
 * archive; a symbolic link that leads nowhere from its own folder is tried from the archive's root, as some writers meant it (containerd#12890).
 */
export class Members {
  readonly tree: Tree;

  constructor(tree: Tree) {
    this.tree = tree;
  }

  /** The file at a path, links followed; `undefined` if there is none. */
  file(path: string): FileNode | undefined {
    const clean = cleanPath(path, 'use the member');
    const node = this.#resolve(clean) ?? this.#fromRoot(clean);
    return node?.type === 'file' ? node : undefined;
  }

  /** @throws {ImageError} `BLOB_MISSING` */
  source(path: string): Source {
    const node = this.file(path);
    if (!node) throw new ImageError('BLOB_MISSING', `Cannot read ${JSON.stringify(path)}: the archive names this member and does not hold it`);
    return node.body;
  }

  /** A small document in whole. @throws {ImageError} `BLOB_MISSING` @throws {LimitError} `LIMIT_SIZE` */
  async document(path: string): Promise<Uint8Array> {
    return collect(this.source(path).stream(), JSON_LIMITS.size);
  }

  #resolve(path: string): Node | undefined {
    try {
      return this.tree.resolve(path);
    } catch {
      return undefined; // missing, or a link that leads nowhere or in a circle: in an archive's members that is all one
    }
  }

  #fromRoot(path: string): Node | undefined {
    const node = this.tree.lookup(path);
    return node?.type === 'symlink' ? this.#resolve(node.target) : undefined;
  }
}
