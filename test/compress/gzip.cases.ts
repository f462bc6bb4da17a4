import { gzipEmpty, gzipFields, gzipFooter, gzipPlain, text } from '../fixtures/compress.ts';
import { type Case, same } from '../same.ts';
import { ascii, flip, inChunks, join, outcome, sameContent } from './inputs.ts';

const none = new Uint8Array(0);
const zeros = (length: number): Uint8Array => new Uint8Array(length);
const twice = join(text, text);
const end = gzipPlain.length;
const FHCRC = 0x02;

const inputs: readonly [name: string, input: Uint8Array, expected: Uint8Array | string][] = [
  ['two members', join(gzipPlain, gzipPlain), twice],
  ['an empty member first', join(gzipEmpty, gzipPlain), text],
  ['an empty member between two', join(gzipPlain, gzipEmpty, gzipPlain), twice],
  ['an empty member last', join(gzipPlain, gzipEmpty), text],
  ['the footer of eStargz, an empty member with a field', join(gzipPlain, gzipFields, gzipFooter), twice],
  ['nothing but empty members', join(gzipEmpty, gzipFooter, gzipEmpty), none],
  ['members with every field in their header', join(gzipFields, gzipFields), twice],
  ['a name of 100,000 bytes', withName(100_000), text],

  ['one NUL behind the last member', join(gzipPlain, zeros(1)), text],
  ['a block of NULs behind the last member', join(gzipPlain, gzipPlain, zeros(10_240)), twice],
  ['a megabyte of NULs', join(gzipPlain, zeros(2 ** 20)), text],
  ['a member behind NULs', join(gzipPlain, zeros(4), gzipPlain), 'COMPRESS_CORRUPT'],
  ['text behind NULs', join(gzipPlain, zeros(512), ascii('x')), 'COMPRESS_CORRUPT'],
  ['text behind a member', join(gzipPlain, ascii('this is no member')), 'COMPRESS_CORRUPT'],
  ['two bytes of text behind a member', join(gzipPlain, ascii('no')), 'COMPRESS_CORRUPT'],
  ['a member of an unknown method behind a member', join(gzipPlain, Uint8Array.of(0x1f, 0x8b, 9, 0)), 'COMPRESS_CORRUPT'],
  ['a member of an unknown method, cut before it can be known', join(gzipPlain, Uint8Array.of(0x1f, 0x8b, 9)), 'COMPRESS_TRUNCATED'],
  ['a second member cut in its magic number', join(gzipPlain, gzipPlain.subarray(0, 1)), 'COMPRESS_TRUNCATED'],
  ['a second member cut in its header', join(gzipPlain, gzipPlain.subarray(0, 7)), 'COMPRESS_TRUNCATED'],
  ['a second member cut in its trailer', join(gzipPlain, gzipPlain.subarray(0, end - 3)), 'COMPRESS_TRUNCATED'],

  ['a wrong checksum', flip(gzipPlain, end - 8), 'COMPRESS_CORRUPT'],
  ['a wrong checksum in the first of two members', join(flip(gzipPlain, end - 5), gzipPlain), 'COMPRESS_CORRUPT'],
  ['a wrong checksum of an empty member', flip(gzipEmpty, gzipEmpty.length - 8), 'COMPRESS_CORRUPT'],
  ['a wrong length', flip(gzipPlain, end - 4), 'COMPRESS_CORRUPT'],
  ['a wrong length of an empty member', flip(gzipFooter, gzipFooter.length - 1, 7), 'COMPRESS_CORRUPT'],
  ['a wrong checksum of the header', flip(gzipFields, 4), 'COMPRESS_CORRUPT'],
  ['a flag for a checksum of the header that is not there', gzipPlain.with(3, FHCRC), 'COMPRESS_CORRUPT'],
  ['each reserved flag', flip(gzipPlain, 3, 5), 'COMPRESS_CORRUPT'],
  ['each reserved flag, the last', flip(gzipPlain, 3, 7), 'COMPRESS_CORRUPT'],
  ['a block of the reserved type', gzipPlain.with(10, 0x07), 'COMPRESS_CORRUPT'],
  ['a distance that leads before the start', join(gzipPlain.subarray(0, 10), Uint8Array.of(0x4b, 0x04, 0x62, 0x00), zeros(8)), 'COMPRESS_CORRUPT'],
];

function withName(length: number): Uint8Array {
  return join(
    gzipPlain.subarray(0, 3),
    Uint8Array.of(8),
    gzipPlain.subarray(4, 10),
    new Uint8Array(length).fill(0x61),
    zeros(1),
    gzipPlain.subarray(10),
  );
}

export const gzipCases: readonly Case[] = [
  ...inputs.map(([name, input, expected]) => ({
    name: `gzip: ${name} ${typeof expected === 'string' ? `is ${expected}` : 'unpacks'}`,
    async run(): Promise<void> {
      const chunkings = [[input], inChunks(input, 1000, 1, 17), inChunks(input, input.length > 10_000 ? 4093 : 1)];
      // A second member in a chunk of its own, where a decoder may not look any more.
      if (input.length > end) chunkings.push([input.subarray(0, end), input.subarray(end)]);
      for (const chunking of chunkings) {
        const result = await outcome(chunking);
        if (typeof result === 'string' || typeof expected === 'string') same(result, expected);
        else sameContent(result, expected);
      }
    },
  })),
  {
    name: 'gzip: ten thousand members unpack as one',
    async run(): Promise<void> {
      const members = join(...Array.from({ length: 10_000 }, (_, i) => (i % 100 === 0 ? gzipPlain : gzipEmpty)));
      sameContent((await outcome(members)) as Uint8Array, join(...Array.from({ length: 100 }, () => text)));
    },
  },
];
