import fc from 'fast-check';
import { PathError } from '../../src/errors.ts';
import { device, directory, type FileNode, fifo, file, type Metadata, type Node, symlink, Tree, withMetadata } from '../../src/tree/index.ts';

/** The text of a file whose body is in memory. */
export function textOf(node: Node | undefined): string {
  const { body, size } = node as FileNode;
  return new TextDecoder().decode(body.readSync?.(0, size));
}

/** The code of the `PathError` that `act` throws, or `none`. */
export function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof PathError) return error.code;
    throw error;
  }
  return 'none';
}

export function pathsOf(tree: Tree, path?: string): string[] {
  return [...tree.walk(path)].map((entry) => entry.path);
}

/** Everything that makes two trees different, as plain data: one row a name, hard links by the first name of the node. */
export function rowsOf(tree: Tree): unknown[] {
  const links = tree.hardLinks();
  const rows = [...tree.walk()].map(({ path, node }) => [path, links.get(node)?.[0] ?? path, substance(node), metadata(node)]);
  return [['', '', 'directory', metadata(tree.root)], ...rows];
}

function substance(node: Node): unknown {
  if (node.type === 'file') return ['file', textOf(node)];
  if (node.type === 'symlink') return ['symlink', node.target];
  return node.type === 'directory' || node.type === 'fifo' ? node.type : [node.type, node.devmajor, node.devminor];
}

function metadata({ mode, uid, gid, uname, gname, mtime, xattrs }: Metadata): unknown {
  return [mode, uid, gid, uname, gname, mtime.seconds, mtime.nanoseconds, [...xattrs].map(([name, value]) => [name, [...value]])];
}

const name = fc.constantFrom('a', 'b', 'c', 'é', '\u{1F600}', '\uDCFF');
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
const patch: fc.Arbitrary<Partial<Metadata>> = fc.oneof(
  fc.record({ mode: fc.constantFrom(0o600, 0o644, 0o4755) }),
  fc.record({ uid: fc.nat(2), gid: fc.nat(2), uname: fc.constantFrom('', 'u') }),
  fc.record({ mtime: fc.record({ seconds: fc.integer({ min: -2, max: 2 }), nanoseconds: fc.nat(2) }) }),
  fc.record({ xattrs: fc.uint8Array({ minLength: 1, maxLength: 2 }).map((value) => new Map([['user.x', value]])) }),
);
const node: fc.Arbitrary<Node> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.string({ maxLength: 2 }), patch).map(([text, metadata]) => file(text, metadata)) },
  { weight: 2, arbitrary: patch.map((metadata) => directory(metadata)) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.oneof(path, fc.constantFrom('.', '..', '/', '../a', 'nowhere')), patch).map(([to, metadata]) => symlink(to, metadata)),
  },
  { weight: 1, arbitrary: fc.nat(3).map((minor) => device('block-device', 8, minor)) },
  { weight: 1, arbitrary: fc.constant(null).map(() => fifo()) },
);

export type Edit = (tree: Tree) => void;

/** One change to a tree by its own methods. What a tree refuses, such as a file below a file, changes nothing. */
export const edit: fc.Arbitrary<Edit> = fc
  .oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(path, node).map(
        ([at, put]): Edit =>
          (tree) =>
            tree.set(at, put),
      ),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(path, path).map(
        ([at, to]): Edit =>
          (tree) =>
            tree.link(at, to),
      ),
    },
    {
      weight: 2,
      arbitrary: path.map(
        (at): Edit =>
          (tree) =>
            void tree.remove(at),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(path, path).map(
        ([from, to]): Edit =>
          (tree) =>
            tree.rename(from, to),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(path, patch).map(
        ([at, metadata]): Edit =>
          (tree) =>
            patchAt(tree, at, metadata),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(path, path).map(
        ([from, to]): Edit =>
          (tree) =>
            copy(tree, from, to),
      ),
    },
    {
      weight: 1,
      arbitrary: patch.map(
        (metadata): Edit =>
          (tree) =>
            tree.set('', directory(metadata)),
      ),
    },
  )
  .map((act) => (tree) => {
    try {
      act(tree);
    } catch (error) {
      if (!(error instanceof PathError)) throw error;
    }
  });

function patchAt(tree: Tree, at: string, metadata: Partial<Metadata>): void {
  const there = tree.lookup(at);
  if (there) tree.set(at, withMetadata(there, metadata));
}

/** As with `cp -al`: the files of the copy are hard links. */
function copy(tree: Tree, from: string, to: string): void {
  const there = tree.lookup(from);
  if (there) tree.set(to, there);
}

export const edits: fc.Arbitrary<Edit[]> = fc.array(edit, { maxLength: 25, size: '+1' });

export const anyTree: fc.Arbitrary<Tree> = edits.map((list) => edited(new Tree(), list));

export function edited(tree: Tree, list: readonly Edit[]): Tree {
  for (const act of list) act(tree);
  return tree;
}
