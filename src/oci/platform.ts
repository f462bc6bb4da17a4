import { ImageError, quote } from '../errors.ts';

/** What an image runs on, with the names of the image specification. */
export interface Platform {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
  readonly 'os.features'?: readonly string[];
}

const FORM = /^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.-]+)\))?\/([A-Za-z0-9_-]+)(?:\/([A-Za-z0-9_.-]+))?$/;

/**
 * Parses `os/architecture[/variant]`, and `os(version)/architecture[/variant]` as containerd writes it for Windows. The result is normalised.
 * @throws {ImageError} `PLATFORM_INVALID`
 */
export function parsePlatform(text: string): Platform {
  const [, os, version, architecture, variant] = FORM.exec(text) ?? [];
  if (os === undefined || architecture === undefined)
    throw new ImageError('PLATFORM_INVALID', `Cannot read the platform ${quote(text)}: write it as os/architecture[/variant], such as linux/arm64`);
  return normalizePlatform({ os, architecture, ...(version !== undefined && { 'os.version': version }), ...(variant !== undefined && { variant }) });
}

/** The inverse of `parsePlatform`: `linux/arm/v7`, `windows(10.0.17763.3650)/amd64`. */
export function formatPlatform(platform: Platform): string {
  const version = platform['os.version'];
  return [version ? `${platform.os}(${version})` : platform.os, platform.architecture, platform.variant].filter(Boolean).join('/');
}

// The names that `uname -m`, Debian and macOS use.
const ARCHITECTURES: ReadonlyMap<string, readonly [architecture: string, variant?: string]> = new Map([
  ['i386', ['386']],
  ['x86_64', ['amd64']],
  ['x86-64', ['amd64']],
  ['aarch64', ['arm64']],
  ['armhf', ['arm', 'v7']],
  ['armel', ['arm', 'v6']],
]);

// The variant that an architecture means without one. It is written out for arm only, as engines do.
const BASE_LEVEL: ReadonlyMap<string, number> = new Map([
  ['amd64', 1],
  ['arm', 7],
  ['arm64', 8],
]);

/** One spelling for what is the same: `aarch64` and `arm64/v8` are `arm64`, `arm` is `arm/v7`, `x86_64` is `amd64`, `macos` is `darwin`. */
export function normalizePlatform(platform: Platform): Platform {
  const { variant: given, ...rest } = platform;
  const spelled = platform.architecture.toLowerCase();
  const [architecture, implied] = ARCHITECTURES.get(spelled) ?? [spelled];
  const variant = normalizeVariant(architecture, given || implied);
  const os = platform.os.toLowerCase();
  return { ...rest, os: os === 'macos' ? 'darwin' : os, architecture, ...(variant !== undefined && { variant }) };
}

function normalizeVariant(architecture: string, variant: string | undefined): string | undefined {
  const base = BASE_LEVEL.get(architecture);
  const spelled = variant && /^\d/.test(variant) ? `v${variant}` : variant;
  if (base === undefined) return spelled;
  if (architecture === 'arm') return spelled ?? `v${base}`;
  return spelled === `v${base}` ? undefined : spelled;
}

/**
 * How well an image for `offered` runs where `wanted` was asked for: 0 is exact, more is an older variant of the same processor
 * (`arm/v6` where `arm/v7` is wanted), `undefined` is not at all. `unknown/unknown`, the platform of attestations, matches only itself.
 */
export function platformDistance(wanted: Platform, offered: Platform): number | undefined {
  const [a, b] = [normalizePlatform(wanted), normalizePlatform(offered)];
  if (a.os !== b.os || a.architecture !== b.architecture || !isVersion(a['os.version'], b['os.version'])) return undefined;
  if (a.variant === b.variant) return 0;
  const [newest, level] = [levelOf(a), levelOf(b)];
  if (newest === undefined || level === undefined) return a.variant === undefined ? 1 : undefined;
  return level <= newest ? newest - level : undefined;
}

function isVersion(wanted: string | undefined, offered = ''): boolean {
  return wanted === undefined || offered === wanted || offered.startsWith(`${wanted}.`);
}

function levelOf({ architecture, variant }: Platform): number | undefined {
  if (variant === undefined) return BASE_LEVEL.get(architecture);
  return BASE_LEVEL.has(architecture) && /^v\d+(?:\.\d+)?$/.test(variant) ? Number(variant.slice(1)) : undefined;
}

/** Whether it is `unknown/unknown`: what BuildKit gives an attestation, so that no engine runs it. */
export function isUnknownPlatform(platform: Platform): boolean {
  return platform.os === 'unknown' && platform.architecture === 'unknown';
}

/** The item that runs best where `wanted` was asked for; of equals the first, as the specification says. Items without a platform do not count. */
export function selectPlatform<T extends { readonly platform?: Platform }>(items: readonly T[], wanted: Platform): T | undefined {
  let best: T | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const distance = item.platform && platformDistance(wanted, item.platform);
    if (distance === undefined || distance >= least) continue;
    best = item;
    least = distance;
  }
  return best;
}
