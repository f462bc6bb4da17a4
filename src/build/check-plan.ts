import { COMPRESSION_LEVELS, compress } from '../compress/index.ts';
import { cannotSet, parseTime } from '../oci/index.ts';
import type { BuildPlan, LayerPlan } from './plan.ts';

/**
 * Looks at a plan before there is any work.
 * @throws {TypeError} which names the field that cannot be. @throws {RangeError} for a level that the compression does not have.
 * @throws {LadingError} `COMPRESS_UNSUPPORTED`
 */
export function checkPlan({ created, author, platform, annotations, layers = [], compression = 'gzip', level }: BuildPlan): void {
  check('created', created, isTime, 'a time of RFC 3339, such as 2026-05-01T12:00:00Z');
  check('author', author, isText, 'text');
  check('platform', platform, isPlatform, 'an object such as { os: "linux", architecture: "arm64" }');
  check('annotations', annotations, isTexts, 'an object whose members are text');
  check('compression', compression, isCompression, 'none, gzip or zstd');
  layers.forEach(checkLayer);
  if (compression !== 'none') compress([], { format: compression, ...(level !== undefined && { level }) }); // nothing is read of it, but it looks at the level
}

function checkLayer({ at, createdBy }: LayerPlan, i: number): void {
  check(`layers[${i}].at`, at, isText, 'the path of a directory in the image');
  check(`layers[${i}].createdBy`, createdBy, isText, 'text');
}

function check(name: string, value: unknown, isGood: (value: unknown) => boolean, wanted: string): void {
  if (value !== undefined && !isGood(value)) throw cannotSet(name, value, wanted);
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isName = (value: unknown): boolean => isText(value) && value !== '';
const isTime = (value: unknown): boolean => isText(value) && parseTime(value as string) !== undefined;
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
const isTexts = (value: unknown): boolean => isObject(value) && Object.values(value).every(isText);
const isCompression = (value: unknown): boolean => value === 'none' || Object.hasOwn(COMPRESSION_LEVELS, value as string);

function isPlatform(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { os, architecture, variant, 'os.version': version } = value;
  return isName(os) && isName(architecture) && [variant, version].every((each) => each === undefined || isName(each));
}
