import { ImageError, quote } from '../errors.ts';
import type { Json, JsonObject } from './json.ts';
import { encodeJson } from './json-edit.ts';

/** A deviation from the specification that leaves no doubt about the meaning: the document is read all the same. */
export interface Problem {
  /** `error` where the specification says MUST. */
  readonly severity: 'error' | 'warning';
  /** JSON pointer (RFC 6901) of the value, `''` for the whole document. */
  readonly where: string;
  readonly message: string;
}

/** A value at its place in the document that is being read. */
export interface Field {
  readonly value: Json;
  readonly where: string;
  readonly document: { readonly what: string; readonly problems: Problem[] };
}

/** Reads a value of one shape. Throws `OCI_DOCUMENT` where the value has another one. */
export type Reader<T> = (field: Field) => T;

/** The whole of a document. `what` names it in messages: `the image manifest`. */
export function documentField(value: Json, what: string): Field {
  return { value, where: '', document: { what, problems: [] } };
}

/** Ends the reading: the value is not what it must be. */
export function fail(field: Field, reason: string, code: 'OCI_DOCUMENT' | 'OCI_AMBIGUOUS' | 'OCI_UNSUPPORTED' = 'OCI_DOCUMENT'): never {
  throw new ImageError(code, `Cannot read ${field.document.what}: ${field.where || 'it'} ${reason}`, field.where);
}

/** Lists a deviation, and goes on. */
export function note(field: Field, severity: Problem['severity'], reason: string): void {
  field.document.problems.push({ severity, where: field.where, message: `${field.where || 'the document'} ${reason}` });
}

export const text: Reader<string> = (field) => (typeof field.value === 'string' ? field.value : mismatch(field, 'a string'));

/** Text, or `null` where Go's decoder makes an empty string of it. */
export const textOrNull: Reader<string> = (field) => {
  if (field.value !== null) return text(field);
  note(field, 'error', 'is null, not a string');
  return '';
};

export const flag: Reader<boolean> = (field) => (typeof field.value === 'boolean' ? field.value : mismatch(field, 'true or false'));

/** A number of bytes: whole, not negative, exact in a double. */
export const size: Reader<number> = (field) =>
  typeof field.value === 'number' && Number.isSafeInteger(field.value) && field.value >= 0
    ? field.value
    : mismatch(field, 'a whole number from 0 to 2^53 - 1');

export const object: Reader<JsonObject> = (field) => (field.value instanceof Map ? field.value : mismatch(field, 'an object'));

export function list<T>(of: Reader<T>): Reader<readonly T[]> {
  return (field) =>
    Array.isArray(field.value) ? Object.freeze(field.value.map((item, i) => of(child(field, String(i), item)))) : mismatch(field, 'an array');
}

export function mapOf<T>(of: Reader<T>): Reader<ReadonlyMap<string, T>> {
  return (field) => new Map([...object(field)].map(([name, value]) => [name, of(child(field, name, value))]));
}

/** Reads with `reader`, and notes an error where `holds` does not. */
export function expecting<T>(reader: Reader<T>, holds: (value: T) => boolean, reason: string): Reader<T> {
  return (field) => {
    const value = reader(field);
    if (!holds(value)) note(field, 'error', `${described(field.value)} ${reason}`);
    return value;
  };
}

type Readers<T> = { readonly [K in keyof T]-?: Reader<Exclude<T[K], undefined>> };

/**
 * An object with known members. Members without a reader stay as they are, so that a descriptor can be written again without loss.
 *
 * Names are matched as Go's decoder matches them in every engine: `null` is absent, and case does not count (there are archives whose
 * `manifest.json` says `layers`). Two spellings of one name are refused, for one reader would take the first and the next the second.
 */
export function record<T extends object>(readers: Readers<T>, required: readonly (keyof T & string)[] = []): Reader<T> {
  const names = new Map(Object.keys(readers).map((name) => [fold(name), name as keyof T & string]));
  return (field) => {
    const members = new Map<string, unknown>();
    const spellings = new Map<string, string>();
    for (const [spelling, value] of object(field)) {
      const name = names.get(fold(spelling));
      const at = child(field, spelling, value);
      if (name === undefined) members.set(spelling, value);
      else {
        if (spellings.has(name)) fail(at, `is ${quote(spellings.get(name) as string)} in another spelling`, 'OCI_AMBIGUOUS');
        spellings.set(name, spelling);
        if (spelling !== name) note(at, 'warning', `is spelled ${name} in the specification`);
        if (value !== null) members.set(name, readers[name](at));
      }
    }
    for (const name of required) if (!members.has(name)) fail(field, `has no ${quote(name)}`);
    return Object.freeze(Object.fromEntries(members)) as T;
  };
}

/** The member of an object that Go's decoder would read for this name. */
export function memberNamed(object: JsonObject, name: string): Json | undefined {
  for (const [spelling, value] of object) if (fold(spelling) === fold(name)) return value;
  return undefined;
}

// The order matters: upper case unites s with ſ (U+017F), lower case unites k with the Kelvin sign (U+212A), as simple folding does.
function fold(name: string): string {
  return name.toUpperCase().toLowerCase();
}

function child(field: Field, name: string, value: Json): Field {
  return { value, where: `${field.where}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, document: field.document };
}

/** Ends the reading: the value has the wrong type or form. */
export function mismatch(field: Field, wanted: string): never {
  fail(field, `is ${described(field.value)}, not ${wanted}`);
}

function described(value: Json): string {
  if (Array.isArray(value)) return 'an array';
  return value instanceof Map ? 'an object' : typeof value === 'string' ? quote(value) : new TextDecoder().decode(encodeJson(value));
}
