/** Groups of texts that repeat, each kept once and known by a number from 0. */
export class Interned<T extends readonly string[]> {
  readonly #ids: Map<string, number> = new Map();
  readonly #values: T[] = [];
  /** What was asked for last: most entries are like the one before them. */
  #last = 0;

  id(value: T): number {
    if (!isSame(value, this.#values[this.#last])) this.#last = this.#find(value);
    return this.#last;
  }

  value(id: number): T {
    return this.#values[id] as T;
  }

  #find(value: T): number {
    const key = value.join('\0');
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.#values.length);
    return this.#values.push(value) - 1;
  }
}

function isSame(a: readonly string[], b: readonly string[] | undefined): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b?.[i]) return false;
  return true;
}
