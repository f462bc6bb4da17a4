import { parseAddress } from '../address.ts';
import { type ContainerChanges, type LayerCompression, parsePlatform, parseReference } from '../oci/index.ts';
import { containerFault } from './container-option.ts';
import { secondsOf } from './created.ts';
import { type LayerRule, layersFault } from './layer-rule.ts';
import { faultOf, isList, isObject, isText } from './option-faults.ts';
import { parseTarget } from './target.ts';

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
  /** When the image was made: a time of RFC 3339, which has a zone, or seconds since 1970. Default `SOURCE_DATE_EPOCH`, or 0. */
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

const text: Check = (value) => (isText(value) ? undefined : 'it is text');
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'it is true or false');

const CHECKS: { readonly [name in keyof Required<LadingOptions>]: Check } = {
  from: (value) => text(value) ?? faultOf(() => parseAddress(value, () => false)),
  to: checkTargets,
  tags: (value) => (isList(value, isReference) ? undefined : 'it is a list of names, such as ["app:1.0"]'),
  root: (value) => (isText(value) && (value as string).startsWith('/') ? undefined : 'it is an absolute path in the image, such as /app'),
  container: containerFault,
  platforms: (value) =>
    isList(value, isPlatform) && (value as readonly string[]).length > 0 ? undefined : 'it is a list of platforms, such as ["linux/amd64"]',
  layers: layersFault,
  compression: (value) => (['none', 'gzip', 'zstd'].includes(value) ? undefined : 'it is none, gzip or zstd'),
  created: (value) =>
    secondsOf(value) === undefined ? 'it is a time with its zone, such as 2026-05-01T12:00:00Z, or seconds since 1970' : undefined,
  sourcemaps: flag,
  dependencies: flag,
  load: (value) => (typeof value === 'boolean' || ['docker', 'podman'].includes(value) ? undefined : 'it is true, false, "docker" or "podman"'),
  metadata: (value) => ((value as unknown) === false || isText(value) ? undefined : 'it is a path, or false'),
};

/** Says what is wrong with options when the build starts, and not at its end. @throws {TypeError} which names the option. */
export function checkOptions(options: LadingOptions = {}): LadingOptions {
  if (!isObject(options)) throw new TypeError('Cannot take the options of lading: they are an object');
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(CHECKS, name))
      throw new TypeError(`Cannot take the option "${name}" of lading: there is none of that name; there are ${Object.keys(CHECKS).join(', ')}`);
    const fault = value === undefined ? undefined : CHECKS[name as keyof LadingOptions](value as never);
    if (fault !== undefined) throw new TypeError(`Cannot take the option "${name}" of lading: ${fault}, not ${shown(value)}`);
  }
  return options;
}

function checkTargets(to: unknown): string | undefined {
  const targets = typeof to === 'string' ? [to] : to;
  if (!isList(targets, isText) || (targets as readonly string[]).length === 0) return 'it is a path, or a list of paths';
  return faultOf(() => (targets as readonly string[]).forEach((target) => void parseTarget(target, '.')));
}

function isReference(value: string): boolean {
  return isText(value) && faultOf(() => parseReference(value)) === undefined;
}

function isPlatform(value: string): boolean {
  return isText(value) && faultOf(() => parsePlatform(value)) === undefined;
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 80) ?? String(value);
}
