import { LadingError, LimitError } from './errors.ts';
import { type Archive, type OpenOptions, open } from './open.ts';
import type { Source } from './stream/index.ts';
import { type Node, Tree } from './tree/index.ts';

/** How far archives inside archives are followed. */
export interface NestingLimits {
  /** How many archives may lie one inside the other; the outermost, which no other holds, does not count. */
  readonly depth: number;
  /** Bytes that anything compressed on the way may unpack to. No limit by default. */
  readonly size: number;
  /**
   * The same limit as a multiple of the first archive that was stepped into, where that is over `unpack.ratioFrom`, 1 GiB by default: what unpacks level by
   * level multiplies.
   */
  readonly ratio: number;
}

export interface NestedOptions extends OpenOptions {
  /** The archive that it lies in, if that was opened by `openNested` as well: depth and ratio are counted from the first of them. */
  readonly within?: Archive;
  readonly nesting?: Partial<NestingLimits>;
}

/** The default of `nesting.depth`. */
export const MAX_NESTING = 32;

const DEFAULTS: NestingLimits = { depth: MAX_NESTING, size: Number.POSITIVE_INFINITY, ratio: 2000 };
const SMALL = 2 ** 30;

/** Where an archive is in a nest. */
interface Level {
  readonly depth: number;
  /** Size of the first archive of the nest that is a file. */
  readonly first: number | undefined;
}

const levels: WeakMap<Archive, Level> = new WeakMap();

/**
 * Opens an archive that lies in another one: a file of its tree, or a directory of it that is an OCI layout. Everything that `open` takes is taken, and
 * nothing is read before it is wanted. Keep the outer archive open as long as this one is read.
 *
 * ```ts
 * const outer = await open('app.tar');
 * const inner = await openNested((await outer.tree()).resolve('opt/data.tar.gz'));
 * ```
 * @throws {LadingError} `INPUT_KIND` for a node that holds nothing, such as a link; else as `open`. @throws {LimitError} `LIMIT_NESTING`, and `LIMIT_SIZE` while
 * it is read.
 */
export async function openNested(input: Node | Source, { within, nesting, ...options }: NestedOptions = {}): Promise<Archive> {
  const limits = { ...DEFAULTS, ...nesting };
  const content = contentOf(input);
  const above = within && levels.get(within);
  const level = { depth: (above?.depth ?? 0) + 1, first: above?.first ?? (content instanceof Tree ? undefined : content.size) };
  if (level.depth > limits.depth) throw tooDeep(level.depth, limits.depth);
  const archive = await open(content, { ...options, unpack: { ...options.unpack, size: largest(level, limits, options) } });
  levels.set(archive, level);
  return archive;
}

function contentOf(input: Node | Source): Source | Tree {
  if (!('type' in input)) return input;
  if (input.type === 'file') return input.body;
  if (input.type === 'directory') return new Tree(input);
  throw new LadingError('INPUT_KIND', `Cannot open a ${input.type} as an archive: it holds nothing; give the file or directory that it leads to`);
}

function largest({ first = Number.POSITIVE_INFINITY }: Level, { size, ratio }: NestingLimits, { unpack }: OpenOptions): number {
  const grown = Math.max(unpack?.ratioFrom ?? SMALL, ratio * first);
  return Math.min(unpack?.size ?? Number.POSITIVE_INFINITY, size, grown);
}

function tooDeep(depth: number, limit: number): LimitError {
  const message = `Cannot open the archive: it is the ${depth}th inside another, over the limit of ${limit}; raise nesting.depth if that is meant`;
  return new LimitError('LIMIT_NESTING', message, limit, depth);
}
