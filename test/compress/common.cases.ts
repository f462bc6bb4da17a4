import { openCompressed, sniffCompression } from '../../src/compress/index.ts';
import { collect } from '../../src/stream/index.ts';
import * as fixtures from '../fixtures/compress.ts';
import { type Case, same } from '../same.ts';
import { frame, raw } from './frames.ts';
import { ascii, flip, inChunks, join, lengthsOf, outcome, sameContent, unpack } from './inputs.ts';

const { text } = fixtures;
const many = join(...Array.from({ length: 150 }, () => text));
const none = new Uint8Array(0);

/** Every fixture that unpacks, and whether a checksum of its content guards it. */
const sound: readonly [name: string, packed: Uint8Array, content: Uint8Array, isChecked: boolean][] = [
  ['gzipPlain', fixtures.gzipPlain, text, true],
  ['gzipFixed', fixtures.gzipFixed, text, true],
  ['gzipStored', fixtures.gzipStored, text, true],
  ['gzipEmpty', fixtures.gzipEmpty, none, true],
  ['gzipFields', fixtures.gzipFields, text, true],
  ['gzipFooter', fixtures.gzipFooter, none, true],
  ['zstdPlain', fixtures.zstdPlain, text, true],
  ['zstdUnchecked', fixtures.zstdUnchecked, text, false],
  ['zstdUnsized', fixtures.zstdUnsized, text, true],
  ['zstdEmpty', fixtures.zstdEmpty, none, true],
  ['zstdBest', fixtures.zstdBest, text, true],
  ['xzPlain', fixtures.xzPlain, text, true],
  ['xzCrc32', fixtures.xzCrc32, text, true],
  ['xzUnchecked', fixtures.xzUnchecked, text, false],
  ['xzEmpty', fixtures.xzEmpty, none, true],
  ['xzBlocks', fixtures.xzBlocks, text, true],
  ['bzip2Plain', fixtures.bzip2Plain, text, true],
  ['bzip2Empty', fixtures.bzip2Empty, none, true],
  ['bzip2Blocks', fixtures.bzip2Blocks, many, true],
];

const magicLength = { gzip: 3, zstd: 4, xz: 6, bzip2: 4 };
/** The plain fixtures are gone through byte by byte, the variants of them in strides. */
const stride = (name: string): number => (name.endsWith('Plain') || name.endsWith('Empty') ? 1 : name.endsWith('Blocks') ? 41 : 7);

const FAULTS = ['COMPRESS_CORRUPT', 'COMPRESS_TRUNCATED', 'COMPRESS_UNSUPPORTED'];

const plain: readonly [name: string, bytes: Uint8Array][] = [
  ['nothing', none],
  ['one byte', Uint8Array.of(0x1f)],
  ['a magic number cut short', Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a)],
  ['a tar of NUL bytes', new Uint8Array(1024)],
  ['text', text],
  ['a name that begins as bzip2 does', ascii('BZh.txt')],
  ['a name that begins as bzip2 does, level and all', ascii('BZh9 is a file name')],
  ['gzip by another method than deflate', Uint8Array.of(0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 0)],
  ['a zip', ascii('PK\x03\x04 and so on')],
];

export const commonCases: readonly Case[] = [
  ...sound.flatMap(([name, packed, content, isChecked]): Case[] => {
    const compression = sniffCompression(packed) as keyof typeof magicLength;
    return [
      {
        name: `${name} unpacks from one chunk, from single bytes, from a view and from every chunking`,
        async run(): Promise<void> {
          const view = join(Uint8Array.of(1, 2, 3), packed, Uint8Array.of(4)).subarray(3, 3 + packed.length);
          sameContent(await unpack(view), content);
          sameContent(await unpack(inChunks(packed, 1)), content);
          for (let seed = 0; seed < 12; seed++) sameContent(await unpack(inChunks(packed, ...lengthsOf(seed))), content);
        },
      },
      {
        name: `${name} is found out by its bytes`,
        async run(): Promise<void> {
          same(name.startsWith(compression), true);
          const opened = await openCompressed(inChunks(packed, 2));
          same(opened.compression, compression);
          sameContent(await collect(opened.content), content);
        },
      },
      {
        name: `${name} cut at any byte is COMPRESS_TRUNCATED`,
        async run(): Promise<void> {
          const step = stride(name);
          for (let length = magicLength[compression]; length < packed.length; length += step)
            if ((await outcome(packed.subarray(0, length))) !== 'COMPRESS_TRUNCATED')
              throw new Error(`cut to ${length}: ${await outcome(packed.subarray(0, length))}`);
        },
      },
      {
        name: `${name} with a bit turned anywhere fails by code${isChecked ? ', or gives the same content' : ''}`,
        async run(): Promise<void> {
          const step = stride(name);
          for (let at = magicLength[compression]; at < packed.length; at += step) {
            const turned = flip(packed, at, at % 8);
            const result = await outcome(turned);
            if (typeof result === 'string') same([at, FAULTS.includes(result) ? 'fails by code' : result], [at, 'fails by code']);
            else if (isChecked && sniffCompression(turned)) sameContent(result, content);
          }
        },
      },
    ];
  }),
  ...plain.map(([name, bytes]) => ({
    name: `${name} is plain, and passes as it is`,
    async run(): Promise<void> {
      same(sniffCompression(bytes), undefined);
      const { compression, content } = await openCompressed(inChunks(bytes, 3));
      same(compression, undefined);
      same(await collect(content), bytes);
    },
  })),
  {
    name: 'plain data is not copied',
    async run(): Promise<void> {
      const chunks = [];
      for await (const chunk of (await openCompressed(text)).content) chunks.push(chunk);
      same([chunks.length, chunks[0]?.buffer === text.buffer], [1, true]);
    },
  },
  {
    name: 'one layer is taken off, never two',
    async run(): Promise<void> {
      const outer = frame({ window: 0x58 }, raw(fixtures.gzipPlain));
      sameContent(await unpack(outer), fixtures.gzipPlain);
      sameContent(await unpack(await unpack(outer)), text);
    },
  },
];
