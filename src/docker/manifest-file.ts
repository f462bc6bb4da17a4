import {
  type Descriptor,
  descriptor,
  documentField,
  JSON_LIMITS,
  type Json,
  list,
  mapOf,
  memberNamed,
  parseJson,
  record,
  text,
} from '../oci/index.ts';
import type { Source } from '../stream/index.ts';

/** One image as `manifest.json` of a docker-archive lists it. Members that are not named here are ignored, as engines do. */
export interface ManifestEntry {
  /** Path of the configuration in the archive. */
  readonly Config: string;
  readonly RepoTags?: readonly string[];
  /** Paths of the layers in the archive, lowest first. */
  readonly Layers?: readonly string[];
  /** Descriptors of layers by their diffID, where they may come from elsewhere. */
  readonly LayerSources?: ReadonlyMap<string, Descriptor>;
}

const WHAT = 'manifest.json';
const entries = list(record<ManifestEntry>({ Config: text, RepoTags: list(text), Layers: list(text), LayerSources: mapOf(descriptor) }, ['Config']));

/**
 * Parses `manifest.json`. `RepoTags` and `Layers` may be null; the array may be empty, but must be one.
 * @throws {ImageError} `OCI_DOCUMENT`, `JSON_INVALID`, `JSON_DUPLICATE`
 */
export function parseManifestFile(bytes: Uint8Array): readonly ManifestEntry[] {
  return entries(documentField(parseJson(bytes, WHAT), WHAT));
}

/**
 * Whether a file called `manifest.json` may be that of a docker-archive. An object, or a list of something else, is some other program's; `null`, and what
 * is no JSON at all, are taken for a faulty archive's.
 */
export async function isManifestFile(file: Source): Promise<boolean> {
  const start = new TextDecoder().decode(await file.read(0, 64)).trimStart();
  if (!start.startsWith('[') || file.size > JSON_LIMITS.size) return !start.startsWith('{');
  try {
    const [first] = parseJson(await file.read(0, file.size), WHAT) as readonly Json[];
    return first === undefined || (first instanceof Map && ['Config', 'Layers', 'RepoTags'].some((name) => memberNamed(first, name) !== undefined));
  } catch {
    return true;
  }
}

/** A tag, and the ID of the top layer that it names. */
export interface LegacyTag {
  readonly name: string;
  readonly id: string;
}

const repositories = mapOf(mapOf(text));

/** Parses `repositories`, in which engines before 1.10 list tags: repository, tag, ID of the top layer. */
export function parseRepositories(bytes: Uint8Array): readonly LegacyTag[] {
  const found = repositories(documentField(parseJson(bytes, 'repositories'), 'repositories'));
  return [...found].flatMap(([repository, tags]) => [...tags].map(([tag, id]) => ({ name: `${repository}:${tag}`, id })));
}
