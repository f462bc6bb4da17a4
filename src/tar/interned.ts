/** Values that repeat, each kept once and known by a number from 0. */
export class Interned<T> {
  readonly #ids: Map<string, number> = new Map();
  readonly #values: T[] = [];
  readonly #key: (value: T) => string;

  constructor(key: (value: T) => string) {
    this.#key = key;
  }

  id(value: T): number {
    const key = this.#key(value);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.#values.length);
    return this.#values.push(value) - 1;
  }

  value(id: number): T {
    return this.#values[id] as T;
  }
}
