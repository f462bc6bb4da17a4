import { text, zstdDictionary, zstdEmpty, zstdLong, zstdPlain, zstdUnchecked, zstdUnsized } from '../fixtures/compress.ts';
import { type Case, same } from '../same.ts';
import { block, frame, raw, run, skippable } from './frames.ts';
import { ascii, flip, inChunks, join, outcome, sameContent, unpack } from './inputs.ts';

const none = new Uint8Array(0);
const hello = ascii('hello');
const twice = join(text, text);
const WINDOW_1K = 0;
const WINDOW_2M = 11 << 3;
const WINDOW_128M = 17 << 3;

const inputs: readonly [name: string, input: Uint8Array, expected: Uint8Array | string][] = [
  ['two frames', join(zstdPlain, zstdUnsized), twice],
  ['empty frames around one', join(zstdEmpty, zstdPlain, zstdEmpty), text],
  ['a skippable frame first', join(skippable(10), zstdPlain), text],
  ['a skippable frame between two', join(zstdUnsized, skippable(70_000, 15), zstdPlain), twice],
  ['a skippable frame last', join(zstdPlain, skippable(3, 7)), text],
  ['an empty skippable frame', join(zstdPlain, skippable(0), zstdPlain), twice],
  ['nothing but skippable frames', join(skippable(4), skippable(0, 3)), none],
  ['a skippable frame cut in its length', join(zstdPlain, skippable(10).subarray(0, 6)), 'COMPRESS_TRUNCATED'],
  ['a skippable frame cut in its body', join(zstdPlain, skippable(10).subarray(0, 17)), 'COMPRESS_TRUNCATED'],
  ['a skippable frame that promises 4 GiB', join(zstdPlain, Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 255, 255, 255, 255), text), 'COMPRESS_TRUNCATED'],

  ['text behind a frame', join(zstdPlain, ascii('this is no frame')), 'COMPRESS_CORRUPT'],
  ['four bytes of text behind a frame', join(zstdPlain, ascii('none')), 'COMPRESS_CORRUPT'],
  ['NULs behind a frame', join(zstdPlain, new Uint8Array(512)), 'COMPRESS_CORRUPT'],
  ['a frame cut in its magic number behind a frame', join(zstdPlain, zstdPlain.subarray(0, 3)), 'COMPRESS_TRUNCATED'],
  ['a frame cut in half behind a frame', join(zstdPlain, zstdUnchecked.subarray(0, 300)), 'COMPRESS_TRUNCATED'],

  ['a raw block', frame({ window: WINDOW_1K }, raw(hello)), hello],
  ['a run of one byte', frame({ window: WINDOW_2M }, run(0x61, 5)), ascii('aaaaa')],
  ['many blocks', frame({ window: WINDOW_1K }, ...Array.from({ length: 1000 }, () => raw(hello, false)), raw(none)), ascii('hello'.repeat(1000))],
  ['a frame of a single segment', frame({ contentSize: [5, 1] }, raw(hello)), hello],
  ['a content size of two bytes', frame({ contentSize: [300, 2] }, run(0x61, 300)), ascii('a'.repeat(300))],
  ['a content size of four bytes', frame({ window: WINDOW_1K, contentSize: [5, 4] }, raw(hello)), hello],
  ['a content size of eight bytes', frame({ window: WINDOW_1K, contentSize: [5, 8] }, raw(hello)), hello],
  ['an empty frame of a single segment', frame({ contentSize: [0, 1] }, raw(none)), none],
  ['a dictionary that is none, in one byte', frame({ window: WINDOW_1K, dictionary: [0, 1] }, raw(hello)), hello],
  ['a dictionary that is none, in four bytes', frame({ window: WINDOW_1K, dictionary: [0, 4] }, raw(hello)), hello],

  ['a wrong checksum', flip(zstdPlain, zstdPlain.length - 1, 7), 'COMPRESS_CORRUPT'],
  ['a wrong checksum in the first of two frames', join(flip(zstdPlain, zstdPlain.length - 4), zstdPlain), 'COMPRESS_CORRUPT'],
  ['a wrong checksum of nothing', flip(zstdEmpty, zstdEmpty.length - 2), 'COMPRESS_CORRUPT'],
  ['a checksum that is not computed from the content', frame({ window: WINDOW_1K, checksum: 1 }, raw(hello)), 'COMPRESS_CORRUPT'],
  ['content that is longer than its frame tells', frame({ window: WINDOW_1K, contentSize: [4, 4] }, raw(hello)), 'COMPRESS_CORRUPT'],
  ['content that is shorter than its frame tells', frame({ window: WINDOW_1K, contentSize: [6, 4] }, raw(hello)), 'COMPRESS_CORRUPT'],
  ['a block of the reserved type', frame({ window: WINDOW_1K }, block('reserved', 1, true, ascii('a'))), 'COMPRESS_CORRUPT'],
  ['a reserved bit in the header', frame({ window: WINDOW_1K, isReserved: true }, raw(hello)), 'COMPRESS_CORRUPT'],
  ['a run past what a block may hold', frame({ window: WINDOW_2M }, run(0, 128 * 1024 + 1)), 'COMPRESS_CORRUPT'],
  ['a run past the window', frame({ window: WINDOW_1K }, run(0, 1025)), 'COMPRESS_CORRUPT'],
  ['a packed block of nonsense', frame({ window: WINDOW_1K }, block('compressed', 5, true, hello)), 'COMPRESS_CORRUPT'],
  // A bit turned in the tree of a sound frame is enough to make such weights, and a decoder that does not look goes on with them for ever.
  ['a Huffman tree whose weights take no bits', packed(0xa2, 0x40, 0x01, 4, 0xf0, 0x03, 1, 1, 0), 'COMPRESS_CORRUPT'],
  ['the same behind weights that never occur', packed(0xa2, 0x40, 0x01, 4, 0x10, 0xf8, 1, 1, 0), 'COMPRESS_CORRUPT'],
  ['more sequences than a block can hold', packed(0, 255, 255, 255, 0), 'COMPRESS_CORRUPT'],
  ['literals past the end of their block', packed(0x68, 1, 2, 3), 'COMPRESS_CORRUPT'],

  ['a dictionary', zstdDictionary, 'COMPRESS_UNSUPPORTED'],
  ['a dictionary named in four bytes', frame({ window: WINDOW_1K, dictionary: [2 ** 31, 4] }, raw(hello)), 'COMPRESS_UNSUPPORTED'],
  ['a window over the limit', frame({ window: WINDOW_128M + 1 }, raw(hello)), 'COMPRESS_UNSUPPORTED'],
  ['the longest window there is', frame({ window: 255 }, raw(hello)), 'COMPRESS_UNSUPPORTED'],
  ['a single segment over the limit', frame({ contentSize: [2 ** 27 + 1, 4] }, raw(hello)), 'COMPRESS_UNSUPPORTED'],
  ['a single segment of 8 EiB', frame({ contentSize: [2 ** 63, 8] }, raw(hello)), 'COMPRESS_UNSUPPORTED'],
];

function packed(...body: number[]): Uint8Array {
  return frame({ window: WINDOW_2M }, block('compressed', body.length, true, Uint8Array.from(body)));
}

export const zstdCases: readonly Case[] = [
  ...inputs.map(([name, input, expected]) => ({
    name: `zstd: ${name} ${typeof expected === 'string' ? `is ${expected}` : 'unpacks'}`,
    async run(): Promise<void> {
      for (const chunking of [[input], inChunks(input, 1), inChunks(input, 300, 1, 17)]) {
        const result = await outcome(chunking);
        if (typeof result === 'string' || typeof expected === 'string') same(result, expected);
        else sameContent(result, expected);
      }
    },
  })),
  {
    name: 'zstd: a match from behind a window of 8 MiB unpacks, within a limit that lets it',
    async run(): Promise<void> {
      const content = await unpack(zstdLong);
      same(content.length, 2 * text.length + 10 * 2 ** 20);
      sameContent(content.subarray(0, text.length), text);
      sameContent(content.subarray(-text.length), text);
      same(await outcome(zstdLong, { limits: { window: 2 ** 23 } }), 'COMPRESS_UNSUPPORTED');
      same(typeof (await outcome(zstdLong, { limits: { window: 2 ** 24 } })), 'object');
    },
  },
  {
    name: 'zstd: the window that the command line takes unasked is taken, and a larger one where the limit is raised',
    async run(): Promise<void> {
      sameContent(await unpack(frame({ window: WINDOW_128M }, raw(hello))), hello);
      const input = frame({ window: (18 << 3) + 1 }, raw(hello));
      same(await outcome(input, { limits: { window: 2 ** 28 } }), 'COMPRESS_UNSUPPORTED');
      sameContent(await unpack(input, { limits: { window: 2 ** 29 } }), hello);
    },
  },
  {
    name: 'zstd: a thousand frames unpack as one',
    async run(): Promise<void> {
      const frames = Array.from({ length: 1000 }, (_, i) => (i % 10 === 0 ? zstdPlain : i % 10 === 5 ? skippable(i) : zstdEmpty));
      sameContent(await unpack(join(...frames)), join(...Array.from({ length: 100 }, () => text)));
    },
  },
];
