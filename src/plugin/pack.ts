import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type BuildPlan, buildImages } from '../build/index.ts';
import { dateOf, sourceDate, spill } from '../node/index.ts';
import { parseReference } from '../oci/index.ts';
import { MemoryStore } from '../store/index.ts';
import { withBases } from './base.ts';
import { type Bundle, type Channel, enclosed } from './bundle.ts';
import { withCache } from './cache.ts';
import { containerOf } from './container.ts';
import { secondsOf } from './created.ts';
import { layersOf } from './layers.ts';
import { loadInto } from './load.ts';
import { assertOurMetadata, writeMetadata } from './metadata-file.ts';
import type { LadingOptions } from './options.ts';
import { assertApart, metadataPath, targetsOf } from './places.ts';
import { type Made, summaryOf } from './report.ts';
import { assertReplaceable, type Target, writeTarget } from './target.ts';

/** Makes the image that a build in a project's folder ends with, writes it where it is to go, and says so in one line. */
export async function packImage(written: readonly Bundle[], options: LadingOptions, folder: string, channel: Channel): Promise<Made> {
  const bundles = written.map(enclosed);
  const { targets, metadata } = await freePlaces(options, folder);
  const time = (options.created === undefined ? undefined : secondsOf(options.created)) ?? sourceDate();
  const container = containerOf(bundles, options, channel);
  const layers = await layersOf(bundles, options, { folder, time }, channel);
  const { compression, tags = [defaultTag(folder)] } = options;
  const plan: BuildPlan = { layers, container, created: dateOf(time), ...(compression && { compression }) };
  return withBases(options, folder, async (bases) => {
    const plans = bases.map((base): BuildPlan => ({ ...plan, ...base })) as [BuildPlan, ...BuildPlan[]];
    const made = new MemoryStore({ keep: spill });
    const { store, descriptor, images: built } = await withCache(folder, (cache) => buildImages(plans, made, cache ? { cache } : {}));
    const images = tags.length > 0 ? tags.map((name) => ({ name, descriptor })) : [{ name: undefined, descriptor }];
    for (const target of targets) await writeTarget(target, store, images);
    if (options.load) await loadInto(options.load, store, images);
    const report: Made = { descriptor, tags, targets, built, layers };
    if (metadata !== undefined) await writeMetadata(metadata, report, folder);
    channel.info(await summaryOf(report, folder));
    return report;
  });
}

/** Where all that a build makes is to go, once it is sure that it may. */
async function freePlaces(
  options: LadingOptions,
  folder: string,
): Promise<{ readonly targets: readonly Target[]; readonly metadata: string | undefined }> {
  assertApart(options, folder);
  const targets = targetsOf(options, folder);
  const metadata = metadataPath(options, folder);
  if (metadata !== undefined) assertOurMetadata(metadata, targets, folder);
  for (const target of targets) await assertReplaceable(target);
  return { targets, metadata };
}

/** Name and version of the project, as a reference allows them. */
function defaultTag(folder: string): string {
  const path = join(folder, 'package.json');
  const { name = basename(folder), version = 'latest' } = existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as { name?: string; version?: string })
    : {};
  const tag = `${name.replace(/^@/, '').toLowerCase()}:${version.replace(/[^\w.-]/g, '-')}`;
  try {
    parseReference(tag);
    return tag;
  } catch {
    return 'app:latest';
  }
}
