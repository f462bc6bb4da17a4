import { existsSync, readFileSync } from 'node:fs';
import type { WasteRule } from '../../analyze/index.ts';
import { UsageError } from '../outcome.ts';
import { parseDive } from './dive.ts';
import { rulesOf, type WasteSettings } from './settings.ts';

/** What a file says of waste. */
export interface WasteConfig {
  readonly path: string | undefined;
  readonly base: string | undefined;
  readonly rules: readonly WasteRule[];
}

/** The files that are looked for in the current folder; the first that is there counts. */
export const CONFIG_FILES: readonly string[] = ['.lading.json', '.dive-ci'];

/** Reads the file that is named, or the one in the current folder; `false` reads none. A name that ends in `.json` is ours, any other is dive's. */
export async function readConfig(named: string | boolean | undefined): Promise<WasteConfig> {
  const path = typeof named === 'string' ? named : named === false ? undefined : CONFIG_FILES.find((name) => existsSync(name));
  if (path === undefined) return { path, base: undefined, rules: [] };
  const text = textOf(path);
  if (!path.endsWith('.json')) return { path, base: undefined, rules: await parseDive(text, path) };
  const settings = parseSettings(text, path);
  return { path, base: settings.base, rules: await rulesOf(settings, (key) => `"waste.${key}" of ${path}`) };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Whether a value is what a key wants; the text says what that is. */
const KEYS: Readonly<Record<keyof WasteSettings, readonly [what: string, (value: unknown) => boolean]>> = {
  base: ['a number of layers or an image', isWord],
  maxWaste: ['a percentage', isWord],
  maxBytes: ['a size', isWord],
  failOn: ['a list of patterns', (value) => Array.isArray(value) && value.every((item) => typeof item === 'string')],
};

function isWord(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

/** Reads a `.lading.json`; what is about other verbs stands beside `waste`. */
function parseSettings(text: string, path: string): WasteSettings {
  const document = members(readJson(text, path), 'the document', path);
  const other = Object.keys(document).find((key) => key !== 'waste');
  if (other !== undefined) throw new UsageError(`Cannot read ${path}: there is no key "${other}"; there is "waste"`);
  const settings: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(members(document.waste ?? {}, '"waste"', path))) {
    const [what, isRight] = (Object.hasOwn(KEYS, key) && KEYS[key as keyof WasteSettings]) || [];
    if (!what || !isRight) throw new UsageError(`Cannot read ${path}: there is no key "waste.${key}"; there are ${Object.keys(KEYS).join(', ')}`);
    if (!isRight(value)) throw new UsageError(`Cannot read ${path}: "waste.${key}" is not ${what}`);
    settings[key] = Array.isArray(value) ? value : String(value);
  }
  return settings;
}

function readJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: it is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function members(value: unknown, name: string, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UsageError(`Cannot read ${path}: ${name} is no object`);
}
