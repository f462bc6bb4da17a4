import { describe, expect, it } from 'vitest';
import { bytesSource, collect, createSource } from '../../src/stream/index.ts';
import { scanTar, writeTar } from '../../src/tar/index.ts';
import {
  device,
  directory,
  fifo,
  file,
  IMPLIED,
  type Metadata,
  metadataOf,
  type Node,
  symlink,
  Tree,
  treeFromTar,
  withMetadata,
} from '../../src/tree/index.ts';
import { textOf } from './arbitrary.ts';

const nodes: readonly [Node['type'], number, (metadata?: Partial<Metadata>) => Node][] = [
  ['file', 0o644, (metadata) => file('text', metadata)],
  ['directory', 0o755, (metadata) => directory(metadata)],
  ['symlink', 0o777, (metadata) => symlink('target', metadata)],
  ['character-device', 0o600, (metadata) => device('character-device', 1, 3, metadata)],
  ['block-device', 0o600, (metadata) => device('block-device', 8, 0, metadata)],
  ['fifo', 0o644, (metadata) => fifo(metadata)],
];

describe.each(nodes)('a new %s', (type, mode, make) => {
  it('has defaults that no clock and no environment goes into', () => {
    expect(make()).toMatchObject({ type, mode, uid: 0, gid: 0, uname: '', gname: '', mtime: { seconds: 0, nanoseconds: 0 }, xattrs: new Map() });
  });

  it('takes the metadata that it is given', () => {
    const metadata = { mode: 0o4000, uid: 1, gname: 'g', mtime: { seconds: -1, nanoseconds: 5 }, xattrs: new Map([['user.a', Uint8Array.of(0)]]) };
    expect(make(metadata)).toMatchObject(metadata);
  });

  it('is another node with other metadata, and the same besides', () => {
    const node = make({ mode: 0o700, origin: 'here' });
    const changed = withMetadata(node, { uid: 5 });
    expect(changed).not.toBe(node);
    expect(node.uid).toBe(0);
    expect({ ...changed, uid: 0 }).toMatchObject({ ...node });
  });
});

describe('a file', () => {
  it('is made of text, bytes, blobs and sources, and of no stream', async () => {
    expect(textOf(file('ä'))).toBe('ä');
    expect(file(Uint8Array.of(1, 2)).size).toBe(2);
    expect(await file(new Blob(['xyz'])).body.read(1, 1)).toEqual(Uint8Array.of(0x79));
    const source = bytesSource(Uint8Array.of(7));
    expect(file(source).body).toBe(source);
    expect(() => file(new ReadableStream() as never)).toThrow(TypeError);
  });

  it('may be larger than 4 GiB', async () => {
    const size = 5 * 2 ** 30 + 1;
    const tree = new Tree();
    tree.set('huge', file(createSource({ read: async (position, length) => new Uint8Array(length).fill(position % 251) }, size)));
    expect(tree.fs.statSync('huge').size).toBe(size);
    expect(tree.fs.statSync('huge', { bigint: true }).blocks).toBe(10_485_761n);
    const node = tree.lookup('huge');
    expect(node?.type === 'file' && (await node.body.read(size - 1, 10))).toEqual(Uint8Array.of((size - 1) % 251));
  });
});

describe('metadata', () => {
  it('changed on an implied directory makes it one that is known', () => {
    expect(withMetadata(directory(IMPLIED), { mode: 0o700 })).toMatchObject({ mode: 0o700, implied: undefined });
    expect(withMetadata(directory(), { implied: true })).toMatchObject({ implied: true });
  });

  it('comes out of nodes that compute it as a plain object', async () => {
    const archive = await collect(
      writeTar([
        { name: 'd/', mode: 0o711, uid: 4 },
        { name: 'd/f', body: 'x', mode: 0o600, gname: 'g' },
      ]),
    );
    const tree = treeFromTar(await scanTar(bytesSource(archive)), { origin: 'archive' });
    expect({ ...metadataOf(tree.lookup('d/f') as Node) }).toMatchObject({ mode: 0o600, gname: 'g', origin: 'archive' });
    expect({ ...metadataOf(tree.lookup('d') as Node) }).toMatchObject({ mode: 0o711, uid: 4, implied: undefined });
    const renewed = withMetadata(tree.lookup('d') as Node, { uid: 5 });
    tree.set('d', renewed);
    tree.set('d/g', file(''));
    expect(tree.lookup('d')).toMatchObject({ mode: 0o711, uid: 5 });
    expect(renewed).toMatchObject({ children: new Map([['f', tree.lookup('d/f')]]) });
  });
});
