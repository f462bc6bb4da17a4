import { describe, expect, it } from 'vitest';
import { findDuplicates, namedFiles, wastedBy } from '../../src/analyze/index.ts';
import { digestOf } from '../../src/digest/index.ts';
import { createSource, type Source } from '../../src/stream/index.ts';
import { file, Tree } from '../../src/tree/index.ts';

/** A body that tells when it is read. */
function watched(text: string, reads: string[], name: string): Source {
  const bytes = new TextEncoder().encode(text);
  const read = async (position: number, length: number): Promise<Uint8Array> => {
    reads.push(name);
    return bytes.subarray(position, position + length);
  };
  return createSource({ read }, bytes.length);
}

function treeOf(bodies: Readonly<Record<string, string>>, reads: string[]): Tree {
  const tree = new Tree();
  for (const [path, text] of Object.entries(bodies)) tree.set(path, file(watched(text, reads, path)));
  return tree;
}

describe('files of the same content', () => {
  it('are grouped, those that waste most first, and hard links are one file', async () => {
    const tree = treeOf({ a: 'same', 'd/b': 'same', 'd/c': 'larger content', e: 'larger content', f: 'some', g: '', h: '' }, []);
    tree.link('link', 'a');
    const groups = await findDuplicates(namedFiles(tree.walk()));
    expect(groups.map(({ digest, size, files }) => [digest, size, files.map(({ paths }) => paths)])).toEqual([
      [digestOf(new TextEncoder().encode('larger content')), 14, [['d/c'], ['e']]],
      [digestOf(new TextEncoder().encode('same')), 4, [['a', 'link'], ['d/b']]],
    ]);
    expect(groups.map(wastedBy)).toEqual([14, 4]);
  });

  it('are read once, and only if their size is that of another file', async () => {
    const reads: string[] = [];
    await findDuplicates(namedFiles(treeOf({ a: 'one', b: 'two', c: 'three', d: 'two' }, reads).walk()));
    expect(reads.sort()).toEqual(['a', 'b', 'd']);
  });

  it('are not read where they carry a digest', async () => {
    const reads: string[] = [];
    const known = `sha256:${'0'.repeat(64)}`;
    const files = ['a', 'b'].map((name) => ({ paths: [name], node: { ...file(watched('xy', reads, name)), digest: known } }));
    expect((await findDuplicates(files)).map(({ digest }) => digest)).toEqual([known]);
    expect(reads).toEqual([]);
  });

  it('of lower layers come first', async () => {
    const files = [1, 0].map((origin) => ({ paths: [`layer-${origin}`], node: file('same', { origin }) }));
    const [group] = await findDuplicates(files);
    expect(group?.files.map(({ paths }) => paths[0])).toEqual(['layer-0', 'layer-1']);
  });

  it('are none in an empty tree', async () => expect(await findDuplicates(namedFiles(new Tree().walk()))).toEqual([]));
});
