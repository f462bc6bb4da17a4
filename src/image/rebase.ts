import { ImageError } from '../errors.ts';
import {
  BASE_DIGEST,
  BASE_NAME,
  edit,
  encodeJson,
  type HistoryRow,
  type ImageConfig,
  isDocker,
  type Json,
  type JsonObject,
  type Manifest,
  toDocker,
  toOci,
} from '../oci/index.ts';
import type { Store } from '../store/index.ts';
import { changedImage, storedLayers } from './change.ts';
import type { Image } from './image.ts';
import type { StoredLayer } from './store-layer.ts';

export interface RebaseOptions {
  /** What the new base is called, for the annotation that names it. Without it such an annotation is taken away. */
  readonly baseName?: string;
}

/**
 * The image on another base: the layers of `newBase`, then its own. Its own layers are those above `oldBase`, whose layers must be its lowest ones (by diffID);
 * they are not looked into. The layers of the new base stay in its store, which the new image is a view of too.
 *
 * The configuration is merged as two sides of one base are: what the image has as its old base has it is taken from the new base, each variable of the
 * environment, label, port and volume for itself; what the image set itself stays. Its history is that of the new base, then its own steps.
 * @throws {ImageError} `IMAGE_BASE` where the image does not stand on `oldBase`, or the new base is for another platform.
 */
export async function rebaseImage(image: Image, oldBase: Image, newBase: Image, store: Store, options: RebaseOptions = {}): Promise<Image> {
  const [layers, below, above] = await Promise.all([storedLayers(image), storedLayers(oldBase), storedLayers(newBase)]);
  const [own, old, next] = await Promise.all([image.config(), oldBase.config(), newBase.config()]);
  for (const [i, { diffId }] of below.entries()) if (layers[i]?.diffId !== diffId) throw notBased(i, layers.length);
  assertSamePlatform(own, next);
  const manifest = await image.manifest();
  return changedImage(image, store, {
    layers: [...above.map((layer) => typedAs(manifest, layer)), ...layers.slice(below.length)],
    rows: await rebasedRows(image, oldBase, newBase),
    config: rebasedConfig(own, old, next),
    annotations: rebasedAnnotations(manifest, newBase, options),
    beside: newBase.store,
  });
}

function notBased(layer: number, count: number): ImageError {
  const reason = layer < count ? `its layer ${layer} is another` : `it has ${count} layers only`;
  return new ImageError('IMAGE_BASE', `Cannot rebase: the image does not stand on the old base, ${reason}; \`lading history\` shows both`);
}

function assertSamePlatform(own: ImageConfig, next: ImageConfig): void {
  const [a, b] = [own, next].map(({ os = '', architecture = '', variant = '' }) => `${os}/${architecture}${variant && `/${variant}`}`);
  if (a !== b) throw new ImageError('IMAGE_BASE', `Cannot rebase: the image is for ${a}, the new base for ${b}; choose it with --platform`);
}

/** The same layer, called as the other layers of the manifest are: engines refuse a mixture of Docker's media types and OCI's. */
function typedAs({ mediaType }: Manifest, { descriptor, diffId }: StoredLayer): StoredLayer {
  const rename = isDocker(mediaType) ? toDocker : toOci;
  return { descriptor: { ...descriptor, mediaType: rename(descriptor.mediaType) }, diffId };
}

/** The steps of the new base, then those of the image that are not its old base's. */
async function rebasedRows(image: Image, oldBase: Image, newBase: Image): Promise<readonly HistoryRow[]> {
  const [rows, old, next] = await Promise.all([image.history(), oldBase.history(), newBase.history()]);
  const isShared = old.every((row, i) => same(row.entry, rows[i]?.entry));
  const top = old.reduce((most, { layer = -1 }) => Math.max(most, layer), -1);
  const own = rows.slice(isShared ? old.length : rows.findLastIndex(({ layer = Number.POSITIVE_INFINITY }) => layer <= top) + 1);
  return [...next, ...own];
}

function same(a: unknown, b: unknown): boolean {
  return a === b || (a !== undefined && b !== undefined && textOf(a) === textOf(b));
}

const textOf = (value: unknown): string => new TextDecoder().decode(encodeJson(value));

// By name of the variable, of the label and so on; everything else is one value.
const SETS = ['Labels', 'ExposedPorts', 'Volumes'] as const;

function rebasedConfig(own: ImageConfig, old: ImageConfig, next: ImageConfig): JsonObject {
  const [mine, theirs, other] = [own, old, next].map(({ json }) => objectAt(json, 'config')) as [JsonObject, JsonObject, JsonObject];
  const merged = new Map(mergeMembers(mine, theirs, other));
  for (const name of SETS) {
    const members = mergeMembers(...([mine, theirs, other].map((each) => objectAt(each, name)) as [JsonObject, JsonObject, JsonObject]));
    if (members.size > 0) merged.set(name, members);
    else if (!mine.has(name)) merged.delete(name);
  }
  const env = mergeMembers(...([mine, theirs, other].map(variables) as [JsonObject, JsonObject, JsonObject]));
  if (env.size > 0) merged.set('Env', [...env.values()]);
  const versioned = ['os.version', 'os.features'].reduce((json, name) => edit(json, [name], next.json.get(name)), own.json);
  return edit(versioned, ['config'], merged);
}

function objectAt(json: JsonObject, name: string): JsonObject {
  const value = json.get(name);
  return value instanceof Map ? value : new Map();
}

function variables(config: JsonObject): JsonObject {
  const entries = config.get('Env');
  return new Map((Array.isArray(entries) ? entries : []).map((entry): [string, Json] => [String(entry).split('=', 1)[0] as string, entry]));
}

/** Members in the order of the new base, then what only the image has. */
function mergeMembers(own: JsonObject, old: JsonObject, next: JsonObject): JsonObject {
  const merged = new Map<string, Json>();
  for (const name of new Set([...next.keys(), ...own.keys()])) {
    const value = same(own.get(name), old.get(name)) ? next.get(name) : own.get(name);
    if (value !== undefined) merged.set(name, value);
  }
  return merged;
}

function rebasedAnnotations({ annotations = new Map() }: Manifest, newBase: Image, { baseName }: RebaseOptions): ReadonlyMap<string, string> {
  const kept = [...annotations].filter(([key]) => key !== BASE_DIGEST && key !== BASE_NAME);
  const wasNamed = kept.length < annotations.size || baseName !== undefined;
  return new Map([
    ...kept,
    ...(wasNamed ? [[BASE_DIGEST, newBase.descriptor.digest] as const] : []),
    ...(baseName !== undefined ? [[BASE_NAME, baseName] as const] : []),
  ]);
}
