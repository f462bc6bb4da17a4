import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { concatBytes, encodeText, equalBytes } from '../../src/bytes/index.ts';
import { decompress, openCompressed } from '../../src/compress/index.ts';
import { digestOf, digestStream } from '../../src/digest/index.ts';
import { bytesSource, collect } from '../../src/stream/index.ts';
import { type EntryInit, type Header, TarReader } from '../../src/tar/index.ts';
import { tarOf } from '../support/pack.ts';

// Bodies of every length against the 1 MiB chunks of the decompressor: many in one, some over several.
const FILES: readonly EntryInit[] = Array.from({ length: 400 }, (_, i) => ({
  name: `f${i}`,
  body: new Uint8Array(i % 40 === 7 ? 1_500_000 + i : (i * 7919) % 30_000).fill(i + 1),
  xattrs: new Map([['user.number', encodeText(String(i))]]),
}));

it('what a caller keeps of a compressed archive stays as it was, whatever it passes over', async () => {
  const packed = gzipSync(await tarOf(FILES), { level: 1 });
  for (const keeps of [(i: number): boolean => i % 3 === 0, (i: number): boolean => i % 50 === 0, (i: number): boolean => i % 2 === 1]) {
    const kept: { header: Header; chunks: Uint8Array[]; i: number }[] = [];
    let i = 0;
    for await (const { header, body } of new TarReader(decompress(packed))) {
      const chunks: Uint8Array[] = [];
      if (keeps(i)) for await (const chunk of body) chunks.push(chunk);
      kept.push({ header, chunks, i });
      i++;
    }
    expect(kept.length).toBe(FILES.length);
    for (const { header, chunks, i: at } of kept) {
      expect(header.name).toBe(`f${at}`);
      expect(header.xattrs.get('user.number')).toEqual(encodeText(String(at)));
      if (keeps(at)) expect(equalBytes(concatBytes(chunks), FILES[at]?.body as Uint8Array)).toBe(true);
    }
  }
});

it('what is half read, and left, gives back nothing that was handed out', async () => {
  const packed = gzipSync(await tarOf(FILES), { level: 1 });
  const first: Uint8Array[] = [];
  for await (const { body } of new TarReader(decompress(packed))) {
    for await (const chunk of body) {
      first.push(chunk);
      break;
    }
  }
  const wanted = FILES.filter(({ body }) => (body as Uint8Array).length > 0);
  expect(first.length).toBe(wanted.length);
  for (const [i, chunk] of first.entries()) {
    expect(chunk.length).toBeGreaterThan(0);
    const { body } = wanted[i] as EntryInit;
    expect(chunk.every((byte) => byte === (body as Uint8Array)[0])).toBe(true);
  }
});

it('what was kept of a compressed archive can be read again and again as the plain data that it is', async () => {
  const packed = gzipSync(await tarOf(FILES.slice(0, 5)), { level: 1 });
  const kept = await collect(decompress(packed)); // one chunk, and no copy of it
  const digest = digestOf(Uint8Array.from(kept));
  for (let pass = 0; pass < 2; pass++) {
    expect(await digestStream(decompress(bytesSource(kept)))).toBe(digest);
    for await (const _ of new TarReader(decompress(bytesSource(kept))));
    const { content } = await openCompressed(bytesSource(kept));
    for await (const _ of new TarReader(content));
  }
  expect(digestOf(kept)).toBe(digest);
});
