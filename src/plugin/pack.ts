import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type BuildPlan, buildImages } from '../build/index.ts';
import { dateOf, openWritableFolder, sourceDate, spill } from '../node/index.ts';
import { parseReference } from '../oci/index.ts';
import { MemoryStore } from '../store/index.ts';
import { bytesSource } from '../stream/index.ts';
import { withBases } from './base.ts';
import { type Bundle, type Channel, enclosed } from './bundle.ts';
import { withCache } from './cache.ts';
import { containerOf } from './container.ts';
import { secondsOf } from './created.ts';
import { layersOf } from './layers.ts';
import { loadInto } from './load.ts';
import type { LadingOptions } from './options.ts';
import { type Made, metadataOf, summaryOf } from './report.ts';
import { assertReplaceable, parseTarget, type Target, writeTarget } from './target.ts';

/** Makes the image that a build in a project's folder ends with, writes it where it is to go, and says so in one line. */
export async function packImage(written: readonly Bundle[], options: LadingOptions, folder: string, channel: Channel): Promise<Made> {
  const bundles = written.map(enclosed);
  const targets = targetsOf(options, folder);
  for (const target of targets) await assertReplaceable(target);
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
    await writeMetadata(report, options, folder);
    channel.info(await summaryOf(report, folder));
    return report;
  });
}

function targetsOf({ to, load }: LadingOptions, folder: string): readonly Target[] {
  const texts = to === undefined ? (load ? [] : ['image.tar']) : typeof to === 'string' ? [to] : to;
  return texts.map((text) => parseTarget(text, folder));
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

async function writeMetadata(made: Made, { metadata }: LadingOptions, project: string): Promise<void> {
  const [first] = made.targets;
  if (metadata === false || (metadata === undefined && !first)) return;
  const path = metadata === undefined ? join(dirname((first as Target).path), 'lading-image.json') : resolve(project, metadata);
  const folder = await openWritableFolder(dirname(path));
  const bytes = new TextEncoder().encode(`${JSON.stringify(await metadataOf(made, project), undefined, 2)}\n`);
  await folder.write(bytesSource(bytes).stream(), () => basename(path)).finally(() => folder.close());
}
