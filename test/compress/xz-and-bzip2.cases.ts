import { decompress } from '../../src/compress/index.ts';
import * as fixtures from '../fixtures/compress.ts';
import { type Case, same } from '../same.ts';
import { ascii, flip, inChunks, join, outcome, sameContent } from './inputs.ts';

const { text, xzPlain, xzBlocks, xzCrc32, xzEmpty, bzip2Plain, bzip2Empty, bzip2Blocks } = fixtures;
const twice = join(text, text);
const zeros = (length: number): Uint8Array => new Uint8Array(length);

const inputs: readonly [name: string, input: Uint8Array, expected: Uint8Array | string][] = [
  ['xz: two streams', join(xzPlain, xzCrc32), twice],
  ['xz: padding between streams and at the end', join(xzPlain, zeros(8), xzBlocks, zeros(4)), twice],
  ['xz: empty streams around one', join(xzEmpty, xzPlain, xzEmpty), text],
  ['xz: padding that is no multiple of four', join(xzPlain, zeros(3)), 'COMPRESS_CORRUPT'],
  ['xz: padding that is no multiple of four, before a stream', join(xzPlain, zeros(5), xzPlain), 'COMPRESS_CORRUPT'],
  ['xz: text behind a stream', join(xzPlain, ascii('this is no stream of xz')), 'COMPRESS_CORRUPT'],
  ['xz: text behind padding', join(xzPlain, zeros(4), ascii('this is no stream of xz')), 'COMPRESS_CORRUPT'],
  ['xz: a second stream cut in half', join(xzPlain, xzPlain.subarray(0, 300)), 'COMPRESS_TRUNCATED'],
  ['xz: a wrong check', flip(xzPlain, xzPlain.length - 32), 'COMPRESS_CORRUPT'],
  ['xz: a wrong footer', flip(xzPlain, xzPlain.length - 1), 'COMPRESS_CORRUPT'],
  ['xz: a check by SHA-256, which would pass unverified', fixtures.xzSha256, 'COMPRESS_UNSUPPORTED'],
  ['xz: a filter for machine code', fixtures.xzX86, 'COMPRESS_UNSUPPORTED'],
  ['xz: a dictionary over 64 MiB', fixtures.xzDictionary, 'COMPRESS_UNSUPPORTED'],

  ['bzip2: two streams', join(bzip2Plain, bzip2Plain), twice],
  ['bzip2: streams of different block sizes', join(bzip2Plain, bzip2Blocks, bzip2Empty), join(text, ...Array.from({ length: 150 }, () => text))],
  ['bzip2: text behind a stream', join(bzip2Plain, ascii('this is no stream')), 'COMPRESS_CORRUPT'],
  ['bzip2: NULs behind a stream', join(bzip2Plain, zeros(512)), 'COMPRESS_CORRUPT'],
  ['bzip2: a second stream cut in half', join(bzip2Plain, bzip2Plain.subarray(0, 300)), 'COMPRESS_TRUNCATED'],
  ['bzip2: a wrong checksum of a block', flip(bzip2Plain, 11), 'COMPRESS_CORRUPT'],
  ['bzip2: a wrong checksum of the stream', flip(bzip2Plain, bzip2Plain.length - 2), 'COMPRESS_CORRUPT'],
  ['bzip2: a run of 31 symbols, longer than its block', fixtures.bzip2Run31, 'COMPRESS_CORRUPT'],
  ['bzip2: a run of 32 symbols, past what 32 bits count', fixtures.bzip2Run32, 'COMPRESS_CORRUPT'],
  ['bzip2: a run of 40 symbols', fixtures.bzip2Run40, 'COMPRESS_CORRUPT'],
];

export const xzAndBzip2Cases: readonly Case[] = [
  ...inputs.map(([name, input, expected]) => ({
    name: `${name} ${typeof expected === 'string' ? `is ${expected}` : 'unpacks'}`,
    async run(): Promise<void> {
      for (const chunking of [[input], inChunks(input, 1), inChunks(input, 100, 1, 17)]) {
        const result = await outcome(chunking);
        if (typeof result === 'string' || typeof expected === 'string') same(result, expected);
        else sameContent(result, expected);
      }
    },
  })),
  {
    name: 'xz: streams that are read by turns do not wait for each other',
    async run(): Promise<void> {
      const readers = Array.from({ length: 5 }, () => decompress(inChunks(xzBlocks, 50)));
      const parts: Uint8Array[][] = readers.map(() => []);
      for (let open = readers.length; open > 0; ) {
        open = 0;
        for (const [i, reader] of readers.entries()) {
          const { done, value } = await reader.next();
          if (done) continue;
          parts[i]?.push(value);
          open++;
        }
      }
      for (const part of parts) sameContent(join(...part), text);
    },
  },
];
