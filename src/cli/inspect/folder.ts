import type { FolderArchive } from '../../open.ts';
import type { Tree } from '../../tree/index.ts';
import { printable } from '../format/text.ts';
import { type Counted, contentJson, contentRows, summariseContent } from './content.ts';
import type { View } from './screen.ts';

/** What a folder on the disk holds. */
export async function inspectFolder(archive: FolderArchive): Promise<View> {
  const { tree, losses } = await archive.read();
  const content = summariseContent(countedNodes(tree));
  return {
    json: { kind: 'folder', compression: 'none', images: [], artifacts: [], ...contentJson(content), losses },
    rows: [
      ['kind', ['folder']],
      ...contentRows(content, ''),
      ['missing', losses.map(({ path, message }) => `${printable(path)}: ${printable(message)}`)],
    ],
  };
}

/** The nodes of a tree; every name of a file but the first is a hard link, as in a tar. */
function* countedNodes(tree: Tree): Generator<Counted> {
  const links = tree.hardLinks();
  for (const { path, node } of tree.walk()) {
    const isLink = (links.get(node)?.[0] ?? path) !== path;
    yield { name: path, type: isLink ? 'hardlink' : node.type, size: node.type === 'file' ? node.size : 0, mtime: node.mtime };
  }
}
