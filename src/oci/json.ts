import { hasEscapes } from '../bytes/index.ts';
import { ImageError, LimitError, quote } from '../errors.ts';

/**
 * A JSON value that loses nothing on the way in and out: objects are Maps, so members keep their order and no name is special (`__proto__`, `1`),
 * and an integer past 2^53 is a bigint.
 */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

/** How much of a document is read: `size` in bytes, `depth` in objects and arrays one inside the other. */
export interface JsonLimits {
  readonly size: number;
  readonly depth: number;
}

/** 4 MiB is what registries and engines allow a manifest or a configuration; real ones are less than 10 deep. */
export const JSON_LIMITS: JsonLimits = { size: 4 * 1024 * 1024, depth: 64 };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses one value of strict JSON (RFC 8259, and RFC 7493 where parsers differ): UTF-8 without byte order mark, no name twice in an object at any depth,
 * no lone surrogate, no number beyond a double, nothing after the end. `what` names the document in messages.
 * @throws {ImageError} `JSON_INVALID`, `JSON_DUPLICATE`
 * @throws {LimitError} `LIMIT_SIZE`, `LIMIT_DEPTH`
 */
export function parseJson(bytes: Uint8Array, what = 'the JSON document', limits: Partial<JsonLimits> = {}): Json {
  const { size, depth } = { ...JSON_LIMITS, ...limits };
  if (bytes.length > size)
    throw new LimitError('LIMIT_SIZE', `Cannot read ${what}: it has ${bytes.length} bytes, more than ${size}`, size, bytes.length);
  return new JsonParser(decode(bytes, what), what, depth).parse();
}

function decode(bytes: Uint8Array, what: string): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new ImageError('JSON_INVALID', `Cannot read ${what}: it is not UTF-8`, '', { cause });
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;
const LITERALS: readonly (readonly [string, Json])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/** A parser of our own, because `JSON.parse` keeps the last of two members in silence where other parsers keep the first. */
class JsonParser {
  readonly #text: string;
  readonly #what: string;
  readonly #depth: number;
  #at = 0;

  constructor(text: string, what: string, depth: number) {
    this.#text = text;
    this.#what = what;
    this.#depth = depth;
  }

  parse(): Json {
    if (this.#text.charCodeAt(0) === 0xfeff) this.#fail('it begins with a byte order mark');
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) this.#fail('something follows its end');
    return value;
  }

  #value(depth: number): Json {
    this.#space();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(this.#descend(depth));
      case '[':
        return this.#array(this.#descend(depth));
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  #descend(depth: number): number {
    if (depth < this.#depth) return depth + 1;
    throw new LimitError('LIMIT_DEPTH', `Cannot read ${this.#what}: it nests deeper than ${this.#depth}`, this.#depth, depth + 1);
  }

  #object(depth: number): JsonObject {
    const members = new Map<string, Json>();
    this.#items('}', () => {
      this.#space();
      const start = this.#at;
      const name = this.#string();
      if (members.has(name)) this.#fail(`the member ${quote(name)} occurs twice in one object`, start, 'JSON_DUPLICATE');
      this.#space();
      if (!this.#take(':')) this.#fail('a colon is missing');
      members.set(name, this.#value(depth));
    });
    return members;
  }

  #array(depth: number): Json[] {
    const items: Json[] = [];
    this.#items(']', () => items.push(this.#value(depth)));
    return items;
  }

  #items(close: string, item: () => void): void {
    this.#at++;
    this.#space();
    if (this.#take(close)) return;
    for (;;) {
      item();
      this.#space();
      if (this.#take(close)) return;
      if (!this.#take(',')) this.#fail(`a comma or ${close} is missing`);
    }
  }

  #string(): string {
    const start = this.#at;
    if (!this.#take('"')) this.#fail('a string is missing');
    for (let escaped = false; ; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === 0x22) {
        const literal = this.#text.slice(start, ++this.#at);
        return escaped ? this.#unescape(literal, start) : literal.slice(1, -1);
      }
      if (code === 0x5c) {
        escaped = true;
        this.#at++;
      } else if (!(code >= 0x20)) this.#fail(this.#at < this.#text.length ? 'a control character stands in a string' : 'it ends in a string');
    }
  }

  #unescape(literal: string, start: number): string {
    let text: string;
    try {
      text = JSON.parse(literal);
    } catch {
      return this.#fail('a string has an escape that does not exist', start);
    }
    return hasEscapes(text) ? this.#fail('a string has half of a surrogate pair', start) : text;
  }

  #scalar(): Json {
    for (const [text, value] of LITERALS) {
      if (!this.#text.startsWith(text, this.#at)) continue;
      this.#at += text.length;
      return value;
    }
    const start = this.#at;
    const text = this.#match(NUMBER);
    if (text === '') this.#fail(start < this.#text.length ? 'a value is missing' : 'it ends early');
    const number = Number(text);
    if (!Number.isFinite(number)) this.#fail('a number is beyond the range of a double', start);
    return Number.isInteger(number) && !Number.isSafeInteger(number) && /^-?\d+$/.test(text) ? BigInt(text) : number;
  }

  #space(): void {
    if (!(this.#text.charCodeAt(this.#at) > 0x20)) this.#match(SPACE);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += text.length;
    return text;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #fail(reason: string, at: number = this.#at, code: 'JSON_INVALID' | 'JSON_DUPLICATE' = 'JSON_INVALID'): never {
    const byte = new TextEncoder().encode(this.#text.slice(0, at)).length;
    throw new ImageError(code, `Cannot read ${this.#what}: ${reason} (at byte ${byte})`);
  }
}
