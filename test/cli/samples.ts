import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll } from 'vitest';
import { decodeText } from '../../src/bytes/index.ts';
import type { EntryInit } from '../../src/tar/index.ts';
import { tarOf as tar } from '../support/pack.ts';

const owner = { uid: 1000, gid: 100, uname: 'ada', gname: 'users', mtime: { seconds: 1_714_564_800, nanoseconds: 0 } };

/** An archive with an entry of every kind. */
export const ENTRIES: readonly EntryInit[] = [
  { name: './', ...owner },
  { name: './bin/', ...owner },
  { name: './bin/app', ...owner, mode: 0o4755, body: 'x'.repeat(3000) },
  { name: './bin/run', type: 'hardlink', ...owner, linkname: './bin/app' },
  { name: './dev/null', type: 'character-device', mode: 0o666, devmajor: 1, devminor: 3 },
  { name: './dev/pipe', type: 'fifo', mode: 0o600 },
  { name: './etc/', ...owner, mode: 0o700 },
  { name: './etc/app.conf', ...owner, mode: 0o640, body: 'port = 8080\n', mtime: { seconds: 1_714_564_800, nanoseconds: 123_456_789 } },
  { name: './etc/current', type: 'symlink', ...owner, linkname: 'app.conf' },
  { name: './etc/nowhere', type: 'symlink', ...owner, linkname: '/gone' },
];

export { tar };

/**
 * A new folder, gone after the tests of the file: `app.tar`, the same as `app.tar.gz`; `odd.tar`, whose names are not what one expects;
 * `nest.tar`, which holds `opt/data.tar.gz`, which holds `inner/deep.tar`, which holds `end.txt`; `broken.tar`, a header of which is faulty; `dir`.
 */
export async function makeSamples(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lading-cli-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, bytes: Uint8Array): void => writeFileSync(join(folder, name), bytes);
  const app = await tar(ENTRIES);
  write('app.tar', app);
  write('app.tar.gz', gzipSync(app));
  write('odd.tar', await oddTar());
  write('nest.tar', await nest());
  const broken = app.slice();
  broken[512] = 0x41;
  write('broken.tar', broken);
  mkdirSync(join(folder, 'dir/sub'), { recursive: true });
  writeFileSync(join(folder, 'dir/sub/file'), 'on disk\n');
  return folder;
}

async function nest(): Promise<Uint8Array> {
  const deep = await tar([{ name: 'end.txt', body: 'the end\n' }]);
  const data = await tar([
    { name: 'inner/deep.tar', body: deep },
    { name: 'inner/note', body: 'a note\n' },
  ]);
  return tar([{ name: 'opt/data.tar.gz', body: gzipSync(data) }]);
}

/** Names that are absolute, twice there, not UTF-8, or made to turn a terminal; xattrs, a sparse file, a strange type, data behind the end. */
async function oddTar(): Promise<Uint8Array> {
  const archive = await tar([
    { name: '/absolute', body: 'a' },
    { name: 'twice', body: 'first' },
    { name: 'twice', body: 'second' },
    { name: decodeText(Uint8Array.of(0x62, 0xff, 0x79)), body: 'bytes' },
    { name: 'red\x1b[31m\nline', body: '' },
    { name: 'link', type: 'symlink', linkname: decodeText(Uint8Array.of(0xfe)) },
    { name: 'capable', body: 'x', xattrs: new Map([['security.capability', Uint8Array.of(1, 0, 0, 2)]]) },
    { name: 'record', body: '', pax: new Map([['VENDOR.blob', Uint8Array.of(0xff)]]) },
    { name: 'holes', body: new Uint8Array(1024 * 1024), sparse: [{ offset: 512, length: 512 }] },
    { name: 'label', type: 'other:V' },
    { name: 'late', type: 'hardlink', linkname: 'target' },
    { name: 'target', body: 'target' },
  ]);
  const whole = new Uint8Array(archive.length + 512);
  whole.set(archive);
  whole.set([1], archive.length);
  return whole;
}
