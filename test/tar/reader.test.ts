import { describe, expect, it } from 'vitest';
import { type ByteStream, collect } from '../../src/stream/index.ts';
import { type Entry, TarReader } from '../../src/tar/index.ts';
import { archive, block, entry, gnuLong, join, text, zeros } from './raw.ts';
import { cut } from './readers.ts';

const three = archive(entry({ name: 'a' }, 'aaaa'), entry({ name: 'b' }, 'b'.repeat(2000)), entry({ name: 'c' }, 'cc'));

/** A stream that counts what is pulled out of it, and knows whether it was closed. */
function watched(chunks: Iterable<Uint8Array>) {
  const seen = { pulled: 0, bytes: 0, closed: 0 };
  async function* stream(): AsyncGenerator<Uint8Array> {
    try {
      for (const chunk of chunks) {
        seen.pulled++;
        seen.bytes += chunk.length;
        yield chunk;
      }
    } finally {
      seen.closed++;
    }
  }
  return { seen, stream: stream() };
}

async function next(reader: TarReader): Promise<Entry> {
  const { value } = await reader.next();
  if (!value) throw new Error('there is no further entry');
  return value;
}

const iterate = (body: ByteStream): AsyncIterator<Uint8Array> => body[Symbol.asyncIterator]();

describe('a reader', () => {
  it('skips bodies that nobody reads, or reads to their end', async () => {
    const reader = new TarReader(cut(three, 300));
    expect((await next(reader)).header.name).toBe('a');
    const b = await next(reader);
    expect((await iterate(b.body).next()).value?.length).toBeGreaterThan(0);
    const c = await next(reader);
    expect(await c.bytes()).toEqual(text('cc'));
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect(reader.trailer).toEqual({ offset: 4608, zeroBlocks: 2, size: 1024, garbage: false });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it('takes every kind of input', async () => {
    const blob = new Blob([three as Uint8Array<ArrayBuffer>]);
    for (const input of [three, blob, blob.stream(), [three], cut(three, 1000), watched([three]).stream]) {
      const names: string[] = [];
      for await (const { header } of new TarReader(input)) names.push(header.name);
      expect(names).toEqual(['a', 'b', 'c']);
    }
  });

  it('limits what is held of a body', async () => {
    const reader = new TarReader([three]);
    expect(await (await next(reader)).bytes(4)).toEqual(text('aaaa'));
    await expect((await next(reader)).bytes(1999)).rejects.toMatchObject({ code: 'LIMIT_SIZE', limit: 1999 });
    expect((await next(reader)).header.name).toBe('c');
  });

  it('shows every byte that is no body, in order', async () => {
    const raw = archive(gnuLong('L', 'long'), entry({}, 'body'), block({ typeflag: '5' }), text('?'.repeat(512)).fill(0));
    const parts: Uint8Array[] = [];
    const bodies: Uint8Array[] = [];
    for await (const found of new TarReader(cut(raw, 333), { onRaw: (bytes) => parts.push(bytes) })) bodies.push(await found.bytes());
    expect(join(...bodies)).toEqual(text('body'));
    expect(join(...parts)).toEqual(join(raw.subarray(0, 1536), zeros(508), raw.subarray(2048)));
  });
});

describe('a body', () => {
  const unread = /read a body before asking for the next/;
  const again = /has been read already, or is being read/;

  it('is a TypeError after the reader has moved on, also an empty one', async () => {
    const reader = new TarReader([archive(block({ name: 'empty' }), entry({}, 'body'), block())]);
    const [first, second] = [await next(reader), await next(reader)];
    await next(reader);
    await expect(first.bytes()).rejects.toThrow(unread);
    await expect(second.bytes()).rejects.toThrow(TypeError);
    await expect(iterate(second.body).next()).rejects.toThrow(unread);
  });

  it('that was begun is a TypeError once the reader has moved on', async () => {
    const reader = new TarReader(cut(three, 256));
    await next(reader);
    const body = iterate((await next(reader)).body);
    await body.next();
    await next(reader);
    await expect(body.next()).rejects.toThrow(unread);
  });

  it('is a TypeError the second time, and at once', async () => {
    const reader = new TarReader(cut(three, 256));
    const a = await next(reader);
    expect(await a.bytes()).toEqual(text('aaaa'));
    await expect(a.bytes()).rejects.toThrow(again);
    const b = await next(reader);
    const [whole, other] = await Promise.allSettled([b.bytes(), b.bytes()]);
    expect(whole).toMatchObject({ status: 'fulfilled', value: text('b'.repeat(2000)) });
    expect(other).toMatchObject({ status: 'rejected', reason: expect.any(TypeError) });
    expect((await next(reader)).header.name).toBe('c');
  });

  it('is a TypeError when its reader was closed', async () => {
    const reader = new TarReader([three]);
    const a = await next(reader);
    await reader.return();
    await expect(a.bytes()).rejects.toThrow(unread);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect(reader.trailer).toBeUndefined();
  });

  it('that is being waited for keeps the reader where it is: next() is a TypeError', async () => {
    const reader = new TarReader(cut(three, 256));
    const a = await next(reader);
    const pending = a.bytes();
    await expect(reader.next()).rejects.toThrow(/a read of the current body has not answered yet/);
    expect(await pending).toEqual(text('aaaa'));
    expect(await (await next(reader)).bytes()).toEqual(text('b'.repeat(2000)));
  });
});

describe('next()', () => {
  it('called again before it has answered is a TypeError, and the first call is none the worse', async () => {
    const reader = new TarReader(cut(three, 256));
    const first = reader.next();
    await expect(reader.next()).rejects.toThrow(/has not answered yet/);
    expect((await first).value?.header.name).toBe('a');
    expect((await next(reader)).header.name).toBe('b');
  });

  it('gives an entry out as soon as its header is there, before its body is', async () => {
    const { seen, stream } = watched([three.subarray(0, 512), three.subarray(512)]);
    expect((await next(new TarReader(stream))).header.name).toBe('a');
    expect(seen.pulled).toBe(1);
  });

  it('gives an entry out whose body is cut, and then says so, once', async () => {
    for (const length of [512, 514, 600, 1023]) {
      const { seen, stream } = watched(cut(three.subarray(0, length), 100));
      const reader = new TarReader(stream);
      expect((await next(reader)).header.name).toBe('a');
      await expect(reader.next()).rejects.toMatchObject({ code: 'TAR_TRUNCATED', offset: 512, entry: 'a' });
      expect(await reader.next()).toEqual({ done: true, value: undefined });
      expect([reader.trailer, seen.closed]).toEqual([undefined, 1]);
    }
  });

  it('closes the input after a fault, and gives nothing more', async () => {
    const { seen, stream } = watched(cut(join(three.subarray(0, 1024), text('x'.repeat(600)), zeros(9000)), 512));
    const reader = new TarReader(stream);
    await next(reader);
    await expect(reader.next()).rejects.toMatchObject({ code: 'TAR_CHECKSUM', offset: 1024 });
    expect(seen).toMatchObject({ pulled: 3, closed: 1 });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it('cancels a ReadableStream after a fault', async () => {
    let cancelled = false;
    const input = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(text('x'.repeat(512))),
      cancel: () => {
        cancelled = true;
      },
    });
    await expect(new TarReader(input).next()).rejects.toMatchObject({ code: 'TAR_CHECKSUM' });
    expect([cancelled, input.locked]).toEqual([true, false]);
  });

  it('passes on what the input throws, whatever closing it throws', async () => {
    const failing: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(new RangeError('the disk is gone')),
        return: () => Promise.reject(new Error('and so is its handle')),
      }),
    };
    await expect(new TarReader(failing).next()).rejects.toThrow('the disk is gone');
  });
});

describe('back-pressure', () => {
  it('is real: a consumer that stalls pulls no more than the header it was given needs', async () => {
    const { seen, stream } = watched(cut(three, 128));
    const reader = new TarReader(stream);
    const a = await next(reader);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seen.pulled).toBe(4);
    const body = iterate(a.body);
    await body.next();
    expect(seen.pulled).toBe(5);
    await next(reader);
    expect(seen.bytes).toBe(1536);
  });

  it('holds inside a body: one chunk is pulled for each that is taken', async () => {
    const raw = archive(entry({ name: 'big' }, new Uint8Array(100_000)));
    const { seen, stream } = watched(cut(raw, 512));
    let taken = 0;
    for await (const chunk of (await next(new TarReader(stream))).body) {
      taken += chunk.length;
      expect(seen.bytes - 512 - taken).toBeLessThanOrEqual(512);
      if (taken > 50_000) break;
    }
    expect(seen.bytes).toBeLessThan(52_000);
  });

  it('ends with an early break: the input is closed, and nothing more is pulled', async () => {
    const { seen, stream } = watched(cut(three, 128));
    for await (const { header } of new TarReader(stream)) {
      expect(header.name).toBe('a');
      break;
    }
    expect(seen).toEqual({ pulled: 4, bytes: 512, closed: 1 });
  });

  it('ends with an early break out of a body too, and the reader goes on behind it', async () => {
    const reader = new TarReader(cut(three, 128));
    await next(reader);
    for await (const chunk of (await next(reader)).body) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect((await next(reader)).header.name).toBe('c');
  });

  it('keeps memory flat: of a body of 1 GiB no more than a chunk or two is held at a time', async () => {
    const size = 2 ** 30;
    const chunk = new Uint8Array(1024 * 1024);
    let given = 0;
    async function* large(): AsyncGenerator<Uint8Array> {
      yield block({ name: 'large', size });
      for (given = 0; given < size; given += chunk.length) yield chunk;
      yield entry({ name: 'after' }, 'x');
      yield zeros(1024);
    }
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const sizes: number[] = [];
    for await (const { header, body } of new TarReader(large())) {
      let read = 0;
      for await (const part of body) {
        read += part.length;
        if (header.name === 'large' && given - read > chunk.length) throw new Error(`${given - read} bytes are held`);
        if (read % (64 * chunk.length) === 0) most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      }
      sizes.push(read);
    }
    expect(sizes).toEqual([size, 1]);
    expect(most).toBeLessThan(64 * 1024 * 1024);
  });

  it('keeps it flat where the body is skipped', async () => {
    const chunk = new Uint8Array(1024 * 1024);
    async function* large(): AsyncGenerator<Uint8Array> {
      yield block({ name: 'large', size: 2 ** 30 });
      for (let i = 0; i < 1024; i++) yield chunk;
      yield archive(block({ name: 'after' }));
    }
    const names: string[] = [];
    for await (const { header } of new TarReader(large())) names.push(header.name);
    expect(names).toEqual(['large', 'after']);
  });
});

describe('the bytes of a body', () => {
  it('are views of the input where they can be', async () => {
    const reader = new TarReader([three]);
    await next(reader);
    for await (const chunk of (await next(reader)).body) expect(chunk.buffer).toBe(three.buffer);
    expect(await collect((await next(reader)).body)).toEqual(text('cc'));
  });
});
