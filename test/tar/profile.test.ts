import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../src/stream/index.ts';
import { type EntryInit, PROFILES, type ProfileName, readTarSync, writeProfile, writeTar } from '../../src/tar/index.ts';
import { join, sameBytes, text, zeros } from './raw.ts';

const write = (entries: readonly EntryInit[], profile: ProfileName) => collect(writeProfile(entries, PROFILES[profile]));
const headers = async (entries: readonly EntryInit[], profile: ProfileName) =>
  Array.from(readTarSync(await write(entries, profile)), ({ header }) => header);

let home = '';
beforeAll(() => {
  home = mkdtempSync(joinPath(tmpdir(), 'lading-profile-'));
});
afterAll(() => rmSync(home, { recursive: true }));

describe('the npm profile', () => {
  /** A package on the disk, and the tar that `npm pack` makes of it. */
  function npmPack(name: string, files: Readonly<Record<string, string>>): Uint8Array {
    const folder = joinPath(home, name);
    for (const [path, content] of Object.entries({ 'package.json': JSON.stringify({ name, version: '1.0.0', bin: 'cli.js' }), ...files })) {
      mkdirSync(joinPath(folder, path, '..'), { recursive: true });
      writeFileSync(joinPath(folder, path), content);
    }
    execFileSync('npm', ['pack', '--offline', '--ignore-scripts', '--silent'], { cwd: folder, shell: process.platform === 'win32' });
    return new Uint8Array(gunzipSync(readFileSync(joinPath(folder, `${name}-1.0.0.tgz`))));
  }

  /** The same files through the profile, in the order of the original. */
  function again(tar: Uint8Array): Promise<Uint8Array> {
    const entries = Array.from(readTarSync(tar), ({ header: { name, mode }, body }) => ({ name: name.replace('package/', ''), mode, body }));
    return write(entries, 'npm');
  }

  it('gives the bytes that npm pack gives, where ustar holds the names', async () => {
    const tar = npmPack('plain', {
      'README.md': '# plain\n',
      'cli.js': '#!/usr/bin/env node\n',
      'empty.txt': '',
      'large.txt': 'x'.repeat(300_000),
      'lib/index.js': 'export {};\n',
      [`lib/${'d'.repeat(60)}/${'n'.repeat(60)}.js`]: 'long\n',
    });
    expect([...readTarSync(tar)].length).toBe(7);
    sameBytes(await again(tar), tar);
  });

  it('gives the same files where npm writes PAX headers that are not needed', async () => {
    const tar = npmPack('other', { 'naïve.txt': 'é\n', [`${'n'.repeat(120)}.txt`]: 'long\n' });
    const files = (raw: Uint8Array) =>
      Array.from(readTarSync(raw), ({ header: { name, mode, size, mtime, uid }, body }) => ({ name, mode, size, mtime, uid, body }));
    const ours = await again(tar);
    expect(files(ours)).toEqual(files(tar));
    expect(ours.length).toBeLessThan(tar.length);
  });

  it('writes files alone: directories are left out, links refused', async () => {
    const entries: EntryInit[] = [
      { name: 'lib/' },
      { name: 'lib/a.js', body: 'x', uid: 1000, gid: 1000, uname: 'me', gname: 'us', mtime: new Date() },
    ];
    expect(await headers(entries, 'npm')).toMatchObject([
      {
        name: 'package/lib/a.js',
        uid: 0,
        gid: 0,
        uname: '',
        gname: '',
        mtime: { seconds: Date.parse('1985-10-26T08:15:00Z') / 1000, nanoseconds: 0 },
      },
    ]);
    for (const type of ['symlink', 'hardlink', 'fifo'] as const)
      await expect(write([{ name: 'l', type, linkname: 'a' }], 'npm')).rejects.toMatchObject({
        code: 'TAR_FORMAT',
        message: `Cannot write "l": a ${type} has no place in this kind of package`,
      });
  });
});

describe('the deb profiles', () => {
  const tree: readonly EntryInit[] = [
    { name: 'usr/' },
    { name: 'usr/share/' },
    { name: 'usr/share/lading/' },
    { name: 'usr/share/lading/data.txt', body: 'data\n', uid: 1000, uname: 'me', mtime: new Date(1_700_000_000_000) },
    { name: 'usr/share/lading/link', type: 'symlink', linkname: 'data.txt' },
    { name: 'usr/share/lading/hard', type: 'hardlink', linkname: 'usr/share/lading/data.txt' },
    { name: `usr/share/lading/${'n'.repeat(150)}`, body: 'long\n' },
  ];
  const control = [
    {
      name: 'control',
      body: 'Package: lading-test\nVersion: 1.0\nArchitecture: all\nMaintainer: Nobody <nobody@example.org>\nDescription: a test\n',
    },
  ];

  /** A member of an ar archive. */
  function member(name: string, body: Uint8Array): Uint8Array {
    const header = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(body.length).padEnd(10)}\`\n`;
    return join(text(header), body, text(body.length % 2 === 1 ? '\n' : ''));
  }

  it('write GNU and never PAX, names below ./, hard links too, and root as the owner', async () => {
    const found = await headers(tree, 'deb');
    expect(found.map(({ name }) => name)).toEqual(tree.map(({ name }) => `./${name}`));
    expect(found[5]).toMatchObject({ type: 'hardlink', linkname: './usr/share/lading/data.txt' });
    expect(found[4]).toMatchObject({ type: 'symlink', linkname: 'data.txt' });
    for (const header of found) expect(header).toMatchObject({ uid: 0, gid: 0, uname: 'root', gname: 'root', format: 'gnu', pax: new Map() });
    await expect(write([{ name: 'a', xattrs: new Map([['user.a', text('b')]]) }], 'deb')).rejects.toMatchObject({ code: 'TAR_FORMAT' });
    await expect(write([{ name: 'a', type: 'symlink', linkname: 'b' }], 'deb-control')).rejects.toMatchObject({ code: 'TAR_FORMAT' });
  });

  it.skipIf(spawnSync('dpkg-deb', ['--version']).error)('make a package that dpkg-deb lists and unpacks', async () => {
    const [controlTar, dataTar] = await Promise.all([write(control, 'deb-control'), write(tree, 'deb')]);
    const deb = joinPath(home, 'test.deb');
    const parts = [member('debian-binary', text('2.0\n')), member('control.tar.gz', gzipSync(controlTar)), member('data.tar.gz', gzipSync(dataTar))];
    writeFileSync(deb, join(text('!<arch>\n'), ...parts));
    expect(execFileSync('dpkg-deb', ['--field', deb, 'Package'], { encoding: 'utf8' })).toBe('lading-test\n');
    const listed = execFileSync('dpkg-deb', ['--contents', deb], { encoding: 'utf8' });
    expect(listed).toContain('root/root');
    const folder = joinPath(home, 'unpacked');
    execFileSync('dpkg-deb', ['--extract', deb, folder]);
    const lading = joinPath(folder, 'usr/share/lading');
    expect(readdirSync(lading).sort()).toEqual(['data.txt', 'hard', 'link', 'n'.repeat(150)]);
    expect(readFileSync(joinPath(lading, 'link'), 'utf8')).toBe('data\n');
    expect(statSync(joinPath(lading, 'hard')).ino).toBe(statSync(joinPath(lading, 'data.txt')).ino);
  });
});

describe('the other profiles', () => {
  const entries: readonly EntryInit[] = [{ name: '.PKGINFO', body: 'pkgname = a\n', uid: 1000, uname: 'me', mtime: new Date(5000) }];

  it('cut an apk before its end, so that the next part can be joined to it', async () => {
    const part = await write(entries, 'apk');
    expect(part.length).toBe(1024);
    const whole = join(part, await write([{ name: 'usr/' }], 'apk'), zeros(1024));
    expect(Array.from(readTarSync(whole), ({ header }) => header.name)).toEqual(['.PKGINFO', 'usr/']);
  });

  it.each(['arch', 'apk'] as const)('give %s its names as they are, and root as the owner', async (profile) => {
    expect(await headers(entries, profile)).toMatchObject([
      { name: '.PKGINFO', uid: 0, uname: 'root', gname: 'root', mtime: { seconds: 5 }, format: 'ustar' },
    ]);
  });

  it('write an sdist without devices', async () => {
    expect(await headers([{ name: 'a-1.0/', uid: 5 }], 'sdist')).toMatchObject([{ name: 'a-1.0/', uid: 5 }]);
    await expect(write([{ name: 'a', type: 'fifo' }], 'sdist')).rejects.toMatchObject({ code: 'TAR_FORMAT' });
  });

  it.each(['oci-layer', 'docker-archive'] as const)('write %s as writeTar does', async (profile) => {
    sameBytes(await write(entries, profile), await collect(writeTar(entries)));
  });

  it('give way to what the caller orders', async () => {
    const raw = await collect(writeProfile(entries, PROFILES.apk, { endOfArchive: true, format: 'gnu' }));
    expect(raw.length).toBe(2048);
    expect([...readTarSync(raw)][0]?.header.format).toBe('gnu');
  });
});
