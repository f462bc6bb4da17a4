import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { failure, json, printed, printedBytes } from './command.ts';
import { makeSamples } from './samples.ts';

const cwd = await makeSamples();

it('prints files one after the other, links followed', () => {
  expect(printed(['cat', 'app.tar', 'etc/app.conf', '/etc/current'], { cwd })).toBe('port = 8080\nport = 8080\n');
  expect(printed(['cat', 'dir', 'sub/file'], { cwd })).toBe('on disk\n');
  expect(printed(['cat', 'app.tar.gz', 'bin/run'], { cwd })).toBe('x'.repeat(3000));
});

it('fills the holes of a sparse file', () => {
  const bytes = printedBytes(['cat', 'odd.tar', 'holes'], { cwd });
  expect([bytes.length, bytes.every((byte) => byte === 0)]).toEqual([1024 * 1024, true]);
});

it('reaches into archives inside archives, from both sides', () => {
  expect(printed(['cat', 'nest.tar', 'opt/data.tar.gz!/inner/deep.tar!/end.txt', 'opt/data.tar.gz!/inner/note'], { cwd })).toBe('the end\na note\n');
  expect(printed(['cat', 'nest.tar!/opt/data.tar.gz!/inner/deep.tar', 'end.txt'], { cwd })).toBe('the end\n');
});

it('prints from a pipe', () => {
  expect(printed(['cat', '-', 'etc/app.conf'], { cwd, input: readFileSync(join(cwd, 'app.tar')) })).toBe('port = 8080\n');
});

it('gives content as text in JSON, or in base64 where it is none', () => {
  expect(json(['cat', 'app.tar', 'etc/current'], { cwd })).toEqual([{ path: 'etc/current', size: 12, text: 'port = 8080\n' }]);
  expect(json(['cat', 'nest.tar', 'opt/data.tar.gz'], { cwd })).toMatchObject([{ path: 'opt/data.tar.gz', base64: expect.stringMatching(/^H4s/) }]);
});

it('prints nothing where one of the paths is no file', () => {
  expect(failure(['cat', 'app.tar', 'etc/app.conf', 'etc'], { cwd })).toMatchObject({ status: 3, code: 'EISDIR', path: 'etc' });
  expect(failure(['cat', 'app.tar', 'etc/none'], { cwd })).toMatchObject({ status: 3, code: 'ENOENT' });
  expect(failure(['cat', 'app.tar', 'etc/nowhere'], { cwd })).toMatchObject({ status: 3, code: 'ENOENT' });
  expect(failure(['cat', 'app.tar', 'dev/null'], { cwd })).toMatchObject({ status: 3, code: 'EINVAL' });
  expect(failure(['cat', 'app.tar'], { cwd })).toMatchObject({ status: 2, code: 'USAGE' });
});
