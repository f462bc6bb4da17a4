import { decompress } from '../compress/index.ts';
import { digestStream } from '../digest/index.ts';
import { ImageError } from '../errors.ts';
import { encodeJson, type Json, type JsonObject, parseJson } from '../oci/index.ts';
import type { Source } from '../stream/index.ts';
import type { DockerImage } from './docker-store.ts';
import { parseRepositories } from './manifest-file.ts';
import type { Members } from './members.ts';

/*
 * Archives of engines before 1.10 have no manifest.json: `repositories` names the top layer of each tag, each layer is a folder with its tar and a
 * JSON that names its parent. The configuration is made as moby makes it when it loads such an archive (image/v1/imagev1.go), so that the image
 * has the ID that the engine gives it. (What Docker before 1.8.3 wrote moby decodes and writes anew, with members of its own; here it stays as it is.)
 */

interface Step {
  readonly json: JsonObject;
  readonly layer: Source;
}

/** The images of an old archive, by the tags of `repositories`; without that file, by the layers that are no other's parent. */
export async function legacyImages(members: Members): Promise<readonly DockerImage[]> {
  const names = new Map<string, string[]>();
  if (members.file('repositories')) {
    for (const { name, id } of parseRepositories(await members.document('repositories'))) names.set(id, [...(names.get(id) ?? []), name]);
  } else for (const id of await topLayers(members)) names.set(id, []);
  return Promise.all([...names].map(async ([id, tags]) => imageOf(await chain(members, id), tags)));
}

/** Whether the archive has the folders of such layers. */
export function isLegacy(members: Members): boolean {
  return layerIds(members).length > 0;
}

function layerIds(members: Members): readonly string[] {
  return members.tree
    .list()
    .map(({ name }) => name)
    .filter((name) => members.file(`${name}/json`) && members.file(`${name}/layer.tar`));
}

async function topLayers(members: Members): Promise<readonly string[]> {
  const ids = layerIds(members);
  const parents = new Set(await Promise.all(ids.map(async (id) => (await layerJson(members, id)).get('parent'))));
  return ids.filter((id) => !parents.has(id));
}

async function layerJson(members: Members, id: string): Promise<JsonObject> {
  const json = parseJson(await members.document(`${id}/json`), `${id}/json`);
  if (json instanceof Map) return json;
  throw new ImageError('OCI_DOCUMENT', `Cannot read ${id}/json: it is no object`);
}

/** From the lowest layer to the one given. */
async function chain(members: Members, top: string): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const seen = new Set<string>();
  for (let id: Json | undefined = top; typeof id === 'string' && id !== ''; ) {
    if (seen.has(id)) throw new ImageError('IMAGE_LAYERS', `Cannot read the image: its layer ${id} is its own ancestor`);
    seen.add(id);
    const json: JsonObject = await layerJson(members, id);
    steps.unshift({ json, layer: members.source(`${id}/layer.tar`) });
    id = json.get('parent');
  }
  return steps;
}

async function imageOf(steps: readonly Step[], names: readonly string[]): Promise<DockerImage> {
  const ids = await Promise.all(steps.map(({ layer }) => digestStream(decompress(layer.stream()))));
  const top = steps.at(-1) as Step;
  const config = new Map<string, unknown>([...top.json].filter(([key]) => !DROPPED.has(key)));
  config.set('rootfs', { type: 'layers', diff_ids: ids });
  config.set(
    'history',
    steps.map(({ json }) => historyOf(json)),
  );
  const sorted = new Map([...config].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { names, config: encodeAsGo(sorted), layers: steps.map(({ layer }) => layer), contents: [] };
}

const DROPPED: ReadonlySet<string> = new Set(['id', 'parent', 'Size', 'parent_id', 'layer_id', 'throwaway']);

function historyOf(json: JsonObject): object {
  const container = json.get('container_config');
  const command = container instanceof Map ? container.get('Cmd') : undefined;
  const text = (value: Json | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
  return {
    created: text(json.get('created')),
    author: text(json.get('author')),
    created_by: Array.isArray(command) ? text(command.join(' ')) : undefined,
    comment: text(json.get('comment')),
  };
}

/** JSON as Go's encoder writes it: these characters, which only strings can hold, are escaped for the sake of HTML. */
function encodeAsGo(value: unknown): Uint8Array {
  const text = new TextDecoder().decode(encodeJson(value));
  return new TextEncoder().encode(text.replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`));
}
