import { Interned } from './interned.ts';
import type { PaxRecords } from './pax.ts';

/**
 * The PAX records of many entries in one array of bytes: a map and an array for each value would be ten times as much. Keys repeat and are kept once; a
 * record is the number of its key, the length of its value and the value. Numbers are in base 128, the low digits first, with 128 added to all but the last.
 */
export class RecordStore {
  readonly #keys: Interned<readonly [key: string]> = new Interned();
  #bytes = new Uint8Array(256);
  #end = 0;
  readonly #starts: number[] = [];
  /** What was added or asked for last: entries that have global records only share one map. */
  #last: { readonly id: number; readonly records: PaxRecords } | undefined;

  /** Keeps the records and returns the number by which to ask for them. */
  add(records: PaxRecords): number {
    if (this.#last?.records === records) return this.#last.id;
    const id = this.#starts.push(this.#end) - 1;
    for (const [key, value] of records) this.#addRecord(this.#keys.id([key]), value);
    this.#last = { id, records };
    return id;
  }

  records(id: number): PaxRecords {
    if (this.#last?.id !== id) this.#last = { id, records: this.#read(this.#starts[id] as number, this.#starts[id + 1] ?? this.#end) };
    return this.#last.records;
  }

  /** Gives back the room that growing left over. */
  trim(): void {
    this.#bytes = this.#bytes.slice(0, this.#end);
  }

  #addRecord(key: number, value: Uint8Array): void {
    this.#reserve(20 + value.length);
    this.#addNumber(key);
    this.#addNumber(value.length);
    this.#bytes.set(value, this.#end);
    this.#end += value.length;
  }

  #addNumber(number: number): void {
    let rest = number;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes[this.#end++] = 128 + (rest % 128);
    this.#bytes[this.#end++] = rest;
  }

  #reserve(length: number): void {
    if (this.#end + length <= this.#bytes.length) return;
    const bigger = new Uint8Array(2 * (this.#end + length));
    bigger.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = bigger;
  }

  #read(start: number, end: number): PaxRecords {
    const records = new Map<string, Uint8Array>();
    let at = start;
    const number = (): number => {
      let sum = 0;
      for (let unit = 1; ; unit *= 128) {
        const digit = this.#bytes[at++] as number;
        if (digit < 128) return sum + digit * unit;
        sum += (digit - 128) * unit;
      }
    };
    while (at < end) {
      const [key] = this.#keys.value(number());
      const length = number();
      records.set(key, this.#bytes.slice(at, at + length));
      at += length;
    }
    return records;
  }
}
