import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openPath as openPathNowhere } from '../../src/host.ts';
import { openPath } from '../../src/node/host.ts';
import { assertName } from '../../src/node/names.ts';
import { collect } from '../../src/stream/index.ts';
import { scratch } from './scratch.ts';

describe('a path of the host', () => {
  it('opens as a file that can be read anywhere, also through a link', async () => {
    const path = join(scratch(), 'file');
    writeFileSync(path, 'content');
    symlinkSync('file', `${path}-link`);
    for (const name of [path, `${path}-link`]) {
      const input = await openPath(name);
      if (input.kind !== 'file') throw new Error(input.kind);
      expect(Buffer.from(await input.source.read(3, 10)).toString()).toBe('tent');
      await input.close();
    }
  });

  it('opens as a folder, which is a tree too', async () => {
    const root = scratch();
    mkdirSync(join(root, 'd'));
    writeFileSync(join(root, 'd/file'), 'content');
    const input = await openPath(root);
    if (input.kind !== 'folder') throw new Error(input.kind);
    expect(await input.folder.list()).toEqual([{ name: 'd', type: 'directory' }]);
    expect((await input.tree()).tree.lookup('d/file')).toMatchObject({ type: 'file', size: 7 });
    await input.close();
  });

  it('opens as a stream where it is a FIFO, and waits for the writer only when it is read', async () => {
    const path = join(scratch(), 'fifo');
    execFileSync('mkfifo', [path]);
    const input = await openPath(path);
    if (input.kind !== 'stream') throw new Error(input.kind);
    const writer = spawn('sh', ['-c', `printf content > "$0"`, path]);
    const content = await collect(input.stream);
    expect(content.constructor).toBe(Uint8Array);
    expect(Buffer.from(content).toString()).toBe('content');
    await input.close();
    writer.kill();
  });

  it('opens as an empty stream where it is the null device', async () => {
    const input = await openPath('/dev/null');
    expect(input.kind === 'stream' && (await collect(input.stream))).toEqual(new Uint8Array(0));
  });

  it('is INPUT_UNREADABLE where nothing is', async () => {
    await expect(openPath('/nowhere/at/all')).rejects.toMatchObject({ code: 'INPUT_UNREADABLE', path: '/nowhere/at/all', cause: { code: 'ENOENT' } });
  });

  it('is HOST_PATH, with what to do, in a runtime without files', async () => {
    await expect(openPathNowhere('app.tar')).rejects.toMatchObject({
      code: 'HOST_PATH',
      path: 'app.tar',
      message: expect.stringContaining('give a File'),
    });
  });
});

describe('a name', () => {
  const refused = (name: string, platform?: string): string | undefined => {
    try {
      assertName(name, 'write', 'path', platform);
      return undefined;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it.each(['..', 'a/b', '/', '../x'])('that leads elsewhere is refused everywhere: %j', (name) => {
    expect(refused(name, 'linux')).toBe('PATH_ESCAPES');
  });

  it.each(['', '.', 'a\0b'])('that is none is refused everywhere: %j', (name) => {
    expect(refused(name, 'linux')).toBe('EINVAL');
  });

  // CVE-2021-37713, CVE-2026-31802: a drive letter or a backslash leads elsewhere. The others are devices, or not the name they seem to be.
  const windows = [
    'C:',
    'C:evil',
    'a\\..\\..\\b',
    '..\\x',
    'a:stream',
    'con',
    'NUL.txt',
    'nul .txt',
    'com1',
    'LPT\u00b9.x',
    'CONIN$',
    'dot.',
    'space ',
    'a?',
    'tab\t',
  ];
  it.each(windows)('that Windows takes for another is refused there, and a name like any other elsewhere: %j', (name) => {
    expect(refused(name, 'win32')).toBe('EINVAL');
    expect(refused(name, 'linux')).toBeUndefined();
  });

  it.each(['console', 'com', 'com10', 'nul-x', '.hidden', '...x', 'a b', 'é', '\udcff', '-rf'])('that is one is taken everywhere: %j', (name) => {
    expect(refused(name, 'win32')).toBeUndefined();
    expect(refused(name, 'linux')).toBeUndefined();
  });
});
