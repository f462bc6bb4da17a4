import { describe, expect, it } from 'vitest';
import { failure, json, printed } from './command.ts';
import { makeSamples } from './samples.ts';

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
  ])('%s %s is wrong usage', (option, value) => {
    expect(failure(['find', 'app.tar', option, value], { cwd })).toMatchObject({ status: 2, code: 'USAGE' });
  });
});
