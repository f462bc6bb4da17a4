import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WritableLayout } from '../../src/layout/index.ts';
import { openWritableFolder } from '../../src/node/index.ts';
import { isAbandoned, newScratchName } from '../../src/node/scratch-name.ts';
import { type ByteStream, bytesSource } from '../../src/stream/index.ts';
import { scratch } from './scratch.ts';

const content = (text: string): ByteStream => bytesSource(new TextEncoder().encode(text)).stream();
const left = (path: string): string[] => readdirSync(path).filter((name) => name.startsWith('.'));

/** A name as that of a program that is gone: no process has this number. */
const DEAD = newScratchName('lock').replace(/\d+$/, '4194305');

describe('a folder that takes files', () => {
  it('is made, with the directories on the way, and shows nothing of what it works with', async () => {
    const path = join(scratch(), 'a/b');
    const folder = await openWritableFolder(path);
    await folder.write(content('one'), () => 'x/y/z');
    await folder.exclusively(async () => {
      expect(await folder.list()).toEqual([{ name: 'x', type: 'directory' }]);
      expect(left(path)).toHaveLength(1);
    });
    expect([readFileSync(join(path, 'x/y/z'), 'utf8'), left(path)]).toEqual(['one', []]);
    await folder.close();
  });

  it('shows the new file after a write, its own or of another', async () => {
    const path = scratch();
    const [one, two] = [await openWritableFolder(path), await openWritableFolder(path)];
    await one.write(content('old'), () => 'f');
    const before = await two.open('f');
    await one.write(content('newer'), () => 'f');
    expect([before.size, (await two.open('f')).size, (await one.open('f')).size]).toEqual([3, 5, 5]);
    expect(new TextDecoder().decode(await before.read(0, 3))).toBe('old');
    await Promise.all([one.close(), two.close()]);
  });

  it('has nothing of what fails: content that breaks, a place that cannot be', async () => {
    const path = scratch();
    writeFileSync(join(path, 'file'), '');
    const folder = await openWritableFolder(path);
    const broken = (async function* (): ByteStream {
      yield Uint8Array.of(1);
      throw new RangeError('broken');
    })();
    await expect(folder.write(broken, () => 'x')).rejects.toThrow('broken');
    await expect(folder.write(content('x'), () => 'file/x')).rejects.toMatchObject({ code: 'OUTPUT_FAILED' });
    await expect(folder.write(content('x'), () => '../x')).rejects.toMatchObject({ code: 'PATH_ESCAPES' });
    expect(readdirSync(path)).toEqual(['file']);
    await folder.close();
  });

  it('is closed when what is being written has ended', async () => {
    const path = scratch();
    const folder = await openWritableFolder(path);
    const slow = (async function* (): ByteStream {
      yield Uint8Array.of(1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      throw new RangeError('broken');
    })();
    const written = folder.write(slow, () => 'x').catch((error: Error) => error.message);
    await folder.close();
    expect([await written, readdirSync(path)]).toEqual(['broken', []]);
  });

  it('follows no link below its root', async () => {
    const path = scratch();
    const outside = scratch();
    symlinkSync(outside, join(path, 'blobs'));
    symlinkSync(join(outside, 'target'), join(path, 'index.json'));
    const folder = await openWritableFolder(path);
    await expect(folder.write(content('x'), () => 'blobs/x')).rejects.toMatchObject({ code: 'OUTPUT_FAILED' });
    await folder.write(content('{}'), () => 'index.json');
    expect([readdirSync(outside), readFileSync(join(path, 'index.json'), 'utf8')]).toEqual([[], '{}']);
    await folder.close();
  });

  it('removes what a program left that was killed, and nothing else', async () => {
    const path = scratch();
    const elsewhere = DEAD.replace(/-[0-9a-f]{8}-(\d+)$/, '-00000000-$1');
    for (const name of [DEAD, DEAD.replace('lock', 'part'), elsewhere, '.lading', newScratchName('part')]) writeFileSync(join(path, name), '');
    await (await openWritableFolder(path)).close();
    expect(left(path)).toHaveLength(3);
    expect([isAbandoned(DEAD), isAbandoned(elsewhere), isAbandoned('index.json')]).toEqual([true, false, false]);
  });
});

describe('the lock of a folder', () => {
  it('is held by one at a time, whoever asks', async () => {
    const path = scratch();
    const folders = await Promise.all(Array.from({ length: 4 }, () => openWritableFolder(path)));
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside--;
    };
    await Promise.all(folders.flatMap((folder) => [folder.exclusively(work), folder.exclusively(work), folder.exclusively(work)]));
    expect([most, left(path)]).toEqual([1, []]);
  });

  it('is taken over from a program that was killed, and from one that nobody can ask after a minute', async () => {
    const path = scratch();
    const folder = await openWritableFolder(path);
    const elsewhere = DEAD.replace(/-[0-9a-f]{8}-(\d+)$/, '-00000000-$1');
    for (const name of [DEAD, elsewhere]) writeFileSync(join(path, name), '');
    utimesSync(join(path, elsewhere), new Date(0), new Date(0));
    expect(await folder.exclusively(async () => 7)).toBe(7);
    expect(left(path)).toEqual([]);
  });

  it('is let go of where the work fails', async () => {
    const path = scratch();
    const folder = await openWritableFolder(path);
    await expect(folder.exclusively(() => Promise.reject(new RangeError('no')))).rejects.toThrow('no');
    expect(left(path)).toEqual([]);
  });
});

describe('two programs that write to one layout', () => {
  it('lose none of their tags', async () => {
    const path = join(scratch(), 'layout');
    const built = (file: string): string => new URL(`../../dist/${file}`, import.meta.url).href;
    const script = `
      import { WritableLayout } from '${built('layout/index.js')}';
      import { openWritableFolder } from '${built('node/index.js')}';
      const layout = await WritableLayout.open(await openWritableFolder(process.argv[1]));
      for (let i = 0; i < 25; i++) {
        const bytes = new TextEncoder().encode('content ' + process.argv[2] + i);
        await layout.tag(await layout.ingest('a/b', bytes), process.argv[2] + i);
      }`;
    const program = (name: string): Promise<number | null> =>
      new Promise((resolve) => {
        spawn(process.execPath, ['--input-type=module', '-e', script, path, name], { stdio: 'inherit' }).on('exit', resolve);
      });
    expect(await Promise.all([program('a'), program('b'), program('c')])).toEqual([0, 0, 0]);
    const names = (await (await WritableLayout.open(await openWritableFolder(path))).list()).map(({ name }) => name);
    expect(names.sort()).toEqual(['a', 'b', 'c'].flatMap((lead) => Array.from({ length: 25 }, (_, i) => `${lead}${i}`)).sort());
    expect(left(path)).toEqual([]);
  }, 60_000);
});
