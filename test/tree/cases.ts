import { encodeText } from '../../src/bytes/index.ts';
import { compress } from '../../src/compress/index.ts';
import { open } from '../../src/index.ts';
import { bytesSource, collect } from '../../src/stream/index.ts';
import { scanTar, writeTar } from '../../src/tar/index.ts';
import { applyChangeset, diffTrees, directory, file, mergeTrees, symlink, Tree, tarEntries, treeFromTar } from '../../src/tree/index.ts';
import { type Case, fails, same } from '../same.ts';

function makeTree(): Tree {
  const tree = new Tree();
  tree.set('etc', directory({ mode: 0o700 }));
  tree.set('etc/motd', file('hello\n', { mtime: { seconds: -1, nanoseconds: 5 }, xattrs: new Map([['user.x', Uint8Array.of(0, 255)]]) }));
  tree.link('etc/issue', 'etc/motd');
  tree.set('caf\udce9', file('bytes'));
  tree.set('to-etc', symlink('/etc'));
  return tree;
}

const paths = (tree: Tree): string[] => [...tree.walk()].map(({ path }) => path);
const tarOf = (tree: Tree): Promise<Uint8Array> => collect(writeTar(tarEntries(tree)));

export const cases: readonly Case[] = [
  {
    name: 'a tree becomes a tar and the tar that tree again, with links, times, attributes and names of bytes',
    run: async (): Promise<void> => {
      const tree = makeTree();
      const archive = await tarOf(tree);
      const again = treeFromTar(await scanTar(bytesSource(archive)));
      same(paths(again), ['caf\udce9', 'etc', 'etc/issue', 'etc/motd', 'to-etc']);
      same(await tarOf(again), archive);
      same(again.lookup('etc/issue') === again.lookup('etc/motd'), true);
      same(again.resolve('to-etc/motd').mtime, { seconds: -1, nanoseconds: 5 });
      same([...diffTrees(tree, again, { sameContent: () => true }).changes], []);
    },
  },
  {
    name: 'a fork sees nothing of its parent, and a difference applied gives the other side',
    run: async (): Promise<void> => {
      const lower = makeTree();
      const upper = lower.fork();
      upper.remove('etc/motd');
      upper.set('new/deep', file('x'));
      same(paths(lower).includes('new'), false);
      same(paths(applyChangeset(lower, diffTrees(lower, upper))), paths(upper));
      same(mergeTrees(lower, upper, lower).conflicts, []);
      same(paths(mergeTrees(lower, lower, upper).tree), paths(upper));
    },
  },
  {
    name: 'an archive in a Blob is opened and read through its links, compressed or not, and a path leads nowhere it should not',
    run: async (): Promise<void> => {
      const plain = new Blob([(await tarOf(makeTree())) as Uint8Array<ArrayBuffer>]);
      const packed = new Blob([(await collect(compress(plain, { format: 'gzip' }))) as Uint8Array<ArrayBuffer>]);
      for (const blob of [plain, packed]) {
        const archive = await open(blob);
        const node = (await archive.tree()).resolve('to-etc/../to-etc/issue');
        same(node.type === 'file' && (await node.body.read(0, 99)), encodeText('hello\n'));
        await archive.close();
      }
      const hostile = await open(await collect(writeTar([{ name: '../out', body: 'x' }])));
      await fails(() => hostile.tree(), 'PATH_ESCAPES');
    },
  },
];
