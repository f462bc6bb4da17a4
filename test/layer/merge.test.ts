import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/digest/index.ts';
import { Image } from '../../src/image/index.ts';
import { encodeJson, OCI_CONFIG, OCI_LAYER, OCI_MANIFEST } from '../../src/oci/index.ts';
import { MemoryStore } from '../../src/store/index.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import type { Tree } from '../../src/tree/index.ts';
import { BASE, type Outcome, ROWS } from '../support/merge-rows.ts';
import { failureOf, imageWith, linesOf, textOf } from '../support/open.ts';

type Semantics = 'overlay' | 'sequential';

async function merged(upper: readonly EntryInit[], semantics: Semantics = 'overlay'): Promise<Tree> {
  return (await imageWith([BASE, upper], { semantics })).tree();
}

const base = await linesOf(await (await imageWith([BASE])).tree());

async function outcomeOf(tree: Tree): Promise<Outcome> {
  const lines = await linesOf(tree);
  return { gone: base.filter((line) => !lines.includes(line)), come: lines.filter((line) => !base.includes(line)) };
}

describe.each<Semantics>(['overlay', 'sequential'])('layers merged by %s semantics', (semantics) => {
  it.each(ROWS)('$name', async (row) => {
    const { gone = [], come = [] } = (semantics === 'sequential' ? row.sequential : undefined) ?? row.overlay;
    expect(await outcomeOf(await merged(row.upper, semantics))).toEqual({ gone, come });
  });

  it('C9: parents that no entry tells of are root’s, mode 0755, and flagged', async () => {
    const tree = await merged([{ name: 'p/q/r', mode: 0o600, uid: 7 }], semantics);
    expect(tree.lookup('p/q')).toMatchObject({ mode: 0o755, uid: 0, gid: 0, implied: true, origin: 1 });
    expect(tree.lookup('p/q/r')).toMatchObject({ mode: 0o600, uid: 7, origin: 1 });
  });

  it('a directory over a directory brings its attributes and keeps the children', async () => {
    const tree = await merged([{ name: 'dir/', mode: 0o700, uid: 5 }], semantics);
    expect(tree.lookup('dir')).toMatchObject({ mode: 0o700, uid: 5, origin: 1 });
    expect(tree.lookup('dir/a')?.origin).toBe(0);
  });

  it('C12 and C13: hard links are names of one file, also across layers, and a changed name is another file', async () => {
    const tree = await merged(
      [
        { name: 'again', type: 'hardlink', linkname: 'hl1' },
        { name: 'hl2', body: 'other' },
      ],
      semantics,
    );
    expect(tree.lookup('again')).toBe(tree.lookup('hl1'));
    expect([tree.nlink(tree.resolve('hl1')), tree.nlink(tree.resolve('hl2'))]).toEqual([2, 1]);
    expect(await textOf(tree.lookup('hl1'))).toBe('hl');
  });

  it('C12: a hard link to nothing, or to a directory, is an error', async () => {
    expect((await failureOf(() => merged([{ name: 'x', type: 'hardlink', linkname: 'nowhere' }], semantics))).code).toBe('ENOENT');
    expect((await failureOf(() => merged([{ name: 'x', type: 'hardlink', linkname: 'dir' }], semantics))).code).toBe('EISDIR');
  });

  it.each(['.wh.', 'dir/.wh.', '.wh..', 'dir/.wh...'])('C15: the whiteout %s is an error', async (name) => {
    expect((await failureOf(() => merged([{ name, body: '' }], semantics))).code).toBe('EINVAL');
  });

  it('C25: an entry for the root sets its attributes only where layers are extracted in order', async () => {
    const tree = await merged([{ name: './', mode: 0o711, uid: 3 }], semantics);
    expect([tree.root.mode, tree.root.uid]).toEqual(semantics === 'sequential' ? [0o711, 3] : [0o755, 0]);
    expect(tree.list()).toHaveLength(8);
  });

  it('C26: a layer of no bytes at all changes nothing', async () => {
    const tree = await (await imageOfTars([await baseTar(), new Uint8Array(0), new Uint8Array(1024)], semantics)).tree();
    expect(await outcomeOf(tree)).toEqual({ gone: [], come: [] });
  });

  it.each(['../x', 'dir/../../x', '/../x'])('C29: the name %s leaves the root, which is an error', async (name) => {
    expect((await failureOf(() => merged([{ name, body: '' }], semantics))).code).toBe('PATH_ESCAPES');
    expect((await failureOf(() => merged([{ name: 'l', type: 'hardlink', linkname: name }], semantics))).code).toBe('PATH_ESCAPES');
  });

  it('C30: xattrs come through as the bytes they are', async () => {
    const xattrs = new Map([
      ['user.foo', Uint8Array.of(0, 1, 0xff, 0x3d, 0x0a)],
      ['security.capability', Uint8Array.of(1, 0, 0, 2, 0)],
      ['trusted.overlay.opaque', Uint8Array.of(0x79)],
    ]);
    const tree = await merged([{ name: 'dir/a', body: '', xattrs }], semantics);
    expect(tree.lookup('dir/a')?.xattrs).toEqual(xattrs);
    expect(await outcomeOf(tree)).toEqual({ gone: ['dir/a = a'], come: ['dir/a = '] });
  });
});

async function baseTar(): Promise<Uint8Array> {
  const layer = (await (await imageWith([BASE])).layers())[0];
  const parts: Uint8Array[] = [];
  for await (const chunk of await (layer as NonNullable<typeof layer>).uncompressed()) parts.push(chunk);
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

async function imageOfTars(tars: readonly Uint8Array[], semantics: Semantics): Promise<Image> {
  const store = new MemoryStore();
  const put = async (bytes: Uint8Array, mediaType: string) => {
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
    await store.push(descriptor, bytes);
    return descriptor;
  };
  const config = await put(
    encodeJson({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: tars.map((tar) => digestOf(tar)) } }),
    OCI_CONFIG,
  );
  const layers = await Promise.all(tars.map((tar) => put(tar, OCI_LAYER)));
  return new Image(store, await put(encodeJson({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers }), OCI_MANIFEST), { semantics });
}
