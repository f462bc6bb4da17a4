import { describe, expect, it } from 'vitest';
import { storedNodes } from '../../src/analyze/index.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import type { Semantics } from '../../src/tree/index.ts';
import { failureOf, imageWith } from '../support/open.ts';

async function storedIn(layers: readonly (readonly EntryInit[])[], path?: string, semantics: Semantics = 'overlay'): Promise<string[]> {
  const lines: string[] = [];
  for await (const stored of storedNodes(await imageWith(layers, { semantics }), path))
    lines.push(`${stored.layer.position} ${stored.path}${stored.isVisible ? '' : ' hidden'}`);
  return lines;
}

const at = (name: string, body = 'x'): EntryInit => ({ name, body });
const link = (name: string, linkname: string, type: 'hardlink' | 'symlink' = 'hardlink'): EntryInit => ({ name, type, linkname });

describe('what layers store', () => {
  it('is there with what later layers removed, replaced or hid, without whiteouts and directories that have no entry', async () => {
    expect(
      await storedIn([
        [at('a'), at('b'), at('d/c'), { name: 'e/' }],
        [at('.wh.a'), at('b'), at('d'), { name: 'e/' }],
      ]),
    ).toEqual(['0 a hidden', '0 b hidden', '0 d/c hidden', '0 e hidden', '1 b', '1 d', '1 e']);
  });

  it('has every name of a file, a link to a lower layer too', async () => {
    expect(
      await storedIn([
        [at('a'), link('b', 'a')],
        [at('.wh.a'), link('c', 'b')],
      ]),
    ).toEqual(['0 a hidden', '0 b', '1 c']);
  });

  it('is what engines see that follow links to lower layers', async () => {
    const layers = [[{ name: 'etc/' }, link('lnk', 'etc', 'symlink')], [at('lnk/a')]];
    expect(await storedIn(layers)).toEqual(['0 etc', '0 lnk hidden', '1 lnk/a']);
    expect(await storedIn(layers, '', 'sequential')).toEqual(['0 etc', '0 lnk', '1 lnk/a']);
  });

  it('may be asked for below a directory', async () => {
    const layers = [[at('d/a'), at('b')], [at('.wh.d')]];
    expect(await storedIn(layers, 'd')).toEqual(['0 d/a hidden']);
    expect((await failureOf(() => storedIn(layers, 'b'))).code).toBe('ENOENT');
  });
});
