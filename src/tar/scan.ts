import { LadingError } from '../errors.ts';
import type { Source } from '../stream/index.ts';
import { areZeros, checkBody } from './body.ts';
import { BLOCK } from './format.ts';
import { type ParseEvent, type ParseOptions, TarParser } from './parser.ts';
import { TarIndex } from './tar-index.ts';

const SMALLEST = 4 * 1024;
const LARGEST = 64 * 1024;
// A system call costs about what copying 10 KiB does, so a larger window pays where it holds a header every 2 KiB: measured on a Debian root.
const DENSE = 2048;

/**
 * Indexes an archive that can be read at any place. Headers are read, bodies are jumped over.
 * @throws {TarError} where the archive is faulty or cut. @throws {LimitError} where it declares more than `options.limits` allow.
 */
export async function scanTar(source: Source, options: ParseOptions = {}): Promise<TarIndex> {
  const scan = new Scan(source, options);
  const { readSync } = source;
  while (!scan.done) {
    const { position, length } = scan;
    scan.accept(readSync ? readSync(position, length) : await source.read(position, length));
  }
  return scan.finish(await holdsData(source, scan.end));
}

/** Whether anything but zeros lies behind the end of the archive. */
async function holdsData(source: Source, start: number): Promise<boolean> {
  for await (const chunk of source.stream(start)) {
    if (!areZeros(chunk)) return true;
  }
  return false;
}

/**
 * One pass over the headers through a window. The window doubles while headers lie close together and halves while bodies lie between them,
 * so that small files cost few reads and large ones few bytes.
 */
class Scan {
  readonly #source: Source;
  readonly #parser: TarParser;
  readonly #index: TarIndex;
  #window: number = SMALLEST;
  #needed: number = BLOCK;
  #last: ParseEvent | undefined;
  done = false;

  constructor(source: Source, options: ParseOptions) {
    this.#source = source;
    this.#parser = new TarParser(options);
    this.#index = new TarIndex(source);
    this.#check();
  }

  get position(): number {
    return this.#parser.position;
  }

  get length(): number {
    return Math.max(this.#needed, this.#window);
  }

  /** Where the archive ends, once it is done. */
  get end(): number {
    return this.#end.offset;
  }

  get #end(): ParseEvent & { type: 'end' } {
    return this.#last as ParseEvent & { type: 'end' };
  }

  /** Parses all headers that lie in a window read at `position`. */
  accept(bytes: Uint8Array): void {
    if (bytes.length < this.#needed)
      throw new LadingError(
        'ESTALE',
        `Cannot read at ${this.position}: the source has fewer bytes than its size says; it changed since it was opened`,
      );
    const start = this.position;
    let headers = 0;
    for (;;) {
      const event = this.#parser.parse(bytes, Math.min(this.position - start, bytes.length));
      this.#last = event;
      if (event.type === 'need') break;
      if (event.type === 'end') {
        this.done = true;
        return;
      }
      if (event.type === 'entry') this.#add(event);
      headers++;
      if (this.position - start >= bytes.length) break;
    }
    this.#window = headers * DENSE >= bytes.length ? Math.min(this.#window * 2, LARGEST) : Math.max(this.#window / 2, SMALLEST);
    this.#needed = this.#last.type === 'need' ? this.#last.bytes : BLOCK;
    this.#check();
  }

  finish(garbage: boolean): TarIndex {
    const { offset, zeroBlocks } = this.#end;
    return this.#index.finish({ offset, zeroBlocks, size: this.#source.size - offset, garbage });
  }

  #add(event: ParseEvent & { type: 'entry' }): void {
    checkBody(event.header.name, event.bodyOffset, event.stored, this.#source.size - event.bodyOffset);
    this.#index.add(event);
  }

  #check(): void {
    const available = this.#source.size - this.position;
    if (available >= this.#needed) return;
    this.#last = this.#parser.end(available);
    this.done = true;
  }
}
