import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { WritableLayout } from '../layout/index.ts';
import { openWritableFolder } from '../node/index.ts';
import type { Store } from '../store/index.ts';

/** So many layers may gather before the cache is begun anew. */
const MOST = 64;

/**
 * Gives the layers of earlier builds, in `node_modules/.cache/lading` of the project, or none where the project has no `node_modules`. Another compressor makes other
 * bytes, so each version has a cache of its own.
 */
export async function withCache<T>(project: string, use: (cache: Store | undefined) => Promise<T>): Promise<T> {
  if (!existsSync(join(project, 'node_modules'))) return use(undefined);
  const { zlib, zstd = 'none', bun } = process.versions;
  const place = join(project, 'node_modules/.cache/lading', bun ? `bun-${bun}` : `zlib-${zlib}-zstd-${zstd}`);
  const cache = await openCache(place);
  const isFull = (await cache.store.list()).length > MOST;
  if (!isFull) return use(cache.store).finally(cache.close);
  await cache.close();
  rmSync(place, { recursive: true, force: true });
  const fresh = await openCache(place);
  return use(fresh.store).finally(fresh.close);
}

async function openCache(place: string): Promise<{ readonly store: Store; close(): Promise<void> }> {
  const folder = await openWritableFolder(place);
  return { store: await WritableLayout.open(folder), close: () => folder.close() };
}
