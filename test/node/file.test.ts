import { createHook } from 'node:async_hooks';
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readlinkSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes/index.ts';
import { Digester, digestOf } from '../../src/digest/index.ts';
import { LadingError } from '../../src/errors.ts';
import { openFile, openFileSync, spill } from '../../src/node/index.ts';
import { CHUNK } from '../../src/node/memory.ts';
import { collect, drain, giveBack, type Source } from '../../src/stream/index.ts';
import { scratch } from './scratch.ts';

const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

function fileOf(bytes: Uint8Array): string {
  const path = join(scratch(), 'file');
  writeFileSync(path, bytes);
  return path;
}

const openPaths = (): string[] =>
  readdirSync('/proc/self/fd')
    .map((fd) => `/proc/self/fd/${fd}`)
    .filter(existsSync)
    .map((fd) => readlinkSync(fd));

describe('a file opened as a Source', () => {
  it('gives the bytes at any place, later or at once, through slices of slices', async () => {
    const bytes = pattern(100_000);
    await using source = await openFile(fileOf(bytes));
    expect(source.size).toBe(bytes.length);
    const range = fc.tuple(fc.nat(bytes.length), fc.nat(70_000), fc.nat(1000));
    await fc.assert(
      fc.asyncProperty(range, async ([position, length, start]) => {
        const slice: Source = source.slice(start).slice(0, 90_000);
        const expected = bytes.subarray(start, start + 90_000).subarray(position, position + length);
        expect(Buffer.compare(await slice.read(position, length), expected)).toBe(0);
        expect(Buffer.compare(slice.readSync?.(position, length) as Uint8Array, expected)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('streams a range in chunks that are no larger than 1 MiB', async () => {
    const bytes = pattern(4_000_000);
    await using source = await openFile(fileOf(bytes));
    const chunks: Uint8Array[] = [];
    for await (const chunk of source.stream(100, 3_600_000)) chunks.push(chunk);
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(1024 * 1024);
    expect(Buffer.compare(Buffer.concat(chunks), bytes.subarray(100, 3_600_000))).toBe(0);
  });

  it('reads what is short at once: a turn through the thread pool takes longer', async () => {
    await using source = await openFile(fileOf(pattern(200_000)));
    let turns = 0;
    const watch = createHook({ init: (_, type) => (turns += type === 'FSREQCALLBACK' ? 1 : 0) }).enable();
    for (let at = 0; at < 200_000; at += 1000) await drain(source.stream(at, at + 1000));
    const short = turns;
    await drain(source.stream());
    watch.disable();
    expect(short).toBe(0);
    expect(turns).toBeGreaterThan(0);
  });

  it('never overwrites an earlier result by a later read', () => {
    const bytes = pattern(200_000);
    const source = openFileSync(fileOf(bytes));
    const results = Array.from({ length: 400 }, (_, i) => ({ at: i * 500, read: source.readSync?.(i * 500, 512 + i) as Uint8Array }));
    for (const { at, read } of results) expect(Buffer.compare(read, bytes.subarray(at, at + read.length))).toBe(0);
    return source.close();
  });

  it('gives plain arrays, whose slice is a copy, and no memory beyond what it read (CVE-2025-64118)', async () => {
    await using source = await openFile(fileOf(pattern(10)));
    const read = await source.read(4, 1000);
    expect(read.constructor).toBe(Uint8Array);
    expect(read.length).toBe(6);
    expect(source.readSync?.(4, 1000)).toEqual(read);
    expect(source.readSync?.(4, 1000).constructor).toBe(Uint8Array);
  });

  it('has nothing to give of an empty file', async () => {
    await using source = await openFile(fileOf(new Uint8Array(0)));
    expect(source.size).toBe(0);
    expect(await collect(source.stream())).toEqual(new Uint8Array(0));
    expect(await source.read(0, 10)).toEqual(new Uint8Array(0));
  });

  it('stays readable when another file takes its name', async () => {
    const path = fileOf(pattern(1000));
    await using source = await openFile(path);
    writeFileSync(`${path}.new`, 'other');
    renameSync(`${path}.new`, path);
    expect((await collect(source.stream())).length).toBe(1000);
  });
});

describe('the chunks of a file', () => {
  const bytes = pattern(5 * 1024 * 1024 + 17);

  it('are filled again once they are given back', async () => {
    await using source = await openFile(fileOf(bytes));
    const memory = new Set<ArrayBufferLike>();
    const digester = new Digester();
    for await (const chunk of source.stream()) {
      memory.add(chunk.buffer);
      digester.update(chunk);
      giveBack(chunk);
    }
    expect(digester.digest()).toBe(digestOf(bytes));
    expect(memory.size).toBeLessThanOrEqual(3);
  });

  it('stay as they are for whoever keeps them', async () => {
    await using source = await openFile(fileOf(bytes));
    const chunks: Uint8Array[] = [];
    for await (const chunk of source.stream()) chunks.push(chunk);
    await drain(source.stream());
    expect(Buffer.compare(concatBytes(chunks), bytes)).toBe(0);
    expect(new Set(chunks.map(({ buffer }) => buffer)).size).toBe(Math.ceil(bytes.length / CHUNK));
  });

  it('of a short file are freed', async () => {
    await using source = await openFile(fileOf(pattern(1000)));
    for await (const chunk of source.stream()) {
      giveBack(chunk);
      expect(chunk.length).toBe(0);
    }
    expect.assertions(1);
  });
});

describe('a file that changes while it is open', () => {
  it('is ESTALE when it was cut and a read comes back short', async () => {
    const path = fileOf(pattern(1000));
    await using source = await openFile(path);
    truncateSync(path, 600);
    await expect(source.read(500, 200)).rejects.toMatchObject({ code: 'ESTALE', path });
    expect(() => source.readSync?.(500, 200)).toThrow(LadingError);
  });

  it.each([1000, 600_000])('is ESTALE before a stream of %i bytes starts', async (size) => {
    const path = fileOf(pattern(size));
    await using source = await openFile(path);
    appendFileSync(path, 'more');
    await expect(collect(source.stream())).rejects.toMatchObject({ code: 'ESTALE' });
  });

  it('is ESTALE at the end of a stream during which it was written to', async () => {
    const path = fileOf(pattern(600_000));
    await using source = await openFile(path);
    const reading = (async () => {
      let size = 0;
      for await (const chunk of source.stream()) {
        if (size === 0) appendFileSync(path, 'more');
        size += chunk.length;
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'ESTALE' });
  });
});

describe('closing a file', () => {
  it('waits for the reads under way, and refuses later ones', async () => {
    const bytes = pattern(3_000_000);
    const path = fileOf(bytes);
    const source = await openFile(path);
    const slice = source.slice(10);
    const reading = source.read(0, bytes.length);
    await source.close();
    await source.close();
    expect(Buffer.compare(await reading, bytes)).toBe(0);
    await expect(slice.read(0, 1)).rejects.toThrow(TypeError);
    expect(() => slice.readSync?.(0, 1)).toThrow(/closed/);
    await expect(collect(slice.stream())).rejects.toThrow(TypeError);
    expect(openPaths()).not.toContain(path);
  });
});

describe('what cannot be opened as a file', () => {
  it('is INPUT_UNREADABLE with the cause and the path when nothing is there', async () => {
    const path = join(scratch(), 'nothing');
    await expect(openFile(path)).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      path,
      message: `Cannot open ${JSON.stringify(path)}: ENOENT: no such file or directory`,
      cause: { code: 'ENOENT' },
    });
  });

  it('is EISDIR for a directory, also by a link', async () => {
    const folder = scratch();
    mkdirSync(join(folder, 'd'));
    symlinkSync('d', join(folder, 'l'));
    await expect(openFile(join(folder, 'd'))).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(openFile(join(folder, 'l'))).rejects.toMatchObject({ code: 'EISDIR' });
  });

  it('is INPUT_KIND for a FIFO, without waiting for its writer, and for a device', async () => {
    const fifo = join(scratch(), 'fifo');
    execFileSync('mkfifo', [fifo]);
    await expect(openFile(fifo)).rejects.toMatchObject({ code: 'INPUT_KIND' });
    await expect(openFile('/dev/null')).rejects.toMatchObject({ code: 'INPUT_KIND' });
  });
});

describe('a spilled stream', () => {
  async function* chunks(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
    yield* parts;
  }

  it('can be read at any place, and leaves no name on the disk', async () => {
    const folder = scratch();
    await using source = await spill(chunks(pattern(70_000), new Uint8Array(0), pattern(5)), folder);
    expect(readdirSync(folder)).toEqual([]);
    expect(source.size).toBe(70_005);
    expect(await source.read(69_998, 5)).toEqual(Uint8Array.of(...pattern(70_000).subarray(69_998), ...pattern(3)));
    expect((await collect(source.stream())).length).toBe(70_005);
  });

  it('leaves nothing open and nothing behind when the stream fails', async () => {
    const folder = scratch();
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield pattern(10);
      throw new RangeError('the stream broke');
    }
    await expect(spill(failing(), folder)).rejects.toThrow('the stream broke');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says OUTPUT_FAILED where it cannot write', async () => {
    await expect(spill(chunks(), join(scratch(), 'missing'))).rejects.toMatchObject({ code: 'OUTPUT_FAILED', cause: { code: 'ENOENT' } });
  });
});
