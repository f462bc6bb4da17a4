import { quote } from '../errors.ts';
import type { Json, JsonObject } from './json.ts';
import { edit } from './json-edit.ts';

/** How an engine finds out whether a container is well. Times are seconds; what is absent is the engine's own default. */
export interface Healthcheck {
  /** `['NONE']`, `['CMD', program, …]` or `['CMD-SHELL', command]`, as Docker's image specification 1.2 has it. */
  readonly test: readonly string[];
  readonly interval?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
  readonly startInterval?: number;
  readonly retries?: number;
}

/** What is to change in how containers of an image start. What is absent stays as it is, `null` takes away. */
export interface ContainerChanges {
  /** As in a Dockerfile, a new entrypoint takes the old `cmd` with it, unless there is a new one too. */
  readonly entrypoint?: readonly string[] | null;
  readonly cmd?: readonly string[] | null;
  /** A variable that is there keeps its place. */
  readonly env?: Readonly<Record<string, string | null>>;
  readonly user?: string | null;
  /** An absolute path. */
  readonly workdir?: string | null;
  /** Ports to add, such as `8080` or `53/udp`. */
  readonly ports?: readonly (number | string)[] | null;
  /** Absolute paths to add. */
  readonly volumes?: readonly string[] | null;
  readonly labels?: Readonly<Record<string, string | null>>;
  readonly stopSignal?: string | null;
  readonly healthcheck?: Healthcheck | null;
}

/**
 * The JSON of an image configuration with these changes. Everything else keeps its value and place.
 *
 * ```ts
 * const bytes = encodeJson(changeContainer(config.json, { env: { NODE_ENV: 'production' }, ports: [8080] }));
 * ```
 *
 * @throws {TypeError} which names the change that cannot be.
 */
export function changeContainer(config: JsonObject, changes: ContainerChanges): JsonObject {
  const { entrypoint, cmd = entrypoint === undefined ? undefined : null } = changes;
  const members: readonly (readonly [string, unknown])[] = [
    ['User', checked('user', changes.user, isUser, 'a user name or number, with a group behind a colon')],
    ['ExposedPorts', setOf(changes.ports, portName, old(config, 'ExposedPorts'))],
    ['Env', changes.env && environment(old(config, 'Env'), changes.env)],
    ['Entrypoint', checked('entrypoint', entrypoint, isWords, 'a list of words')],
    ['Cmd', checked('cmd', cmd, isWords, 'a list of words')],
    ['Volumes', setOf(changes.volumes, volumePath, old(config, 'Volumes'))],
    ['WorkingDir', checked('workdir', changes.workdir, isAbsolute, 'an absolute path')],
    ['Labels', changes.labels && labelled(old(config, 'Labels'), changes.labels)],
    ['StopSignal', checked('stopSignal', changes.stopSignal, isSignal, 'a signal, such as SIGTERM or 15')],
    ['Healthcheck', changes.healthcheck && healthcheckJson(changes.healthcheck)],
  ];
  const removed = new Set(changes.healthcheck === null ? ['Healthcheck'] : []);
  return members.reduce((json, [name, value]) => {
    if (value === undefined && !removed.has(name)) return json;
    return edit(json, ['config', name], value === null || removed.has(name) ? undefined : value);
  }, config);
}

function old(config: JsonObject, name: string): Json | undefined {
  const container = config.get('config');
  return container instanceof Map ? container.get(name) : undefined;
}

function checked<T>(name: string, value: T | null | undefined, isGood: (value: T) => boolean, wanted: string): T | null | undefined {
  if (value === undefined || value === null || isGood(value)) return value;
  throw cannotSet(name, value, wanted);
}

/** The error for a value that cannot be, in words that name it. `wanted` says what it is to be. */
export function cannotSet(name: string, value: unknown, wanted: string): TypeError {
  return new TypeError(`Cannot set ${name} to ${shown(value)}: it is ${wanted}`);
}

function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null) return quote(String(value));
  const json = JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 79)}…` : json;
}

const isText = (value: unknown): value is string => typeof value === 'string' && !value.includes('\0');
const isUser = (value: unknown): boolean => isText(value) && /^[^:]+(:[^:]+)?$/.test(value);
const isWords = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isAbsolute = (value: unknown): boolean => isText(value) && /^(\/|[A-Za-z]:[\\/])/.test(value);
const isSignal = (value: unknown): boolean => isText(value) && /^(SIG[A-Z0-9+-]+|\d{1,3})$/.test(value);

// EXPOSE of the Dockerfile reference: a port or a range of ports, of tcp where nothing is said.
function portName(port: unknown): string {
  const [, ports, protocol = 'tcp'] = /^(\d{1,5}(?:-\d{1,5})?)(?:\/(tcp|udp|sctp))?$/.exec(String(port)) ?? [];
  if (ports === undefined || ports.split('-').some((number) => Number(number) > 65535))
    throw cannotSet('ports', port, 'a port, such as 8080 or 53/udp');
  return `${ports}/${protocol}`;
}

function volumePath(path: unknown): string {
  if (!isAbsolute(path)) throw cannotSet('volumes', path, 'an absolute path');
  return path as string;
}

/** A set as OCI writes it: an object whose members are empty objects. */
function setOf(added: readonly unknown[] | null | undefined, nameOf: (member: unknown) => string, before: Json | undefined): unknown {
  if (!added) return added;
  return new Map<string, unknown>([...(before instanceof Map ? before : []), ...added.map((member) => [nameOf(member), {}] as const)]);
}

function environment(before: Json | undefined, changes: Readonly<Record<string, string | null>>): readonly string[] {
  const variables = new Map((Array.isArray(before) ? before : []).map((entry) => [String(entry).split('=', 1)[0] as string, String(entry)]));
  for (const [name, value] of Object.entries(changes)) {
    if (name === '' || name.includes('=') || !isText(name)) throw cannotSet('env', name, 'a name, without an equals sign');
    if (value !== null && !isText(value)) throw cannotSet('env', value, 'text');
    if (value === null) variables.delete(name);
    else variables.set(name, `${name}=${value}`);
  }
  return [...variables.values()];
}

function labelled(before: Json | undefined, changes: Readonly<Record<string, string | null>>): ReadonlyMap<string, unknown> {
  const labels = new Map<string, unknown>(before instanceof Map ? before : []);
  for (const [name, value] of Object.entries(changes)) {
    if (name === '' || (value !== null && !isText(value))) throw cannotSet('labels', value, 'text under a name');
    if (value === null) labels.delete(name);
    else labels.set(name, value);
  }
  return labels;
}

const TESTS: ReadonlySet<unknown> = new Set(['NONE', 'CMD', 'CMD-SHELL']);

function healthcheckJson(healthcheck: Healthcheck): object {
  const { test, interval, timeout, startPeriod, startInterval, retries } = healthcheck;
  if (!isWords(test) || !TESTS.has(test[0]))
    throw cannotSet('healthcheck', healthcheck, 'an object whose "test" is a list that begins with NONE, CMD or CMD-SHELL');
  if (retries !== undefined && !(Number.isInteger(retries) && retries >= 0)) throw cannotSet('healthcheck', retries, 'a number of retries');
  return {
    Test: test,
    Interval: nanoseconds(interval),
    Timeout: nanoseconds(timeout),
    StartPeriod: nanoseconds(startPeriod),
    StartInterval: nanoseconds(startInterval),
    Retries: retries,
  };
}

// Docker's image specification 1.2: at least a millisecond.
function nanoseconds(seconds: number | undefined): number | undefined {
  if (seconds === undefined) return undefined;
  if (!(seconds >= 0.001 && Number.isFinite(seconds))) throw cannotSet('healthcheck', seconds, 'a time in seconds, of a millisecond or more');
  return Math.round(seconds * 1e9);
}
