import { quote } from '../errors.ts';
import { type Json, type JsonObject, parseJson } from './json.ts';

/**
 * Writes a value as compact JSON in UTF-8. Takes what `parseJson` gives, and plain objects and arrays as well; members that are `undefined` are left out.
 * What was parsed comes out with every member, in its order.
 */
export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(write(value));
}

function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = membersOf(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${write(member)}`).join(',')}}`;
  }
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return JSON.stringify(value);
  throw new TypeError(`Cannot write ${String(value)} as JSON`);
}

function membersOf(value: object): readonly (readonly [string, unknown])[] {
  if (value instanceof Map) return [...value];
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return Object.entries(value);
  throw new TypeError('Cannot write an instance of a class as JSON: give a plain object or a Map');
}

/**
 * A copy of `object` in which the member at `path` is `value`, or is gone where `value` is undefined. Every other member keeps its value and place,
 * also those that this package knows nothing of. Objects that are missing on the way are made; `value` is anything that `encodeJson` takes.
 *
 * ```ts
 * const bytes = encodeJson(edit(config.json, ['config', 'WorkingDir'], '/srv'));
 * ```
 */
export function edit(object: JsonObject, path: readonly [string, ...string[]], value: unknown): JsonObject {
  const [name, ...rest] = path;
  const copy = new Map(object);
  const changed = isPath(rest) ? editMember(object.get(name), rest, value) : value === undefined ? undefined : parseJson(encodeJson(value));
  if (changed === undefined) copy.delete(name);
  else copy.set(name, changed);
  return copy;
}

function editMember(member: Json | undefined, path: readonly [string, ...string[]], value: unknown): Json | undefined {
  if (member instanceof Map) return edit(member, path, value);
  if (member !== undefined && member !== null) throw new TypeError(`Cannot edit ${quote(path.join('.'))}: what holds it is no object`);
  return value === undefined ? member : edit(new Map(), path, value);
}

function isPath(path: readonly string[]): path is readonly [string, ...string[]] {
  return path.length > 0;
}
