import native from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { decompress, type Zlib } from '../../src/compress/index.ts';
import { zlib } from '../../src/node/zlib.ts';
import { ByteReader, collect, drain, giveBack } from '../../src/stream/index.ts';

/** The zlib streams that are made from now on. */
function watchStreams(name: 'createGunzip' | 'createInflateRaw'): { destroyed: boolean }[] {
  const made: { destroyed: boolean }[] = [];
  const create = native[name];
  vi.spyOn(native, name).mockImplementation((options) => {
    const stream = create(options);
    made.push(stream);
    return stream as never;
  });
  return made;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const content = Buffer.from(Array.from({ length: 200_000 }, (_, i) => `${i}\n`).join(''));
const { inflate, gunzip } = zlib as Zlib & { gunzip: Zlib['inflate'] };

describe('the streams of node:zlib', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  describe.each([
    { name: 'inflate', unpack: inflate, creator: 'createInflateRaw', packed: native.deflateRawSync(content) },
    { name: 'gunzip', unpack: gunzip, creator: 'createGunzip', packed: native.gzipSync(content) },
  ] as const)('of $name', ({ unpack, creator, packed }) => {
    it('are destroyed when a loop over them is left', async () => {
      const made = watchStreams(creator);
      for await (const _ of unpack(new ByteReader(once(packed)))) break;
      expect(made.map(({ destroyed }) => destroyed)).toEqual([true]);
    });

    it('are destroyed when the input fails, at its start or later', async () => {
      const made = watchStreams(creator);
      for (const length of [0, 5, 1000]) {
        const failing = (async function* (): AsyncGenerator<Uint8Array> {
          yield packed.subarray(0, length);
          throw new Error('the disk is gone');
        })();
        await expect(drain(unpack(new ByteReader(failing)))).rejects.toThrow('the disk is gone');
      }
      expect(made.map(({ destroyed }) => destroyed)).toEqual([true, true, true]);
    });

    it('are destroyed when the data is bad', async () => {
      const made = watchStreams(creator);
      const bad = Uint8Array.from(packed).fill(0xff, 20, 40);
      await expect(drain(unpack(new ByteReader(once(bad))))).rejects.toMatchObject({ code: 'COMPRESS_CORRUPT', cause: { code: 'Z_DATA_ERROR' } });
      expect(made.map(({ destroyed }) => destroyed)).toEqual([true]);
    });

    it('give plain byte arrays in large chunks, whatever the chunks of the input', async () => {
      const input = (async function* (): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < packed.length; at += 50_000) yield packed.subarray(at, at + 50_000);
      })();
      const chunks: Uint8Array[] = [];
      for await (const chunk of unpack(new ByteReader(input))) chunks.push(chunk);
      expect(chunks.every((chunk) => Object.getPrototypeOf(chunk) === Uint8Array.prototype)).toBe(true);
      expect(chunks.length).toBeLessThan(2 * Math.ceil(packed.length / 50_000) + content.length / 2 ** 18);
      expect(Buffer.compare(Buffer.concat(chunks), content)).toBe(0);
    });
  });

  it('leave the reader right behind the last member', async () => {
    const packed = native.gzipSync(content);
    const reader = new ByteReader(once(Buffer.concat([packed, packed, Buffer.alloc(10), Buffer.from('rest')])));
    expect((await collect(gunzip(reader))).length).toBe(2 * content.length);
    expect(reader.position).toBe(2 * packed.length);
    expect(Buffer.from(reader.peek(14)).toString()).toBe(`${'\0'.repeat(10)}rest`);
  });

  it('are not made for each of many members', async () => {
    const inflaters = watchStreams('createInflateRaw');
    const decoders = watchStreams('createGunzip');
    const small = native.gzipSync('a file of its own\n');
    const members = Buffer.concat(Array.from({ length: 1000 }, () => small));
    expect((await collect(decompress(once(members)))).length).toBe(1000 * 18);
    expect([inflaters.length, decoders.length]).toEqual([1, 1]);
  });

  it('hold zstd where this Node has it', () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const hasZstd = major > 23 || (major === 22 && minor >= 15);
    expect([zlib.unzstd !== undefined, zlib.zstd !== undefined]).toEqual([hasZstd, hasZstd]);
  });

  it('free the memory of chunks that are given back, and only when none of it is out', async () => {
    const large = native.gzipSync(Buffer.alloc(5 * 2 ** 20, 'some text'));
    const chunks: Uint8Array[] = [];
    for await (const chunk of gunzip(new ByteReader(once(large)))) chunks.push(chunk);
    const [first, second] = chunks as [Uint8Array, Uint8Array];
    giveBack(first);
    expect(first.length).toBe(0); // its buffer is detached
    expect(second.length).toBe(2 ** 20);
    giveBack(Uint8Array.from(second)); // not theirs
    expect(second.length).toBe(2 ** 20);
  });

  it('keep the memory of a buffer while any chunk cut from it is out', async () => {
    const halves = native.gzipSync(Buffer.alloc(2 ** 20 + 1000, 'some text'));
    const input = (async function* (): AsyncGenerator<Uint8Array> {
      yield halves.subarray(0, 400); // ends a chunk within the first buffer
      yield halves.subarray(400);
    })();
    const chunks: Uint8Array[] = [];
    for await (const chunk of gunzip(new ByteReader(input))) chunks.push(chunk);
    const [head, rest] = chunks as [Uint8Array, Uint8Array];
    expect(head.buffer).toBe(rest.buffer);
    giveBack(rest);
    expect(head.length).toBeGreaterThan(0);
    giveBack(head);
    expect([head.length, rest.length]).toEqual([0, 0]);
  });

  it('let go of their last buffer at the end, full or not', async () => {
    for (const size of [1000, 2 ** 20, 2 ** 20 + 1000]) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of inflate(new ByteReader(once(native.deflateRawSync(Buffer.alloc(size)))))) chunks.push(chunk);
      for (const chunk of chunks) giveBack(chunk);
      expect(chunks.map(({ buffer }) => buffer.byteLength)).toEqual(chunks.map(() => 0));
    }
  });
});
