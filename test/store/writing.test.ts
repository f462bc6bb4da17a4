import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { WritableLayout } from '../../src/layout/index.ts';
import { openWritableFolder, spill } from '../../src/node/index.ts';
import { MemoryStore, type Store, writableOverlay } from '../../src/store/index.ts';
import { memoryFolder } from '../../src/stream/index.ts';
import { writingCases } from './write-cases.ts';

const scratch = mkdtempSync(join(tmpdir(), 'lading-writing-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let folders = 0;

const STORES: readonly (readonly [string, () => Promise<Store>])[] = [
  ['memory', async () => new MemoryStore()],
  ['temporary files', async () => new MemoryStore({ keep: (stream) => spill(stream) })],
  ['an OCI layout in a folder on the disk', async () => WritableLayout.open(await openWritableFolder(join(scratch, String(folders++), 'new')))],
  ['an OCI layout in a folder in memory', async () => WritableLayout.open(memoryFolder())],
  ['a store over another', async () => writableOverlay(new MemoryStore(), new MemoryStore())],
];

describe.each(STORES)('%s', (_, make) => {
  for (const { name, run } of writingCases(make)) it(name, run);
});

describe('a store over another', () => {
  it('does not take what the lower one has', async () => {
    const [upper, lower] = [new MemoryStore(), new MemoryStore()];
    const bytes = Uint8Array.of(1, 2, 3);
    const descriptor = await lower.ingest('a/b', bytes);
    await writableOverlay(upper, lower).push(descriptor, bytes);
    expect([await upper.exists(descriptor), await writableOverlay(upper, lower).exists(descriptor)]).toEqual([false, true]);
  });
});
