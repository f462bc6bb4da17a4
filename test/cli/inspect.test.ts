import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json, printed } from './command.ts';
import { makeSamples } from './samples.ts';

const cwd = await makeSamples();

describe('inspect of a tar', () => {
  it('is one screen', () => {
    expect(printed(['inspect', 'app.tar'], { cwd })).toMatchInlineSnapshot(`
      "app.tar

      kind     tar
      entries  10: 2 files, 3 directories, 2 symbolic links, 1 hard link, 1 character device, 1 FIFO
      size     2.94 KiB in files, 10.5 KiB as a tar
      times    1970-01-01T00:00:00Z to 2024-05-01T12:00:00Z
      largest  2.93 KiB  ./bin/app
               12 bytes  ./etc/app.conf
      dialect  ustar 9, pax 1
      notable  devices: 1 (./dev/null)
               setuid or setgid files: 1 (./bin/app)
      "
    `);
  });

  it('names what is notable', () => {
    expect(printed(['inspect', 'odd.tar'], { cwd })).toMatchInlineSnapshot(`
      "odd.tar

      kind     tar
      entries  12: 9 files, 1 symbolic link, 1 hard link, 1 of type V
      size     1.00 MiB in files, 14.5 KiB as a tar
      times    1970-01-01T00:00:00Z
      largest  1.00 MiB  holes
                6 bytes  twice
                6 bytes  target
                5 bytes  twice
                5 bytes  b\\xffy
      dialect  ustar 9, pax 3
      notable  names that came before, of which the last counts: 1 (twice)
               absolute names: 1 (/absolute)
               names that are not UTF-8: 1 (b\\xffy)
               entries of a type without a meaning: 1 (label)
               hard links to what did not come before them: 1 (late)
               sparse files: 1 (holes)
               entries with extended attributes: 1 (capable)
               data after the end, which other readers never show
      "
    `);
  });

  it('says how it is compressed, and how large it is in both forms', () => {
    expect(json(['inspect', 'app.tar.gz'], { cwd })).toMatchObject({
      kind: 'tar',
      compression: 'gzip',
      images: [],
      artifacts: [],
      size: readFileSync(join(cwd, 'app.tar.gz')).length,
      unpackedSize: readFileSync(join(cwd, 'app.tar')).length,
      entries: 10,
      types: { file: 2, directory: 3, symlink: 2, hardlink: 1, 'character-device': 1, fifo: 1 },
      formats: { ustar: 9, pax: 1 },
      contentSize: 3012,
      mtime: { first: '1970-01-01T00:00:00.000000000Z', last: '2024-05-01T12:00:00.123456789Z' },
      largest: [
        { name: './bin/app', size: 3000 },
        { name: './etc/app.conf', size: 12 },
      ],
    });
    const piped = json(['inspect', '-'], { cwd, input: readFileSync(join(cwd, 'app.tar.gz')) });
    expect(piped).toMatchObject({ kind: 'tar', compression: 'gzip', entries: 10 });
    expect(piped).not.toHaveProperty('size');
  });

  it('counts what is odd by codes', () => {
    const { oddities } = json(['inspect', 'odd.tar'], { cwd }) as { oddities: { code: string; count: number; names: string[] }[] };
    expect(oddities.map(({ code, count }) => [code, count])).toEqual([
      ['duplicate-name', 1],
      ['absolute-name', 1],
      ['name-encoding', 1],
      ['unknown-type', 1],
      ['link-before-target', 1],
      ['sparse-file', 1],
      ['xattrs', 1],
      ['trailing-data', 1],
    ]);
    expect(oddities[2]?.names).toEqual(['b\udcffy']);
  });

  it('knows an archive that has no end', () => {
    const cut = readFileSync(join(cwd, 'app.tar'));
    const withEnd = (blocks: number): unknown => json(['inspect', '-'], { cwd, input: cut.subarray(0, cut.length - 1024 + blocks * 512) });
    expect(withEnd(0)).toMatchObject({ oddities: [{ code: 'device' }, { code: 'setuid-setgid' }, { code: 'no-end', count: 1, names: [] }] });
    expect(withEnd(1)).toMatchObject({ oddities: [{}, {}, { code: 'short-end' }] });
  });

  it('does not need its names to make a tree', () => {
    expect(json(['inspect', 'nest.tar!/opt/data.tar.gz!/inner/deep.tar'], { cwd })).toMatchObject({ kind: 'tar', entries: 1 });
  });
});

describe('inspect of a folder', () => {
  it('counts what is in it', () => {
    expect(json(['inspect', 'dir'], { cwd })).toMatchObject({
      kind: 'folder',
      entries: 2,
      types: { directory: 1, file: 1 },
      contentSize: 8,
      losses: [],
    });
    expect(printed(['inspect', 'dir'], { cwd })).toMatch(/^dir\n\nkind +folder\nentries +2: 1 file, 1 directory\nsize +8 bytes in files\n/);
  });
});
