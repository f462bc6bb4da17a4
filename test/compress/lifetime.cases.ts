import { compress, decompress, openCompressed } from '../../src/compress/index.ts';
import { collect, drain } from '../../src/stream/index.ts';
import { bzip2Blocks, gzipPlain, text, xzBlocks, zstdLong, zstdPlain } from '../fixtures/compress.ts';
import { type Case, fails, same } from '../same.ts';
import { frame, run } from './frames.ts';
import { flip, inChunks, join, outcome, unpack } from './inputs.ts';

/** A stream that tells how much of it was read, and whether it was closed. */
function watched(bytes: Uint8Array, chunk: number): { stream: AsyncIterable<Uint8Array>; given: number; isClosed: boolean } {
  const watch = { stream: read(), given: 0, isClosed: false };
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for (const piece of inChunks(bytes, chunk)) {
        watch.given += piece.length;
        yield piece;
      }
    } finally {
      watch.isClosed = true;
    }
  }
  return watch;
}

const packed: readonly [name: string, bytes: Uint8Array][] = [
  ['plain', text],
  ['gzip', gzipPlain],
  ['zstd', zstdPlain],
  ['xz', xzBlocks],
  ['bzip2', bzip2Blocks],
];

// A hundred thousand members or frames of a kilobyte or more: 100 MB and more of content.
const endless: readonly [name: string, bytes: Uint8Array][] = [
  ['gzip', join(...Array.from({ length: 3000 }, () => gzipPlain))],
  ['zstd', join(...Array.from({ length: 3000 }, () => zstdPlain))],
  ['xz', join(...Array.from({ length: 3000 }, () => xzBlocks))],
];

const zeros = frame({ window: 0x58 }, ...Array.from({ length: 99 }, () => run(0, 128 * 1024, false)), run(0, 128 * 1024));
const SIZE = 100 * 128 * 1024;

export const lifetimeCases: readonly Case[] = [
  ...packed.flatMap(([name, bytes]): Case[] => [
    {
      name: `nothing of ${name} input is read before it is asked for`,
      async run(): Promise<void> {
        const watch = watched(bytes, 1);
        const reader = decompress(watch.stream);
        await Promise.resolve();
        same(watch.given, 0);
        await reader.next();
        same(watch.given > 0, true);
        await reader.return(undefined);
        same(watch.isClosed, true);
      },
    },
    {
      name: `a loop over ${name} that is left closes the input`,
      async run(): Promise<void> {
        const watch = watched(join(bytes, bytes, bytes), 10);
        for await (const _ of decompress(watch.stream)) break;
        same(watch.isClosed, true);
      },
    },
    {
      name: `an error of the input comes through ${name}`,
      async run(): Promise<void> {
        async function* broken(): AsyncGenerator<Uint8Array> {
          yield* inChunks(bytes.subarray(0, bytes.length - 20), 50);
          throw Object.assign(new Error('the disk is gone'), { code: 'EIO' });
        }
        same(await outcome(broken()), 'EIO');
      },
    },
    {
      name: `an input of ${name} is closed when its content turns out to be bad`,
      async run(): Promise<void> {
        if (name === 'plain') return;
        const watch = watched(join(flip(bytes, bytes.length >> 1, 3), bytes), 40);
        await unpack(watch.stream).catch(() => undefined);
        same(watch.isClosed, true);
      },
    },
  ]),
  ...endless.map(([name, bytes]) => ({
    name: `a loop over ${name} that is left does not wait for an input that stalls`,
    async run(): Promise<void> {
      async function* stalled(): AsyncGenerator<Uint8Array> {
        yield bytes.subarray(0, bytes.length >> 1);
        await new Promise(() => undefined);
      }
      for await (const _ of decompress(stalled())) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        break;
      }
    },
  })),
  ...endless.map(([name, bytes]) => ({
    name: `a consumer of ${name} that stalls stalls the input`,
    async run(): Promise<void> {
      const watch = watched(bytes, 8192);
      const reader = decompress(watch.stream);
      await reader.next();
      await new Promise((resolve) => setTimeout(resolve, 30));
      const { given } = watch;
      await new Promise((resolve) => setTimeout(resolve, 30));
      same(watch.given, given);
      if (given > bytes.length / 2) throw new Error(`${given} of ${bytes.length} bytes were read for one chunk`);
      await reader.return(undefined);
    },
  })),
  {
    name: 'the size limit holds for every compression, and for plain data',
    async run(): Promise<void> {
      for (const [, bytes] of packed) {
        const { length } = await unpack(bytes);
        await fails(() => unpack(inChunks(bytes, 10), { limits: { size: length - 1 } }), 'LIMIT_SIZE');
        same((await unpack(bytes, { limits: { size: length } })).length, length);
      }
    },
  },
  {
    name: 'the ratio limit holds once enough has come out, and counts what has gone in',
    async run(): Promise<void> {
      same((await unpack(zeros)).length, SIZE);
      await fails(() => unpack(zeros, { limits: { ratio: 1000, ratioFrom: 2 ** 20 } }), 'LIMIT_RATIO');
      same((await unpack(zeros, { limits: { ratio: 1000, ratioFrom: SIZE } })).length, SIZE);
      same((await unpack(zeros, { limits: { ratio: 40_000, ratioFrom: 0 } })).length, SIZE);
      await fails(() => unpack(zstdLong, { limits: { ratio: 5000, ratioFrom: 0 } }), 'LIMIT_RATIO');
    },
  },
  {
    name: 'gzip of zeros stays under the default ratio whatever its size',
    async run(): Promise<void> {
      const packed = await collect(compress(new Uint8Array(2 ** 23), { format: 'gzip', level: 9 }));
      same((await unpack(inChunks(packed, 100), { limits: { ratioFrom: 0 } })).length, 2 ** 23);
    },
  },
  {
    name: 'a limit carries its value and what was met',
    async run(): Promise<void> {
      const error = await unpack(gzipPlain, { limits: { size: 100 } }).catch((error: unknown) => error);
      const { name, limit, actual } = error as { name: string; limit: number; actual: number };
      same([name, limit, actual > 100], ['LimitError', 100, true]);
    },
  },
  {
    name: 'what is opened and never read holds nothing back from the next',
    async run(): Promise<void> {
      for (const [, bytes] of packed) await openCompressed(bytes);
      for (const [, bytes] of packed) await drain(decompress(bytes));
    },
  },
];
