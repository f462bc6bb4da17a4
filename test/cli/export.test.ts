import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/digest/index.ts';
import { bytesSource } from '../../src/stream/index.ts';
import { type EntryInit, type Header, readTarSync, scanTar } from '../../src/tar/index.ts';
import { treeFromTar } from '../../src/tree/index.ts';
import { failure, json, lading, printedBytes, shell } from './command.ts';
import { makeSamples, tar } from './samples.ts';

const cwd = await makeSamples();
const sample = (name: string): Uint8Array => readFileSync(join(cwd, name));
const exported = (...args: string[]): Uint8Array => printedBytes(['export', ...args, '-o', '-'], { cwd });
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
const headers = (archive: Uint8Array): Header[] => [...readTarSync(archive)].map(({ header }) => header);
const names = (archive: Uint8Array): string[] => headers(archive).map(({ name }) => name);

describe('export of a plain tar', () => {
  it.each(['app.tar', 'odd.tar', 'nest.tar'])('gives %s back byte for byte', (name) => {
    expect(same(exported(name), sample(name))).toBe(true);
  });

  it('decompresses, from a file and from a pipe', () => {
    expect(same(exported('app.tar.gz'), sample('app.tar'))).toBe(true);
    expect(same(printedBytes(['export', '-', '-o', '-'], { cwd, input: sample('app.tar.gz') }), sample('app.tar'))).toBe(true);
    expect(names(exported('nest.tar!/opt/data.tar.gz'))).toEqual(['inner/deep.tar', 'inner/note']);
  });

  it('writes nothing of one that is faulty', () => {
    expect(failure(['export', 'broken.tar', '-o', 'broken-copy.tar'], { cwd })).toMatchObject({ status: 3, code: 'TAR_CHECKSUM' });
    expect(existsSync(join(cwd, 'broken-copy.tar'))).toBe(false);
  });

  it('writes it in another dialect, or as a kind of package wants it', async () => {
    const gnu = headers(exported('app.tar', '--format', 'gnu'));
    expect(new Set(gnu.map(({ format }) => format))).toEqual(new Set(['gnu']));
    expect(gnu.map(({ name }) => name)).toEqual([
      './',
      'bin/',
      'bin/app',
      'bin/run',
      'dev/',
      'dev/null',
      'dev/pipe',
      'etc/',
      'etc/app.conf',
      'etc/current',
      'etc/nowhere',
    ]);
    const deb = headers(exported('nest.tar', '--profile', 'deb'));
    expect(deb.map(({ name, uname }) => [name, uname])).toEqual([
      ['./opt/', 'root'],
      ['./opt/data.tar.gz', 'root'],
    ]);
    expect(failure(['export', 'app.tar', '-o', 'package.tgz', '--profile', 'npm'], { cwd })).toMatchObject({ status: 3, code: 'TAR_FORMAT' });
  });

  it('cuts times to the second in a dialect that has no fractions, and says so', () => {
    const { status, stderr } = lading(['export', 'app.tar', '-o', 'seconds.tar', '--format', 'ustar'], { cwd });
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'lading: 1 time was cut to the second: ustar holds no fractions\n' });
    expect(headers(sample('seconds.tar')).every(({ mtime }) => mtime.nanoseconds === 0)).toBe(true);
  });

  it('keeps the holes of sparse files, but in packages', () => {
    const holes = (archive: Uint8Array): Header | undefined => headers(archive).find(({ name }) => name.endsWith('holes'));
    const hole = holes(exported('odd.tar', '--format', 'pax', '--exclude', 'label'));
    expect(hole?.sparse?.[0]).toEqual({ offset: 512, length: 512 });
    expect(holes(exported('odd.tar', '--profile', 'oci-layer'))).not.toHaveProperty('sparse');
  });
});

describe('export --exclude', () => {
  it('leaves out names, and paths with all below, and keeps the rest byte for byte', () => {
    expect(names(exported('app.tar', '--exclude', 'app.conf', '--exclude', 'bin'))).toEqual([
      './',
      './dev/null',
      './dev/pipe',
      './etc/',
      './etc/current',
      './etc/nowhere',
    ]);
    expect(names(exported('app.tar', '--exclude', 'etc/**'))).toContain('./etc/');
    expect(same(exported('odd.tar', '--exclude', 'none'), sample('odd.tar'))).toBe(true);
    expect(exported('odd.tar', '--exclude', 'absolute').length).toBe(sample('odd.tar').length - 1024);
  });

  it('makes the first hard link that stays the file, and the next ones links to that', async () => {
    const links: EntryInit[] = [
      { name: 'a', body: 'content', mode: 0o600 },
      { name: 'b', type: 'hardlink', linkname: 'a' },
      { name: 'c', type: 'hardlink', linkname: 'a' },
      { name: 'd', type: 'hardlink', linkname: 'c' },
      { name: 'e', type: 'hardlink', linkname: 'later' },
      { name: 'later', body: 'later' },
    ];
    writeFileSync(join(cwd, 'links.tar'), await tar(links));
    const kept = async (...globs: string[]): Promise<object> => {
      const archive = exported('links.tar', ...globs.flatMap((glob) => ['--exclude', glob]));
      const index = await scanTar(bytesSource(archive));
      treeFromTar(index); // fails where a link leads nowhere
      return Object.fromEntries(
        [...readTarSync(archive)].map(({ header, body }) => [header.name, header.linkname || new TextDecoder().decode(body)]),
      );
    };
    expect(await kept('a')).toEqual({ b: 'content', c: 'b', d: 'c', e: 'later', later: 'later' });
    expect(await kept('a', 'b')).toEqual({ c: 'content', d: 'c', e: 'later', later: 'later' });
    expect(await kept('c')).toEqual({ a: 'content', b: 'a', d: 'a', e: 'later', later: 'later' });
    expect(await kept('[ac]')).toEqual({ b: 'content', d: 'b', e: 'later', later: 'later' });
    expect(await kept('later')).toEqual({ a: 'content', b: 'a', c: 'a', d: 'c', e: 'later' });
    expect(await kept('?')).toEqual({ later: 'later' });
  });

  it('leaves a folder, and a tree that is written anew, without them too', () => {
    mkdirSync(join(cwd, 'project/node_modules/x'), { recursive: true });
    writeFileSync(join(cwd, 'project/index.js'), '');
    expect(names(exported('project', '--exclude', 'node_modules'))).toEqual(['./', 'index.js']);
    expect(names(exported('app.tar', '--format', 'pax', '--exclude', 'bin/*', '--exclude', 'dev'))).toEqual([
      './',
      'bin/',
      'etc/',
      'etc/app.conf',
      'etc/current',
      'etc/nowhere',
    ]);
  });
});

describe('export of a folder', () => {
  it('writes its tree, so that it lists as the folder does', () => {
    const archive = exported('dir');
    expect(names(archive)).toEqual(['./', 'sub/', 'sub/file']);
    const { stdout } = lading(['ls', '-R', '--json', '--digest', 'dir'], { cwd });
    expect(lading(['ls', '-R', '--json', '--digest', '-'], { cwd, input: archive }).stdout).toBe(stdout);
  });
});

describe('the destination of an export', () => {
  it('is told in JSON with its size and digest', () => {
    const app = sample('app.tar');
    expect(json(['export', 'app.tar.gz', '-o', 'copy.tar'], { cwd })).toEqual({ path: 'copy.tar', size: app.length, digest: digestOf(app) });
    expect(failure(['export', 'app.tar', '-o', '-'], { cwd })).toMatchObject({ status: 2, code: 'USAGE' });
  });

  it('is replaced only by force, and then whole', () => {
    writeFileSync(join(cwd, 'there.tar'), 'there');
    expect(failure(['export', 'app.tar', '-o', 'there.tar'], { cwd })).toMatchObject({ status: 2, code: 'OUTPUT_EXISTS', path: 'there.tar' });
    expect(lading(['export', 'broken.tar', '-o', 'there.tar', '--force'], { cwd }).status).toBe(3);
    expect(readFileSync(join(cwd, 'there.tar'), 'utf8')).toBe('there');
    expect(lading(['export', 'app.tar', '-o', 'there.tar', '--force'], { cwd })).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(same(sample('there.tar'), sample('app.tar'))).toBe(true);
    expect(readdirSync(cwd).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('may be the very file that is read', () => {
    writeFileSync(join(cwd, 'self.tar'), sample('app.tar'));
    expect(lading(['export', 'self.tar', '-o', 'self.tar', '--force', '--exclude', 'bin'], { cwd }).status).toBe(0);
    expect(names(sample('self.tar'))).not.toContain('./bin/app');
  });

  it('may be a link to a file, which stays a link, and a device, which stays a device', () => {
    writeFileSync(join(cwd, 'real.tar'), '');
    symlinkSync('real.tar', join(cwd, 'link.tar'));
    expect(lading(['export', 'app.tar', '-o', 'link.tar', '--force'], { cwd }).status).toBe(0);
    expect(readlinkSync(join(cwd, 'link.tar'))).toBe('real.tar');
    expect(same(sample('real.tar'), sample('app.tar'))).toBe(true);
    expect(lading(['export', 'app.tar', '-o', '/dev/null', '--force'], { cwd }).status).toBe(0);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('is no directory, and not in one that is not there', () => {
    expect(failure(['export', 'app.tar', '-o', 'dir'], { cwd })).toMatchObject({ status: 3, code: 'EISDIR' });
    expect(failure(['export', 'app.tar', '-o', 'none/copy.tar'], { cwd })).toMatchObject({ status: 3, code: 'OUTPUT_FAILED', path: 'none/copy.tar' });
    expect(failure(['export', 'app.tar'], { cwd })).toMatchObject({ status: 2, code: 'USAGE' });
  });

  it('is a pipe to whatever program reads tars', () => {
    expect(shell('set -o pipefail; lading export app.tar.gz -o - | tar -t > listed && head -n 3 listed', cwd)).toEqual({
      status: 0,
      stdout: './\n./bin/\n./bin/app\n',
      stderr: '',
    });
  });
});
