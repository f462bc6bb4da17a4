import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { WritableLayout } from '../layout/index.ts';
import { openWritableFolder } from '../node/index.ts';
import type { Store } from '../store/index.ts';
import { findAbove } from './find-above.ts';

/** So many layers may gather before the cache is begun anew. */
const MOST = 64;

interface Cache {
  readonly store: Store;
  close(): Promise<void>;
}

/**
 * Gives the layers of earlier builds, in `.cache/lading` of the nearest `node_modules`, or none where there is no such folder or it takes no files. Another
 * compressor makes other bytes, so each version has a cache of its own.
 */
export async function withCache<T>(project: string, use: (cache: Store | undefined) => Promise<T>): Promise<T> {
  const modules = findAbove(project, 'node_modules');
  const { zlib, zstd = 'none', bun } = process.versions;
  const compressor = bun ? `bun-${bun}` : `zlib-${zlib}-zstd-${zstd}`;
  const cache = modules === undefined ? undefined : await openCache(join(modules, '.cache/lading', compressor)).catch(() => undefined);
  return use(cache?.store).finally(cache?.close);
}

/** One that is damaged or full begins anew. A build that uses it at this moment finds nothing any more, and compresses itself. */
async function openCache(place: string): Promise<Cache> {
  const cache = await openLayout(place).catch(() => undefined);
  if (cache && (await cache.store.list()).length <= MOST) return cache;
  await cache?.close();
  rmSync(place, { recursive: true, force: true });
  return openLayout(place);
}

async function openLayout(place: string): Promise<Cache> {
  const folder = await openWritableFolder(place);
  const close = (): Promise<void> => folder.close();
  try {
    return { store: await WritableLayout.open(folder), close };
  } catch (error) {
    await close();
    throw error;
  }
}
