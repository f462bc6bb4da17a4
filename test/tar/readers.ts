import { bytesSource, collect, createSource, type Source } from '../../src/stream/index.ts';
import { type Header, type ParseOptions, readTarSync, scanTar, TarParser, TarReader, type Trailer } from '../../src/tar/index.ts';
import { same } from '../same.ts';

/** An entry as a reader gives it, with its body. */
export interface Read {
  readonly header: Header;
  readonly typeflag: string;
  readonly headerOffset: number;
  readonly bodyOffset: number;
  readonly stored: number;
  readonly body: Uint8Array;
}

/** Everything that a reader says of an archive: what it gave out, and how it ended. */
export interface Outcome {
  readonly entries: readonly Read[];
  /** The code of the error, the place and the entry it names. */
  readonly fault?: { readonly code: string; readonly offset?: number; readonly entry?: string; readonly message: string };
  readonly trailer?: Trailer;
}

type Reading = AsyncGenerator<Read, Trailer | undefined, undefined>;

async function outcome(reading: Reading): Promise<Outcome> {
  const entries: Read[] = [];
  try {
    for (;;) {
      const { done, value } = await reading.next();
      if (done) return { entries, ...(value && { trailer: value }) };
      entries.push(value);
    }
  } catch (error) {
    const { code, offset, entry, message } = error as { code?: string; offset?: number; entry?: string; message: string };
    if (code === undefined) throw error;
    return { entries, fault: { code, message, ...(offset !== undefined && { offset }), ...(entry !== undefined && { entry }) } };
  }
}

/** By `readTarSync`. */
export function readSync(archive: Uint8Array, options?: ParseOptions): Promise<Outcome> {
  async function* read(): Reading {
    for (const { header, typeflag, headerOffset, bodyOffset, stored, body } of readTarSync(archive, options))
      yield { header, typeflag, headerOffset, bodyOffset, stored, body };
    return undefined;
  }
  return outcome(read());
}

/** By `TarReader`, from a stream of these chunks. */
export function readStream(chunks: Iterable<Uint8Array>, options?: ParseOptions): Promise<Outcome> {
  async function* read(): Reading {
    const reader = new TarReader(chunks, options);
    for await (const entry of reader) {
      const { header, typeflag, headerOffset, bodyOffset, stored } = entry;
      yield { header, typeflag, headerOffset, bodyOffset, stored, body: await entry.bytes() };
    }
    return reader.trailer;
  }
  return outcome(read());
}

/** By `scanTar`, and by the index that it makes. */
export function readScan(source: Source, options?: ParseOptions): Promise<Outcome> {
  async function* read(): Reading {
    const index = await scanTar(source, options);
    for (let i = 0; i < index.length; i++)
      yield {
        header: index.header(i),
        typeflag: index.typeflag(i),
        headerOffset: index.headerOffset(i),
        bodyOffset: index.bodyOffset(i),
        stored: index.stored(i),
        body: await collect(index.body(i).stream()),
      };
    return index.trailer;
  }
  return outcome(read());
}

/** A Source without a synchronous side. */
export function slowSource(archive: Uint8Array): Source {
  return createSource({ read: async (position, length) => archive.slice(position, position + length) }, archive.length);
}

/** The bytes in pieces of these sizes, over and over. */
export function* cut(archive: Uint8Array, ...sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, i = 0; at < archive.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] as number);
    yield archive.subarray(at, at + size);
    at += size;
  }
}

/** What readers that see the whole archive give out of it: not the entry whose padding is cut, which a stream gives before it comes there. */
export function given(archive: Uint8Array, entries: readonly Read[]): readonly Read[] {
  return entries.filter(({ bodyOffset, stored }) => bodyOffset + Math.ceil(stored / 512) * 512 <= archive.length);
}

/** Reads an archive in every way, demands that all of them say the same, and returns it. Only `readTarSync` has no trailer, and a scan all or nothing. */
export async function readAll(archive: Uint8Array, options?: ParseOptions): Promise<Outcome> {
  const stream = await readStream([archive], options);
  for (const sizes of [[1], [511], [512], [513], [3, 700, 64]]) same(await readStream(cut(archive, ...sizes), options), stream);
  const scan = await readScan(bytesSource(archive), options);
  same(await readScan(slowSource(archive), options), scan);
  same(scan.fault, stream.fault);
  same(scan.trailer, stream.trailer);
  const sync = await readSync(archive, options);
  same(sync.fault, stream.fault);
  same(sync.entries, given(archive, stream.entries));
  same(scan.entries, stream.fault ? [] : stream.entries);
  return stream;
}

/** The names that `TarParser` gives when it is fed exactly what it asks for, a window at a time. */
export function parseByNeed(archive: Uint8Array, options?: ParseOptions): string[] {
  const parser = new TarParser(options);
  const events: string[] = [];
  for (let needed = 512; ; ) {
    const window = archive.slice(parser.position, parser.position + needed);
    const event = window.length < needed ? parser.end(window.length) : parser.parse(window);
    needed = event.type === 'need' ? event.bytes : 512;
    if (event.type === 'need') continue;
    events.push(event.type === 'entry' ? event.header.name : event.type);
    if (event.type === 'end') return events;
  }
}

/** Reads an archive that must be whole. */
export async function readWhole(archive: Uint8Array, options?: ParseOptions): Promise<readonly Read[]> {
  const { entries, fault } = await readAll(archive, options);
  same(fault, undefined);
  return entries;
}

/** Reads an archive that must be refused, and returns what is said of it. */
export async function readFault(archive: Uint8Array, options?: ParseOptions): Promise<NonNullable<Outcome['fault']>> {
  const { fault } = await readAll(archive, options);
  if (!fault) throw new Error('the archive was read without an error');
  return fault;
}
