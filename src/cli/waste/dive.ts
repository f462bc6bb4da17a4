import type { WasteRule } from '../../analyze/index.ts';
import { UsageError } from '../outcome.ts';

/** The rules of dive, with what it takes where its file does not name them. */
const DEFAULTS = { lowestEfficiency: '0.9', highestWastedBytes: 'disabled', highestUserWastedPercent: '0.1' } as const;
type Rule = keyof typeof DEFAULTS;

/** Reads a `.dive-ci`, as dive does: YAML with a map `rules`. What it does not know is an error here, so that no rule goes unheeded. */
export async function parseDive(text: string, path: string): Promise<readonly WasteRule[]> {
  const { parse } = await import('yaml');
  const given = rulesIn(readYaml(parse, text, path), path);
  return (Object.keys(DEFAULTS) as Rule[]).flatMap((rule) => {
    const value = given[rule] ?? DEFAULTS[rule];
    return isDisabled(value) ? [] : [ruleOf(rule, String(value).trim(), path)];
  });
}

function readYaml(parse: (text: string) => unknown, text: string, path: string): unknown {
  try {
    return parse(text) ?? {};
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: it is no YAML: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
  }
}

function rulesIn(document: unknown, path: string): Readonly<Record<string, unknown>> {
  const { rules = {}, ...others } = mapOf(document, 'the document', path);
  assertKnown(Object.keys(others), ['rules'], '', path);
  const given = mapOf(rules ?? {}, 'rules', path);
  assertKnown(Object.keys(given), Object.keys(DEFAULTS), 'rules.', path);
  return given;
}

function mapOf(value: unknown, name: string, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UsageError(`Cannot read ${path}: ${name} is no map`);
}

function assertKnown(keys: readonly string[], known: readonly string[], prefix: string, path: string): void {
  const unknown = keys.find((key) => !known.includes(key));
  if (unknown !== undefined) throw new UsageError(`Cannot read ${path}: there is no key ${prefix}${unknown}; there are ${known.join(', ')}`);
}

// YAML makes a boolean of `false`; dive takes it as a word.
const OFF: readonly string[] = ['', 'disabled', 'off', 'false'];

function isDisabled(value: unknown): boolean {
  return OFF.includes(String(value).trim().toLowerCase());
}

function ruleOf(rule: Rule, value: string, path: string): WasteRule {
  if (rule === 'highestWastedBytes') return { rule, bytes: bytesOf(value, path) };
  const fraction = /^\d*\.?\d+$/.test(value) ? Number(value) : Number.NaN;
  if (fraction <= 1) return { rule, fraction };
  throw new UsageError(`Cannot read ${path}: rules.${rule} is ${JSON.stringify(value)}, not a number from 0 to 1, or disabled`);
}

// As dive reads sizes: `MB` is a million bytes, `MiB` is 1,048,576.
const UNITS = 'bkmgtp';

function bytesOf(value: string, path: string): number {
  const [, number, unit = 'b', binary] = /^(\d+(?:\.\d+)?)\s*(?:([kmgtp])?(i)?b?)$/i.exec(value.replaceAll(',', '')) ?? [];
  if (number === undefined) throw new UsageError(`Cannot read ${path}: rules.highestWastedBytes is ${JSON.stringify(value)}, no size such as 20MB`);
  return Math.floor(Number(number) * (binary ? 1024 : 1000) ** UNITS.indexOf(unit.toLowerCase()));
}
