import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HeldDirectory } from '../../src/node/directory.ts';
import { openFolder } from '../../src/node/index.ts';
import { collect } from '../../src/stream/index.ts';
import { scratch } from './scratch.ts';

const text = async (source: { stream(): AsyncIterable<Uint8Array> }): Promise<string> => Buffer.from(await collect(source.stream())).toString();

function layout(): string {
  const root = scratch();
  mkdirSync(join(root, 'in/blobs/sha256'), { recursive: true });
  writeFileSync(join(root, 'in/blobs/sha256/aa'), 'blob');
  writeFileSync(join(root, 'in/index.json'), '{}');
  writeFileSync(join(root, 'secret'), 'outside');
  return join(root, 'in');
}

describe('a folder', () => {
  it('lists names in byte order with what they are, and opens files below it', async () => {
    const root = layout();
    symlinkSync('index.json', join(root, 'a-link'));
    execFileSync('mkfifo', [join(root, 'a-fifo')]);
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0x41])]), 'bytes');
    const folder = await openFolder(root);
    expect(await folder.list()).toEqual([
      { name: 'a-fifo', type: 'other' },
      { name: 'a-link', type: 'other' },
      { name: 'blobs', type: 'directory' },
      { name: 'index.json', type: 'file' },
      { name: '\udcffA', type: 'file' },
    ]);
    expect(await folder.list('blobs/sha256')).toEqual([{ name: 'aa', type: 'file' }]);
    expect(await text(await folder.open('blobs/sha256/aa'))).toBe('blob');
    expect(await text(await folder.open('\udcffA'))).toBe('bytes');
    await folder.close();
  });

  it('opens each file once and lets go of all when it is closed', async () => {
    const folder = await openFolder(layout());
    const file = await folder.open('index.json');
    expect(await folder.open('index.json')).toBe(file);
    await folder.close();
    await expect(file.read(0, 1)).rejects.toThrow(TypeError);
  });

  it('may itself be reached through a link', async () => {
    const root = layout();
    symlinkSync('in', join(root, '../link'));
    const folder = await openFolder(join(root, '../link'));
    expect(await text(await folder.open('index.json'))).toBe('{}');
    await folder.close();
  });

  it('does not follow links below its root, neither files nor directories on the way', async () => {
    const root = layout();
    symlinkSync('../../../secret', join(root, 'blobs/sha256/bb'));
    symlinkSync('blobs', join(root, 'other'));
    symlinkSync(join(root, '..'), join(root, 'blobs/sha512'));
    const folder = await openFolder(root);
    await expect(folder.open('blobs/sha256/bb')).rejects.toMatchObject({ code: 'ELOOP' });
    await expect(folder.open('other/sha256/aa')).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(folder.open('blobs/sha512/secret')).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(folder.list('other')).rejects.toMatchObject({ code: 'ENOTDIR' });
    await folder.close();
  });

  it.each(['../secret', 'blobs/../../secret', '/etc/passwd', 'blobs//sha256', './index.json', '', 'a\0b'])('refuses the path %j', async (path) => {
    const folder = await openFolder(layout());
    await expect(folder.open(path)).rejects.toMatchObject({ code: expect.stringMatching(/^(PATH_ESCAPES|EINVAL)$/) });
    await folder.close();
  });

  it('names what is missing or no file', async () => {
    const root = layout();
    execFileSync('mkfifo', [join(root, 'fifo')]);
    const folder = await openFolder(root);
    await expect(folder.open('oci-layout')).rejects.toMatchObject({ code: 'ENOENT', op: 'open' });
    await expect(folder.open('none/oci-layout')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(folder.open('index.json/x')).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(folder.open('blobs')).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(folder.open('fifo')).rejects.toMatchObject({ code: 'INPUT_KIND' });
    await expect(folder.list('none')).rejects.toMatchObject({ code: 'ENOENT' });
    await folder.close();
    await expect(openFolder(join(root, 'index.json'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(openFolder(join(root, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe.each([
  ['by /proc', true],
  ['by looking before each call', false],
])('a directory held %s', (_, anchored) => {
  it('does not open a link in it', () => {
    const root = scratch();
    mkdirSync(join(root, 'd'));
    symlinkSync('d', join(root, 'l'));
    const held = HeldDirectory.open(root, anchored);
    expect(() => held.open('l')).toThrow(/ENOTDIR|ELOOP/);
    expect(held.open('d').close()).toBeUndefined();
    held.close();
  });

  it('makes directories that nobody else may enter', () => {
    const held = HeldDirectory.open(scratch(), anchored);
    const made = held.make('d');
    expect(Number(made.stat().mode) & 0o777).toBe(0o700);
    expect(held.names()).toEqual(['d']);
    expect(held.lstat('d')?.isDirectory()).toBe(true);
    expect(held.lstat('none')).toBeUndefined();
    made.close();
    held.close();
  });

  it('never leads to what took its place', () => {
    const root = scratch();
    const outside = scratch();
    writeFileSync(join(outside, 'victim'), 'safe');
    const held = HeldDirectory.open(root, anchored);
    const inner = held.make('d');
    renameSync(join(root, 'd'), join(root, 'moved'));
    symlinkSync(outside, join(root, 'd'));
    const write = (): void => writeFileSync(inner.at('victim'), 'changed');
    if (anchored) write();
    else expect(write).toThrow(expect.objectContaining({ code: 'ESTALE' }));
    expect(existsSync(join(root, 'moved/victim'))).toBe(anchored);
    expect(readFileSync(join(outside, 'victim'), 'utf8')).toBe('safe');
    inner.close();
    held.close();
  });
});
