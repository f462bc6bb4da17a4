import { type CompressOptions, compress, openCompressed } from '../../src/compress/index.ts';
import { collect } from '../../src/stream/index.ts';
import { text } from '../fixtures/compress.ts';
import { type Case, fails, same } from '../same.ts';
import { inChunks, join, lengthsOf, sameContent } from './inputs.ts';

const none = new Uint8Array(0);
const noise = Uint8Array.from({ length: 300_000 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24);
const long = join(text, noise, new Uint8Array(400_000), text);

const pack = (input: Uint8Array | Iterable<Uint8Array>, options: CompressOptions): Promise<Uint8Array> => collect(compress(input, options));

/** Whether this runtime writes zstd. */
async function writesZstd(): Promise<boolean> {
  try {
    await pack(none, { format: 'zstd' });
    return true;
  } catch (error) {
    same((error as { code?: string }).code, 'COMPRESS_UNSUPPORTED');
    return false;
  }
}

async function roundTrip(content: Uint8Array, options: CompressOptions): Promise<Uint8Array> {
  const packed = await pack(content, options);
  const opened = await openCompressed(packed);
  same(opened.compression, options.format);
  sameContent(await collect(opened.content), content);
  return packed;
}

export const compressCases: readonly Case[] = [
  ...Array.from(
    { length: 10 },
    (_, level): Case => ({
      name: `gzip at level ${level} unpacks to what was packed, under the one header there is`,
      async run(): Promise<void> {
        for (const content of [none, text, long]) {
          const packed = await roundTrip(content, { format: 'gzip', level });
          same(packed.subarray(0, 10), Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255));
        }
      },
    }),
  ),
  {
    name: 'gzip packs, and more at a higher level',
    async run(): Promise<void> {
      const sizes = [];
      for (const level of [0, 1, 6, 9]) sizes.push((await pack(long, { format: 'gzip', level })).length);
      same(
        [...sizes].sort((a, b) => b - a),
        sizes,
      );
    },
  },
  {
    name: 'gzip packs at level 2 where none is said',
    async run(): Promise<void> {
      sameContent(await pack(long, { format: 'gzip' }), await pack(long, { format: 'gzip', level: 2 }));
    },
  },
  {
    name: 'the same bytes give the same result in any chunking',
    async run(): Promise<void> {
      for (const level of [0, 1, 6]) {
        const whole = await pack(long, { format: 'gzip', level });
        sameContent(await pack(inChunks(long, 1000, 65_536, 7), { format: 'gzip', level }), whole);
        sameContent(await pack(inChunks(long, 131_071), { format: 'gzip', level }), whole);
      }
      const whole = await pack(text, { format: 'gzip' });
      for (let seed = 0; seed < 10; seed++) sameContent(await pack(inChunks(text, ...lengthsOf(seed)), { format: 'gzip' }), whole);
    },
  },
  {
    name: 'zstd unpacks to what was packed, or is refused at once where it cannot be written',
    async run(): Promise<void> {
      if (!(await writesZstd())) {
        await fails(() => compress(text, { format: 'zstd' }), 'COMPRESS_UNSUPPORTED');
        return;
      }
      for (const level of [1, 3, 19]) for (const content of [none, text, long]) await roundTrip(content, { format: 'zstd', level });
      sameContent(await pack(inChunks(long, 1000, 65_536, 7), { format: 'zstd' }), await pack(long, { format: 'zstd' }));
    },
  },
  {
    name: 'a level that a format does not have is a RangeError, at once',
    async run(): Promise<void> {
      for (const level of [-1, 10, 1.5, Number.NaN]) await fails(() => compress(text, { format: 'gzip', level }), 'RangeError');
      for (const level of [0, 23]) await fails(() => compress(text, { format: 'zstd', level }), 'RangeError');
    },
  },
  {
    name: 'a consumer that leaves early closes the input, and one that stalls stalls it',
    async run(): Promise<void> {
      let given = 0;
      let isClosed = false;
      async function* endless(): AsyncGenerator<Uint8Array> {
        try {
          for (;;) yield noise.subarray(0, 50_000 + (given++ % 100));
        } finally {
          isClosed = true;
        }
      }
      const packed = compress(endless(), { format: 'gzip', level: 1 })[Symbol.asyncIterator]();
      for (let i = 0; i < 3; i++) await packed.next();
      await new Promise((resolve) => setTimeout(resolve, 30));
      const before = given;
      await new Promise((resolve) => setTimeout(resolve, 30));
      same(given, before);
      await packed.return?.();
      same(isClosed, true);
    },
  },
  {
    name: 'an error of the input comes through',
    async run(): Promise<void> {
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield text;
        throw Object.assign(new Error('gone'), { code: 'EIO' });
      }
      await fails(() => collect(compress(broken(), { format: 'gzip' })), 'EIO');
    },
  },
];
