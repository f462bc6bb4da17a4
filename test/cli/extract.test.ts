import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failure, lading } from './command.ts';
import { makeSamples, tar } from './samples.ts';

const cwd = await makeSamples();
const at = (...names: string[]): string => join(cwd, ...names);
const below = (folder: string): string[] => readdirSync(at(folder), { recursive: true, encoding: 'utf8' }).sort();
const extract = (...args: string[]): ReturnType<typeof lading> => lading(['extract', ...args], { cwd });

describe('extract', () => {
  it('writes the tree with modes and times, and tells what it left out', () => {
    const { status, stdout, stderr } = extract('app.tar', 'out');
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toMatch(/^lading: mode not set: bin\/app.*setuid/m);
    expect(stderr).toMatch(/^lading: not written: dev\/null/m);
    expect(below('out')).toEqual(['bin', 'bin/app', 'bin/run', 'dev', 'dev/pipe', 'etc', 'etc/app.conf', 'etc/current', 'etc/nowhere']);
    expect(readFileSync(at('out/etc/app.conf'), 'utf8')).toBe('port = 8080\n');
    expect(readlinkSync(at('out/etc/nowhere'))).toBe('/gone');
    const { mode, mtimeMs, ino } = lstatSync(at('out/bin/app'));
    expect([(mode & 0o7777).toString(8), mtimeMs]).toEqual(['755', 1_714_564_800_000]);
    expect(lstatSync(at('out/bin/run')).ino).toBe(ino);
  });

  it('writes only some paths with what is below them, and the directories on the way', () => {
    expect(extract('app.tar', 'some', 'etc/app.conf', 'bin').status).toBe(0);
    expect(below('some')).toEqual(['bin', 'bin/app', 'bin/run', 'etc', 'etc/app.conf']);
    expect((lstatSync(at('some/etc')).mode & 0o777).toString(8)).toBe('700');
    expect(failure(['extract', 'app.tar', 'none', 'etc/none'], { cwd })).toMatchObject({ status: 3, code: 'ENOENT' });
    expect(existsSync(at('none'))).toBe(false);
  });

  it('writes from gzip, from a pipe and from archives inside archives', () => {
    expect(extract('app.tar.gz', 'unpacked', 'etc').status).toBe(0);
    expect(lading(['extract', '-', 'piped', 'etc'], { cwd, input: readFileSync(at('app.tar')) }).status).toBe(0);
    expect(below('piped')).toEqual(below('unpacked'));
    expect(extract('nest.tar!/opt/data.tar.gz!/inner/deep.tar', 'deep').status).toBe(0);
    expect(readFileSync(at('deep/end.txt'), 'utf8')).toBe('the end\n');
  });

  it('leaves what is there alone, and merges into it by force', () => {
    mkdirSync(at('full'));
    writeFileSync(at('full/mine'), 'mine');
    expect(failure(['extract', 'app.tar', 'full'], { cwd })).toMatchObject({ status: 2, code: 'OUTPUT_EXISTS' });
    expect(below('full')).toEqual(['mine']);
    expect(extract('app.tar', 'full', 'etc', '--force').status).toBe(0);
    expect(below('full')).toContain('etc/app.conf');
    expect(readFileSync(at('full/mine'), 'utf8')).toBe('mine');
  });

  it('reports in JSON', () => {
    const { status, stdout } = extract('app.tar', 'told', '--json');
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ destination: 'told', bytes: 3012 });
    expect(report.losses).toContainEqual(expect.objectContaining({ path: 'bin/app', what: 'mode', code: 'NOT_PRESERVED' }));
    expect(report.losses).toContainEqual(expect.objectContaining({ path: 'dev/null', what: 'entry', code: 'NOT_PRESERVED' }));
  });

  it('answers no where something could not be set that was asked for', () => {
    expect(extract('odd.tar', 'kept', 'capable').status).toBe(0);
    const { status, stderr } = extract('odd.tar', 'preserved', 'capable', '--preserve');
    expect(status).toBe(1);
    expect(stderr).toMatch(/xattrs not set: capable: .*security\.capability/);
  });

  it('says many losses of a kind in one line', async () => {
    const setuid = Array.from({ length: 1234 }, (_, i) => ({ name: `file-${String(i).padStart(4, '0')}`, mode: 0o4755, body: '' }));
    writeFileSync(at('many.tar'), await tar(setuid));
    const { stderr } = extract('many.tar', 'many');
    expect(stderr).toMatch(/^lading: mode not set: file-0000, file-0001, file-0002 and 1,231 more .*setuid.*\n$/);
  });

  it('refuses an archive that leaves its root, and writes nothing', async () => {
    writeFileSync(
      at('escape.tar'),
      await tar([
        { name: 'good', body: '' },
        { name: '../evil', body: '' },
      ]),
    );
    expect(failure(['extract', 'escape.tar', 'escaped'], { cwd })).toMatchObject({ status: 3, code: 'PATH_ESCAPES' });
    expect([existsSync(at('escaped')), existsSync(at('evil'))]).toEqual([false, false]);
  });
});
