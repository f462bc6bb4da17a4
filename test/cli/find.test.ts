import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classic } from '../support/docker.ts';
import { plainImage } from '../support/image.ts';
import { failure, json, printed } from './command.ts';
import { makeSamples, tar } from './samples.ts';
import { schemaFaults } from './schema.ts';

const cwd = await makeSamples();
const find = (...args: string[]): string[] =>
  printed(['find', ...args], { cwd })
    .split('\n')
    .slice(0, -1);

describe('find', () => {
  it('lists everything where no test is given, and what is below a path', () => {
    expect(find('app.tar')).toHaveLength(10);
    expect(find('app.tar', 'bin')).toEqual(['bin/app', 'bin/run']);
    expect(find('dir')).toEqual(['sub', 'sub/file']);
  });

  it.each([
    [
      ['--name', 'app*'],
      ['bin/app', 'etc/app.conf'],
    ],
    [['--name', '*.{conf,none}'], ['etc/app.conf']],
    [
      ['--name', '[bd]??'],
      ['bin', 'dev'],
    ],
    [
      ['--name', 'etc/*'],
      ['etc/app.conf', 'etc/current', 'etc/nowhere'],
    ],
    [
      ['--name', '/**/app*'],
      ['bin/app', 'etc/app.conf'],
    ],
    [
      ['--name', '*/app*'],
      ['bin/app', 'etc/app.conf'],
    ],
    [['--name', 'none'], []],
    [
      ['--type', 'd'],
      ['bin', 'dev', 'etc'],
    ],
    [
      ['--type', 'directory,fifo'],
      ['bin', 'dev', 'dev/pipe', 'etc'],
    ],
    [
      ['--type', 'c,p'],
      ['dev/null', 'dev/pipe'],
    ],
    [
      ['--type', 'l'],
      ['etc/current', 'etc/nowhere'],
    ],
    [
      ['--size', '+1k'],
      ['bin/app', 'bin/run'],
    ],
    [['--size', '-1k'], ['etc/app.conf']],
    [['--size', '12'], ['etc/app.conf']],
    [['--size', '-12'], []],
    [['--newer', '2024-05-01T12:00:00Z'], ['etc/app.conf']],
    [['--newer', '2024-05-02'], []],
    [
      ['--newer', '2024-05-01T13:59:59+02:00', '--type', 'f'],
      ['bin/app', 'bin/run', 'etc/app.conf'],
    ],
    [['--name', 'app*', '--size', '-1k'], ['etc/app.conf']],
    [
      ['--depth', '1'],
      ['bin', 'dev', 'etc'],
    ],
    [['--depth', '0'], []],
  ])('%j finds %j', (options, paths) => {
    expect(find('app.tar', ...options)).toEqual(paths);
  });

  it('looks into archives inside archives', () => {
    expect(find('nest.tar', 'opt/data.tar.gz!/', '--name', 'n*')).toEqual(['inner/note']);
  });

  it('prints the rows of ls as JSON', () => {
    expect(json(['find', 'app.tar', '--name', 'current'], { cwd })).toMatchObject([{ path: 'etc/current', type: 'symlink', target: 'app.conf' }]);
    expect(json(['find', 'app.tar', '--digest', '--size', '12'], { cwd })).toMatchObject([
      { digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    ]);
    expect(json(['find', 'app.tar', '--name', 'none'], { cwd })).toEqual([]);
  });

  it.each([
    ['--type', 'x'],
    ['--size', 'big'],
    ['--newer', 'yesterday'],
    ['--newer', '2024-05-01T12:00'],
    ['--newer', '2026-02-30'],
    ['--newer', '2026-02-30T12:00:00+02:00'],
    ['--name', ''],
    ['--name', '/'],
  ])('%s %s is wrong usage', (option, value) => {
    expect(failure(['find', 'app.tar', option, value], { cwd })).toMatchObject({ status: 2, code: 'USAGE' });
  });
});

const TWINS = await tar([
  { name: 'a', body: 'same' },
  { name: 'b/c', body: 'same' },
  { name: 'b/link', type: 'hardlink', linkname: 'b/c' },
  { name: 'b/more', body: 'same' },
  { name: 'z', body: 'some' },
]);
writeFileSync(join(cwd, 'twins.tar'), TWINS);

describe('find --duplicates', () => {
  it('groups the files that are found by content', () => {
    expect(printed(['find', 'twins.tar', '--duplicates'], { cwd })).toMatch(
      /^3 × 4 bytes, 8 bytes wasted {2}sha256:[0-9a-f]{64}\n {2}a\n {2}b\/c = b\/link\n {2}b\/more\n8 bytes wasted in 1 group\n$/,
    );
    expect(json(['find', 'twins.tar', 'b', '--duplicates'], { cwd })).toMatchObject([
      {
        size: 4,
        wasted: 4,
        files: [
          { path: 'b/c', file: 0 },
          { path: 'b/link', file: 0 },
          { path: 'b/more', file: 1 },
        ],
      },
    ]);
    expect(printed(['find', 'twins.tar', '--duplicates', '--name', 'more'], { cwd })).toBe('');
  });

  it('reads a tar from a pipe', () => {
    expect(json(['find', '-', '--duplicates'], { cwd, input: TWINS })).toHaveLength(1);
  });
});

describe('find --summarize', () => {
  it('adds up what is found by directory, the largest first', () => {
    expect(printed(['find', 'app.tar', '--summarize'], { cwd })).toBe('2.94 KiB  2  .\n2.93 KiB  1  bin\n12 bytes  1  etc\n 0 bytes  0  dev\n');
    expect(json(['find', 'app.tar', '--summarize', '--depth', '0'], { cwd })).toEqual([{ path: '', files: 2, bytes: 3012 }]);
    expect(json(['find', 'app.tar', 'etc', '--summarize', '--name', '*.conf'], { cwd })).toEqual([{ path: 'etc', files: 1, bytes: 12 }]);
  });
});

describe('find --depth', () => {
  it('counts from the path', () => {
    expect(find('nest.tar', 'opt', '--depth', '1')).toEqual(['opt/data.tar.gz']);
    expect(find('nest.tar', 'opt/data.tar.gz!/', '--depth', '1')).toEqual(['inner']);
  });
});

const LAYERS = [
  [
    { name: 'etc/', mode: 0o755 },
    { name: 'etc/secret.pem', body: 'secret' },
    { name: 'etc/conf', body: 'old' },
  ],
  [
    { name: 'etc/.wh.secret.pem', body: '' },
    { name: 'etc/conf', body: 'new' },
  ],
];
writeFileSync(join(cwd, 'image.tar'), await tar(classic({ image: await plainImage(LAYERS), tags: null })));

describe('find --all-layers', () => {
  it('finds what later layers removed or replaced, with the layer', () => {
    expect(find('image.tar', '--all-layers')).toEqual([
      '0  visible  etc',
      '0  hidden   etc/conf',
      '0  hidden   etc/secret.pem',
      '1  visible  etc/conf',
    ]);
    expect(find('image.tar', 'etc', '--all-layers', '--name', '*.pem')).toEqual(['0  hidden  etc/secret.pem']);
  });

  it('has rows of the schema of ls', () => {
    const rows = json(['find', 'image.tar', '--all-layers', '--type', 'f', '--digest'], { cwd });
    expect(schemaFaults('ls', rows)).toEqual([]);
    expect(rows).toMatchObject([
      { path: 'etc/conf', layer: 0, visible: false, digest: expect.stringMatching(/^sha256:/) },
      { path: 'etc/secret.pem', layer: 0, visible: false, size: 6 },
      { path: 'etc/conf', layer: 1, visible: true },
    ]);
  });

  it('wants an image, and a directory that a layer has', () => {
    expect(failure(['find', 'app.tar', '--all-layers'], { cwd })).toMatchObject({ status: 2, code: 'USAGE' });
    expect(failure(['find', 'image.tar', '--all-layers', '--layer', '0'], { cwd })).toMatchObject({ status: 2, code: 'USAGE' });
    expect(failure(['find', 'image.tar', 'etc!/x', '--all-layers'], { cwd })).toMatchObject({ status: 2, code: 'USAGE' });
    expect(failure(['find', 'image.tar', 'none', '--all-layers'], { cwd })).toMatchObject({ status: 3, code: 'ENOENT' });
  });
});
