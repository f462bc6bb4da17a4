import type { Digest } from '../digest/index.ts';
import { digest } from './descriptor.ts';
import { type Document, documentOf, openDocument } from './document.ts';
import type { JsonObject } from './json.ts';
import { expecting, type Field, fail, flag, list, mapOf, note, object, type Reader, record, text, textOrNull } from './shape.ts';
import { parseTime } from './time.ts';

/** How a container of the image starts. */
export interface ContainerConfig {
  readonly User?: string;
  readonly ExposedPorts?: ReadonlyMap<string, JsonObject>;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Volumes?: ReadonlyMap<string, JsonObject>;
  readonly WorkingDir?: string;
  readonly Labels?: ReadonlyMap<string, string>;
  readonly StopSignal?: string;
  readonly ArgsEscaped?: boolean;
}

/** One step of the image's making. */
export interface History {
  readonly created?: string;
  readonly created_by?: string;
  readonly author?: string;
  readonly comment?: string;
  /** The step made no layer. */
  readonly empty_layer?: boolean;
}

export interface RootFs {
  readonly type?: string;
  /** Digests of the layers' uncompressed tars, the lowest first. */
  readonly diff_ids?: readonly Digest[];
}

interface ConfigMembers {
  readonly created?: string;
  readonly author?: string;
  readonly architecture?: string;
  readonly os?: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
  readonly 'os.features'?: readonly string[];
  readonly config?: ContainerConfig;
  /** Absent in what very old engines and some artifacts have; the diffIDs must then be computed. */
  readonly rootfs?: RootFs;
  readonly history?: readonly History[];
}

/** An image configuration, OCI or Docker. Its digest is the image ID. */
export interface ImageConfig extends ConfigMembers, Document {
  readonly kind: 'config';
  readonly history: readonly History[];
}

const timestamp: Reader<string> = expecting(text, (value) => parseTime(value.toUpperCase()) !== undefined, 'is no date and time of RFC 3339');

// Docker once wrote a lone string for a list of one.
const strings = list(text);
const words: Reader<readonly string[]> = (field) => {
  if (typeof field.value !== 'string') return strings(field);
  note(field, 'error', 'is a string, not an array');
  return [field.value];
};

// A set is an object whose members have no content; `null` is what Go writes for the empty struct behind a nil pointer.
const nothing: Reader<JsonObject> = (field) => {
  if (field.value !== null) return object(field);
  note(field, 'error', 'is null, not an object');
  return new Map();
};

const containerConfig = record<ContainerConfig>({
  User: text,
  ExposedPorts: mapOf(nothing),
  Env: list(expecting(text, (entry) => entry.includes('='), 'is not NAME=VALUE')),
  Entrypoint: words,
  Cmd: words,
  Volumes: mapOf(nothing),
  WorkingDir: text,
  Labels: mapOf(textOrNull),
  StopSignal: text,
  ArgsEscaped: flag,
});

const layersOnly: Reader<string> = (field) => {
  const type = text(field);
  return type === 'layers' ? type : fail(field, `is ${JSON.stringify(type)}; layers is all that there is`);
};

const rootFs: Reader<RootFs> = (field) => {
  const value = readRootFs(field);
  if (value.type === undefined || value.diff_ids === undefined) note(field, 'error', 'lacks its type or diff_ids');
  return value;
};
const readRootFs = record<RootFs>({ type: layersOnly, diff_ids: list(digest) });

const members = record<ConfigMembers>({
  created: timestamp,
  author: text,
  architecture: text,
  os: text,
  variant: text,
  'os.version': text,
  'os.features': strings,
  config: containerConfig,
  rootfs: rootFs,
  history: list(record<History>({ created: timestamp, created_by: text, author: text, comment: text, empty_layer: flag })),
});

/**
 * Parses an image configuration. What Docker adds to it (`container_config`, `Healthcheck`) stays in `json`.
 * @throws {ImageError} `OCI_DOCUMENT`, `OCI_AMBIGUOUS`, `JSON_INVALID`, `JSON_DUPLICATE`
 */
export function parseConfig(bytes: Uint8Array): ImageConfig {
  const field = openDocument(bytes, 'the image configuration');
  const { history = [], ...rest } = members(field);
  noteMissing(field, rest);
  return { ...rest, kind: 'config', history, ...documentOf(field, bytes) };
}

function noteMissing(field: Field, config: ConfigMembers): void {
  for (const name of ['architecture', 'os', 'rootfs'] as const) if (config[name] === undefined) note(field, 'error', `has no "${name}"`);
}

/** The diffIDs that the configuration states, lowest layer first; `undefined` if it states none. */
export function diffIds(config: ImageConfig): readonly Digest[] | undefined {
  return config.rootfs && (config.rootfs.diff_ids ?? []);
}
