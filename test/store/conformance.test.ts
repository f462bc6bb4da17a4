import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { digestOf } from '../../src/digest/index.ts';
import { DockerStore } from '../../src/docker/docker-store.ts';
import { LayoutStore, treeFolder } from '../../src/layout/index.ts';
import { openFolder } from '../../src/node/index.ts';
import type { Descriptor } from '../../src/oci/index.ts';
import { MemoryStore, overlayStores, type ReadableStore } from '../../src/store/index.ts';
import { bytesSource, type Folder } from '../../src/stream/index.ts';
import { scanTar } from '../../src/tar/index.ts';
import { treeFromTar } from '../../src/tree/index.ts';
import { LAYERS, plainImage } from '../support/image.ts';
import { LayoutBuilder, writeFolder } from '../support/layout.ts';
import { pack, tarOf } from '../support/pack.ts';
import { type Filled, storeCases } from './cases.ts';

const scratch = mkdtempSync(join(tmpdir(), 'lading-stores-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const image = await plainImage(LAYERS);
const wrong = Uint8Array.of(9, 9, 9);
const liar: Descriptor = { mediaType: 'a/b', digest: digestOf(Uint8Array.of(8, 8, 8)), size: 3 };

function layout(): { builder: LayoutBuilder; manifest: Descriptor; entries: readonly object[] } {
  const builder = new LayoutBuilder();
  const manifest = builder.image(image, { packing: ['none', 'gzip', 'zstd'] });
  const entries = [...builder.named(manifest, 'app:1'), manifest];
  return { builder, manifest, entries };
}

async function filledLayout(folderOf: (members: ReturnType<LayoutBuilder['members']>) => Promise<Folder>): Promise<Filled> {
  const { builder, entries } = layout();
  const good = [...builder.blobs].map(([digest, bytes]) => ({ descriptor: { mediaType: 'a/b', digest, size: bytes.length } as Descriptor, bytes }));
  builder.blobs.set(liar.digest, wrong);
  const store = await LayoutStore.open(await folderOf(builder.members(entries)));
  return { store, good, false: [liar], names: ['docker.io/library/app:1', '1', undefined] };
}

async function memory(store: MemoryStore = new MemoryStore(), name = 'app:1'): Promise<Filled> {
  const { builder, manifest } = layout();
  const good = [...builder.blobs].map(([digest, bytes]) => ({ descriptor: { mediaType: 'a/b', digest, size: bytes.length } as Descriptor, bytes }));
  for (const { descriptor, bytes } of good) await store.push(descriptor, bytes);
  await store.tag(manifest, name);
  return { store, good, false: [], names: [name] };
}

async function dockerArchive(): Promise<Filled> {
  const store = new DockerStore({}, 2);
  const layers = image.tars.map((tar, i) => bytesSource(pack(tar, (['none', 'gzip', 'zstd'] as const)[i] ?? 'none')));
  const contents = [{ digest: liar.digest, source: bytesSource(wrong) }];
  await store.add({ names: ['app:1', 'app:2'], config: image.config, layers, contents });
  const good = [image.config, ...image.tars].map((bytes) => ({
    descriptor: { mediaType: 'a/b', digest: digestOf(bytes), size: bytes.length },
    bytes,
  }));
  const claim = await plainImage([[{ name: 'x', body: 'x' }]]);
  const other = bytesSource(Uint8Array.from(claim.tars[0] as Uint8Array, (byte, at) => (at === 512 ? 0x79 : byte)));
  await store.add({ names: [], config: claim.config, layers: [other], contents: [] });
  const layer = { mediaType: 'a/b', digest: claim.diffIds[0], size: other.size } as Descriptor;
  return { store: withoutContents(store), good, false: [layer], names: ['app:1', 'app:2', undefined] };
}

/** The named contents of a docker-archive are those of its members, and not of what it is asked for. */
function withoutContents(store: DockerStore): ReadableStore {
  return { fetch: (d) => store.fetch(d), open: (d) => store.open(d), exists: (d) => store.exists(d), list: () => store.list() };
}

let folders = 0;
const STORES: readonly (readonly [string, () => Promise<Filled>])[] = [
  ['memory', () => memory()],
  [
    'an OCI layout in a folder',
    () =>
      filledLayout(async (members) => {
        const path = join(scratch, String(folders++));
        writeFolder(path, members);
        return openFolder(path);
      }),
  ],
  ['an OCI archive', () => filledLayout(async (members) => treeFolder(treeFromTar(await scanTar(bytesSource(await tarOf(members))))))],
  ['a docker-archive', dockerArchive],
  [
    'one store in front of another',
    async () => {
      const lower = await memory();
      const upper = new MemoryStore();
      const extra = Uint8Array.of(5, 5, 5);
      const descriptor: Descriptor = { mediaType: 'a/b', digest: digestOf(extra), size: 3 };
      await upper.push(descriptor, extra);
      await upper.tag(descriptor, 'extra');
      return { ...lower, store: overlayStores(upper, lower.store), good: [...lower.good, { descriptor, bytes: extra }], names: ['extra', 'app:1'] };
    },
  ],
];

describe.each(STORES)('%s', (_, make) => {
  for (const { name, run } of storeCases(make)) it(name, run);
});
