import type { WasteRule } from '../../analyze/index.ts';
import { parseSize } from '../format/size.ts';
import { compileGlob } from '../glob.ts';
import { UsageError } from '../outcome.ts';

/** What is asked of an image, by options or by a file. */
export interface WasteSettings {
  /** A number of layers, or an image. */
  readonly base?: string;
  /** Such as `5%`. */
  readonly maxWaste?: string;
  /** Such as `20M`. */
  readonly maxBytes?: string;
  readonly failOn?: readonly string[];
}

/** The rules that settings make. `nameOf` tells what a setting is called where it stands, for errors. */
export async function rulesOf({ maxWaste, maxBytes, failOn = [] }: WasteSettings, nameOf: (key: string) => string): Promise<readonly WasteRule[]> {
  const rules: WasteRule[] = [];
  if (maxWaste !== undefined) rules.push({ rule: 'max-waste', percent: percentOf(maxWaste, nameOf('maxWaste')) });
  if (maxBytes !== undefined) rules.push({ rule: 'max-bytes', bytes: bytesOf(maxBytes, nameOf('maxBytes')) });
  for (const pattern of failOn) rules.push({ rule: 'fail-on', pattern, matches: await compileGlob(pattern) });
  return rules;
}

function percentOf(text: string, name: string): number {
  const percent = /^\d+(\.\d+)?%?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
  if (percent <= 100) return percent;
  throw new UsageError(`Cannot use ${name}: ${JSON.stringify(text)} is no percentage from 0 to 100, such as 5 or 2.5%`);
}

function bytesOf(text: string, name: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined) throw new UsageError(`Cannot use ${name}: ${JSON.stringify(text)} is no size, such as 1000, 20M or 1.5G (units of 1,024)`);
  return bytes;
}
