import { PathError } from '../errors.ts';
import type { Folder, FolderEntry, Source } from '../stream/index.ts';
import type { Node, Tree } from '../tree/index.ts';

/** The files of a tree as a folder, so that an archive is read like the directory it was made from. No link is followed. */
export function treeFolder(tree: Tree): Folder {
  const at = (op: string, path: string): Node => {
    const node = tree.lookup(path);
    if (!node) throw new PathError('ENOENT', op, path, 'the archive has no such member');
    return node;
  };
  return {
    async list(path = ''): Promise<readonly FolderEntry[]> {
      if (path !== '' && at('list', path).type !== 'directory') throw new PathError('ENOTDIR', 'list', path, 'it is no directory');
      return tree.list(path).map(({ name, node }) => ({ name, type: node.type === 'file' || node.type === 'directory' ? node.type : 'other' }));
    },
    async open(path: string): Promise<Source> {
      const node = at('open', path);
      if (node.type === 'file') return node.body;
      if (node.type === 'directory') throw new PathError('EISDIR', 'open', path, 'it is a directory');
      throw new PathError(node.type === 'symlink' ? 'ELOOP' : 'INPUT_KIND', 'open', path, `it is a ${node.type}, not a file`);
    },
    async close(): Promise<void> {},
  };
}
