import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compress, decompress } from '../../src/compress/index.ts';
import { digestOf, digestSource, digestStream, verifyStream } from '../../src/digest/index.ts';
import { openFile, openWritableFolder, spill } from '../../src/node/index.ts';
import { asStream, type ByteStream, bytesSource, collect, drain, peekStream, replaySource, type Source } from '../../src/stream/index.ts';
import { copyTar, indexTar, scanTar, TarReader, writeTar } from '../../src/tar/index.ts';
import { scratch } from '../node/scratch.ts';
import { lentSource } from '../support/lent.ts';
import { tarOf } from '../support/pack.ts';

/*
 * What passes through keeps nothing: each chunk of a source that lends comes back, and none comes back too early, for what is back is overwritten.
 */
const CONTENT = Uint8Array.from({ length: 300_017 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
const HOLES = [
  { offset: 0, length: 1500 },
  { offset: 5000, length: 250 },
  { offset: 9000, length: 40_000 },
];
const SPARSE = CONTENT.map((byte, i) => (HOLES.some(({ offset, length }) => i >= offset && i < offset + length) ? byte : 0));
const TAR = await tarOf([
  { name: 'small', body: 'a' },
  { name: 'large', body: CONTENT },
  { name: 'last', body: CONTENT.subarray(0, 40_000) },
]);

async function bodiesOf(tar: ByteStream): Promise<string[]> {
  const digests: string[] = [];
  for await (const { body } of new TarReader(tar)) digests.push(await digestStream(body));
  return digests;
}

const oneAfterTheOther = async (source: Source): Promise<string[]> => {
  const index = await indexTar(source, { reread: (size) => replaySource(() => source.stream(), size) });
  const digests: string[] = [];
  for (let entry = 0; entry < index.length; entry++) digests.push(await digestStream(index.body(entry).stream()));
  return digests;
};

/** What is done with a source, and says what came of it; `open` chunks are still held at the end, by a stream that may be read on. */
const WAYS: Readonly<Record<string, { readonly of?: Uint8Array; readonly open?: number; readonly way: (source: Source) => Promise<unknown> }>> = {
  'a digest': { way: (source) => digestSource(source) },
  'counting bytes': { way: (source) => drain(source.stream()) },
  'verified content': { way: (source) => digestStream(verifyStream(source.stream(), { digest: digestOf(CONTENT), size: CONTENT.length })) },
  'plain content through the decompressor': { way: (source) => digestStream(decompress(source)) },
  gzip: { of: new Uint8Array(gzipSync(CONTENT, { level: 0 })), way: (source) => digestStream(decompress(source)) },
  'compressing it': { way: async (source) => digestOf(await collect(compress(source, { format: 'gzip' }))) },
  'looking into it first': { way: async (source) => digestStream((await peekStream(source.stream(), 2500)).stream) },
  'a body in a tar': { way: (source) => digestStream(writeTar([{ name: 'large', body: source }])) },
  'a body given as a stream': { way: (source) => digestStream(writeTar([{ name: 'large', body: source.stream(), size: CONTENT.length }])) },
  'a body with holes': {
    of: SPARSE,
    way: (source) => digestStream(writeTar([{ name: 'sparse', body: source, sparse: HOLES, format: 'gnu' } as never])),
  },
  'a stream with holes': {
    of: SPARSE,
    way: (source) => digestStream(writeTar([{ name: 'sparse', body: source.stream(), size: SPARSE.length, sparse: HOLES }])),
  },
  'the bodies of a tar': { of: TAR, way: (source) => bodiesOf(source.stream()) },
  'a tar without one entry': {
    of: TAR,
    way: async (source) => digestStream(copyTar(await scanTar(bytesSource(TAR)), source, (entry) => entry !== 0)),
  },
  'bodies, one after the other': { of: TAR, open: 1, way: oneAfterTheOther },
  'a temporary file': {
    way: async (source) => {
      await using kept = await spill(source.stream());
      return digestOf(await kept.read(0, kept.size));
    },
  },
  'a file': {
    way: async (source) => {
      const directory = scratch();
      const folder = await openWritableFolder(directory);
      await folder.write(source.stream(), () => 'file');
      await folder.close();
      await using file = await openFile(join(directory, 'file'));
      return digestOf(await file.read(0, file.size));
    },
  },
};

describe('what passes through gives back all that it gets, and says the same', () => {
  for (const [name, { of = CONTENT, open = 0, way }] of Object.entries(WAYS)) {
    it(name, async () => {
      const plain = join(scratch(), 'plain');
      writeFileSync(plain, of);
      await using file = await openFile(plain);
      const { source, counts } = lentSource(of);
      expect(await way(source)).toEqual(await way(file));
      expect(counts.made).toBeGreaterThan(30);
      expect(counts.made - counts.back).toBe(open);
    });
  }

  it('a stream that knows nothing of it, and keeps it all', async () => {
    const { source } = lentSource(CONTENT);
    const kept: Uint8Array[] = [];
    const between = async function* (): AsyncGenerator<Uint8Array> {
      for await (const chunk of source.stream()) {
        kept.push(chunk);
        yield chunk;
      }
    };
    for await (const chunk of writeTar([{ name: 'large', body: between(), size: CONTENT.length }])) expect(chunk.length).toBeGreaterThan(0);
    await digestStream(writeTar([{ name: 'large', body: asStream(kept), size: CONTENT.length }]));
    await digestStream(writeTar([{ name: 'large', body: kept[100] as Uint8Array }]));
    await digestStream(decompress(kept));
    expect(digestOf(await collect(asStream(kept)))).toBe(digestOf(CONTENT));
  });
});
