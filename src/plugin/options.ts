import { parseAddress } from '../address.ts';
import { type ContainerChanges, changeContainer, type LayerCompression, parsePlatform, parseReference } from '../oci/index.ts';
import { parseTarget } from './target.ts';

/** A layer of its own for some of what the bundler writes. */
export interface LayerRule {
  readonly name: string;
  /** Patterns of picomatch, such as `assets/**`, held against paths below the nearest folder that has all that the bundler wrote. */
  readonly include: string | readonly string[];
}

/** What image a build ends with. All of it may be left out. */
export interface LadingOptions {
  /** The image to stand on: a docker-archive, an OCI archive or an OCI layout (`oci:DIR:REF`). Default `scratch`, which is nothing. */
  readonly from?: string;
  /**
   * Where the image goes, in one place or several: a path ending in `.tar` is a docker-archive; else `docker-archive:PATH`, `oci:DIR` or `oci-archive:PATH`, or a path
   * that becomes an OCI layout. Relative to the project. Default `image.tar`.
   */
  readonly to?: string | readonly string[];
  /** Names of the image. Default: name and version of `package.json`. */
  readonly tags?: readonly string[];
  /** Where in the image the bundle lands. Default `/app`. */
  readonly root?: string;
  /** How a container starts. Default entrypoint: `node` and the entry of the bundle, which `cmd` alone gives arguments. Default working directory: `root`. */
  readonly container?: ContainerChanges;
  /** Such as `linux/arm64`: one image for each, as one index. Default: what the base is for, or `linux/amd64`. */
  readonly platforms?: readonly string[];
  /** Layers for parts of the bundle, below that of the rest. The first rule that matches a file takes it. */
  readonly layers?: readonly LayerRule[];
  /** Default `gzip`. */
  readonly compression?: LayerCompression;
  /** When the image was made: an RFC 3339 time, or seconds since 1970. Default `SOURCE_DATE_EPOCH`, or 0. */
  readonly created?: string | number;
  /** Whether source maps go along. Default false. */
  readonly sourcemaps?: boolean;
  /** Whether what the bundle leaves external is brought along from `node_modules`. Default true. */
  readonly dependencies?: boolean;
  /** Hands the image to the engine that is on this machine: `docker load` or `podman load`. `true` takes the first of them that is there. Default false. */
  readonly load?: boolean | 'docker' | 'podman';
  /** Where the JSON of what was made goes. Default: `lading-image.json` beside the first image. `false`: nowhere. */
  readonly metadata?: string | false;
}

type Check = (value: never) => string | undefined;

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const text: Check = (value) => (isText(value) ? undefined : 'it is text');
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'it is true or false');
const list = (values: unknown, isGood: (value: never) => boolean): boolean =>
  Array.isArray(values) && values.every((value) => isGood(value as never));

const CHECKS: { readonly [name in keyof Required<LadingOptions>]: Check } = {
  from: (value) => text(value) ?? faultOf(() => parseAddress(value, () => false)),
  to: checkTargets,
  tags: (value) => (list(value, isReference) ? undefined : 'it is a list of names, such as ["app:1.0"]'),
  root: (value) => (isText(value) && (value as string).startsWith('/') ? undefined : 'it is an absolute path in the image, such as /app'),
  container: checkContainer,
  platforms: (value) =>
    list(value, isPlatform) && (value as readonly string[]).length > 0 ? undefined : 'it is a list of platforms, such as ["linux/amd64"]',
  layers: (value) => (list(value, isRule) ? undefined : 'it is a list of { name, include }'),
  compression: (value) => (['none', 'gzip', 'zstd'].includes(value) ? undefined : 'it is none, gzip or zstd'),
  created: (value) => (secondsOf(value) === undefined ? 'it is a time of RFC 3339, or seconds since 1970' : undefined),
  sourcemaps: flag,
  dependencies: flag,
  load: (value) => (typeof value === 'boolean' || ['docker', 'podman'].includes(value) ? undefined : 'it is true, false, "docker" or "podman"'),
  metadata: (value) => ((value as unknown) === false || isText(value) ? undefined : 'it is a path, or false'),
};

/** Says what is wrong with options when the build starts, and not at its end. @throws {TypeError} which names the option. */
export function checkOptions(options: LadingOptions = {}): LadingOptions {
  if (typeof options !== 'object' || options === null) throw new TypeError('Cannot take the options of lading: they are an object');
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(CHECKS, name))
      throw new TypeError(`Cannot take the option "${name}" of lading: there is none of that name; there are ${Object.keys(CHECKS).join(', ')}`);
    const fault = value === undefined ? undefined : CHECKS[name as keyof LadingOptions](value as never);
    if (fault !== undefined) throw new TypeError(`Cannot take the option "${name}" of lading: ${fault}, not ${shown(value)}`);
  }
  return options;
}

/** The last second of the year 9999, which RFC 3339 ends with. */
const LAST = 253402300799;

/** A time as seconds since 1970; `undefined` where it is none. */
export function secondsOf(created: string | number): number | undefined {
  const seconds = typeof created === 'number' ? created : /^\d{4}-\d\d-\d\dT/.test(created) ? Math.floor(Date.parse(created) / 1000) : Number.NaN;
  return Number.isInteger(seconds) && seconds >= 0 && seconds <= LAST ? seconds : undefined;
}

function checkContainer(container: ContainerChanges): string | undefined {
  if (typeof container !== 'object' || container === null) return 'it is an object';
  const unknown = Object.keys(container).find((name) => !CONTAINER.has(name));
  if (unknown !== undefined) return `it has no "${unknown}", but ${[...CONTAINER].join(', ')}`;
  return faultOf(() => changeContainer(new Map(), container));
}

function checkTargets(to: unknown): string | undefined {
  const targets = typeof to === 'string' ? [to] : to;
  if (!list(targets, isText) || (targets as readonly string[]).length === 0) return 'it is a path, or a list of paths';
  return faultOf(() => (targets as readonly string[]).forEach((target) => void parseTarget(target, '.')));
}

const CONTAINER: ReadonlySet<string> = new Set<keyof ContainerChanges>([
  'entrypoint',
  'cmd',
  'env',
  'user',
  'workdir',
  'ports',
  'volumes',
  'labels',
  'stopSignal',
  'healthcheck',
]);

function isReference(value: string): boolean {
  return isText(value) && faultOf(() => parseReference(value)) === undefined;
}

function isPlatform(value: string): boolean {
  return isText(value) && faultOf(() => parsePlatform(value)) === undefined;
}

function isRule(value: Partial<LayerRule> | null): boolean {
  return isText(value?.name) && (isText(value?.include) || list(value?.include, isText));
}

function faultOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 80) ?? String(value);
}
