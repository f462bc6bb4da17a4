import { ImageError } from '../errors.ts';
import { assembleImage, historyOf, Image, platformOf, type StoredLayer, storedLayers, withStep } from '../image/index.ts';
import { writeLayer } from '../layer/index.ts';
import {
  changeContainer,
  encodeJson,
  formatPlatform,
  type History,
  type HistoryRow,
  type JsonObject,
  type Platform,
  parseJson,
  platformDistance,
  toOci,
} from '../oci/index.ts';
import { overlayStores, type Store } from '../store/index.ts';
import { diffTrees, Tree } from '../tree/index.ts';
import { checkPlan } from './check-plan.ts';
import { layTree } from './lay.ts';
import { type MadeLayer, makeLayer } from './layer-cache.ts';
import type { BuildOptions, BuildPlan, LayerPlan } from './plan.ts';

/** What a plan came to. */
export interface BuiltImage {
  /** The image. Its store holds what was made, in front of what holds the base: `copy` brings all of it to one place. */
  readonly image: Image;
  /** For each layer of the plan, what came of it; `undefined` for one that changes nothing. An empty layer, where there would be none at all. */
  readonly layers: readonly (MadeLayer | undefined)[];
}

const EPOCH = '1970-01-01T00:00:00Z';

/**
 * Makes an image, from nothing or on a base, and keeps what is new of it in `store`. The same plan gives the same bytes: names are in byte order, no clock, locale
 * or environment is read.
 *
 * ```ts
 * const store = new MemoryStore();
 * const tree = new Tree();
 * tree.set('main.js', file('console.log("hello")'));
 * const { image } = await buildImage({ layers: [{ tree, at: '/app' }], container: { entrypoint: ['node', '/app/main.js'] } }, store);
 * ```
 *
 * @throws {TypeError} which names the field that cannot be. @throws {RangeError} for a level that the compression does not have.
 * @throws {PathError} where a layer cannot be laid on what is below.
 * @throws {ImageError} `IMAGE_BASE` where the base is of another platform, or cannot be read.
 * @throws {LadingError} `COMPRESS_UNSUPPORTED` for zstd where the runtime cannot write it.
 */
export async function buildImage(plan: BuildPlan, store: Store, options: BuildOptions = {}): Promise<BuiltImage> {
  checkPlan(plan);
  const config = changeContainer(await startingConfig(plan), plan.container ?? {}); // what is wrong with it is said before any work
  const { base } = plan;
  let below = base ? await base.tree() : new Tree();
  let rows: readonly HistoryRow[] = base ? await base.history() : [];
  const layers: StoredLayer[] = base ? (await storedLayers(base)).map(asOci) : [];
  const made: (MadeLayer | undefined)[] = [];
  const planned = plannedLayers(plan, layers.length);
  for (const [i, layer] of planned.entries()) {
    options.signal?.throwIfAborted();
    const above = layTree(below, layer);
    const changes = diffTrees(below, above);
    const lower = below;
    const isNeeded = layers.length === 0 && i === planned.length - 1; // engines refuse images without any layer
    const isEmpty = !isNeeded && [...changes.changes].length === 0;
    const result = isEmpty ? undefined : await makeLayer(() => writeLayer(changes, { lower }), plan, store, options);
    rows = withStep(rows, { entry: stepOf(plan, layer, isEmpty), layer: isEmpty ? undefined : layers.length });
    if (result) layers.push(result);
    made.push(result);
    below = above;
  }
  const { annotations } = plan;
  const descriptor = await assembleImage(store, { config, layers, history: historyOf(rows) ?? [], ...(annotations && { annotations }) });
  return { image: new Image(base ? overlayStores(store, base.store) : store, descriptor), layers: made };
}

/** The layers of the plan, or an empty one where there would be none at all. */
function plannedLayers({ layers = [] }: BuildPlan, below: number): readonly LayerPlan[] {
  return layers.length + below > 0 ? layers : [{ tree: new Tree(), createdBy: 'lading build: an empty layer' }];
}

/** An image of one layer that holds a root file system, as `docker import` makes it. @throws As `buildImage`. */
export async function imageFromTree(
  tree: Tree,
  store: Store,
  plan: Omit<BuildPlan, 'base' | 'layers'> = {},
  options: BuildOptions = {},
): Promise<Image> {
  return (await buildImage({ ...plan, layers: [{ tree, createdBy: 'lading import' }] }, store, options)).image;
}

// What Docker notes there of the container that a step ran in, and that is none of this image.
const OF_ANOTHER: readonly string[] = ['container', 'container_config', 'docker_version', 'id', 'parent'];

async function startingConfig({ base, platform, created = EPOCH, author }: BuildPlan): Promise<JsonObject> {
  if (base && platform) await assertPlatform(base, platform);
  const { architecture, os, variant }: Platform = platform ?? { architecture: 'amd64', os: 'linux' };
  const old: JsonObject = base ? (await base.config()).json : (parseJson(encodeJson({ architecture, os, variant })) as JsonObject);
  const kept = [...old].filter(([name]) => !OF_ANOTHER.includes(name));
  return new Map([...kept, ['created', created], ...(author === undefined ? [] : [['author', author] as const])]);
}

async function assertPlatform(base: Image, wanted: Platform): Promise<void> {
  const platform = await platformOf({ platform: base.descriptor.platform, image: base });
  if (platform && platformDistance(wanted, platform) !== undefined) return;
  throw new ImageError(
    'IMAGE_BASE',
    `Cannot build for ${formatPlatform(wanted)}: the base is for ${platform ? formatPlatform(platform) : 'no platform'}; give another base`,
  );
}

function asOci({ descriptor, diffId }: StoredLayer): StoredLayer {
  return { descriptor: { ...descriptor, mediaType: toOci(descriptor.mediaType) }, diffId };
}

function stepOf({ created = EPOCH, author }: BuildPlan, { createdBy, at = '/' }: LayerPlan, isEmpty: boolean): History {
  return {
    created,
    created_by: createdBy ?? `lading build: add ${at}`,
    ...(author !== undefined && { author }),
    ...(isEmpty && { empty_layer: true }),
  };
}
