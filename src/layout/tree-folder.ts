import { PathError } from '../errors.ts';
import type { Folder, FolderEntry, Source } from '../stream/index.ts';
import { type Node, splitPath, type Tree } from '../tree/index.ts';

/** The files of a tree as a folder, so that an archive is read like the directory it was made from. No link is followed, also none among the parents. */
export function treeFolder(tree: Tree): Folder {
  const at = (op: string, path: string): Node => nodeAt(tree.root, op, path);
  return {
    async list(path = ''): Promise<readonly FolderEntry[]> {
      const node = path === '' ? tree.root : at('list', path);
      if (node.type !== 'directory') throw new PathError('ENOTDIR', 'list', path, 'it is no directory');
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

function nodeAt(root: Node, op: string, path: string): Node {
  let here = root;
  for (const name of splitPath(path)) {
    if (here.type !== 'directory') throw new PathError('ENOTDIR', op, path, `a component of it is a ${here.type}`);
    const next = here.children.get(name);
    if (!next) throw new PathError('ENOENT', op, path, 'the archive has no such member');
    here = next;
  }
  return here;
}
