import { encodeText } from '../../src/bytes/index.ts';
import {
  asSource,
  asStream,
  type ByteInput,
  ByteReader,
  type ByteStream,
  blobSource,
  bytesSource,
  collect,
  createSource,
  drain,
  mapPool,
  replaySource,
  type Source,
  tap,
} from '../../src/stream/index.ts';
import { type Case, fails, same } from '../same.ts';

const text = encodeText('0123456789');
const at = (start: number, end: number): Uint8Array => text.subarray(start, end);

async function* chunks(...sizes: number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const size of sizes) {
    yield text.subarray(from, from + size);
    from += size;
  }
}

/** One suite for every Source over the ten bytes `0123456789`. */
function sourceCases(what: string, open: () => Source): Case[] {
  return [
    {
      name: `${what} reads at any place, and less only at its end`,
      run: async (): Promise<void> => {
        const source = open();
        same(source.size, 10);
        same(await source.read(0, 3), at(0, 3));
        same(await source.read(8, 5), at(8, 10));
        same(await source.read(2, 2), at(2, 4));
        same(await source.read(10, 1), at(10, 10));
        same(await source.read(99, 1), at(10, 10));
        await fails(() => source.read(-1, 1), 'RangeError');
        await fails(() => source.read(0.5, 1), 'RangeError');
      },
    },
    {
      name: `${what} streams any range`,
      run: async (): Promise<void> => {
        same(await collect(open().stream()), text);
        same(await collect(open().stream(3, 7)), at(3, 7));
        same(await collect(open().stream(7)), at(7, 10));
        same(await collect(open().stream(9, 99)), at(9, 10));
        same(await drain(open().stream(5, 5)), 0);
      },
    },
    {
      name: `${what} gives slices, and slices of slices, that stay inside`,
      run: async (): Promise<void> => {
        const slice = open().slice(2, 8);
        same(slice.size, 6);
        same(await slice.read(4, 9), at(6, 8));
        same(await collect(slice.slice(1, 3).stream()), at(3, 5));
        same(slice.slice(5, 99).size, 1);
        same(slice.slice(99).size, 0);
        same(await collect(slice.slice(4, 2).stream()), at(0, 0));
      },
    },
  ];
}

const inputs: readonly [string, () => ByteInput, boolean][] = [
  ['a Uint8Array', () => text, true],
  ['a Source', () => bytesSource(text), true],
  ['a Blob', () => new Blob([text as Uint8Array<ArrayBuffer>]), true],
  ['a ReadableStream', () => new Blob([text as Uint8Array<ArrayBuffer>]).stream(), false],
  ['an async iterable', () => chunks(4, 6), false],
  ['an iterable', () => [at(0, 1), at(1, 10)], false],
];

export const cases: readonly Case[] = [
  ...sourceCases('a Source over bytes', () => bytesSource(text)),
  ...sourceCases('a Source over a part of a buffer', () => bytesSource(encodeText('<0123456789>').subarray(1, 11))),
  ...sourceCases('a Source over a Blob', () => blobSource(new Blob([text as Uint8Array<ArrayBuffer>]))),
  ...sourceCases('a Source over a stream that starts again', () => replaySource(() => chunks(1, 5, 0, 4), 10)),
  ...sourceCases('a Source over reads', () => createSource({ read: async (position, length) => at(position, position + length) }, 10)),
  ...inputs.map(([what, make, again]) => ({
    name: `${what} is an input${again ? ' that can be read again' : ''}`,
    run: async (): Promise<void> => {
      same(await collect(asStream(make())), text);
      same(asSource(make()) !== undefined, again);
    },
  })),
  {
    name: 'what is no input is a TypeError',
    run: async (): Promise<void> => {
      for (const input of [{}, { read: 1 }, 7]) await fails(() => asStream(Object(input)), 'TypeError');
    },
  },
  {
    name: 'a chunk that is not bytes is a TypeError, and is not taken for zeros or for nothing',
    run: async (): Promise<void> => {
      async function* texts(): AsyncGenerator<string> {
        yield '0123456789';
      }
      const streams = [
        texts(),
        ['0123456789'],
        [48, 49],
        [null],
        [new ArrayBuffer(2)],
        [new Uint16Array(2)],
        new Blob(['0']).stream().pipeThrough(new TextDecoderStream()),
      ];
      for (const stream of streams) await fails(() => collect(asStream(stream as unknown as ByteInput)), 'TypeError');
    },
  },
  {
    name: 'a reader keeps what it has joined, so that looking at a header that comes byte by byte costs no square',
    run: async (): Promise<void> => {
      const many = 300_000;
      const reader = new ByteReader(
        asStream(
          (function* (): Generator<Uint8Array> {
            for (let i = 0; i < many; i++) yield Uint8Array.of(i & 0xff);
          })(),
        ),
      );
      const start = performance.now();
      for (let length = 512; length <= many; length += 512) {
        await reader.fill(length);
        same(reader.peek(length)[length - 1], (length - 1) & 0xff);
      }
      reader.advance(many - (many % 512));
      same(await reader.take(1), Uint8Array.of((many - (many % 512)) & 0xff));
      same(performance.now() - start < 10_000, true);
    },
  },
  {
    name: 'synchronous reads are there for bytes in memory only',
    run(): void {
      same(bytesSource(text).slice(2).readSync?.(1, 2), at(3, 5));
      same(blobSource(new Blob([])).readSync, undefined);
    },
  },
  {
    name: 'a stream whose consumer stops is told so',
    run: async (): Promise<void> => {
      let cancelled = false;
      const stream = new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(text),
        cancel: () => {
          cancelled = true;
        },
      });
      for await (const chunk of asStream(stream)) {
        same(chunk, text);
        break;
      }
      same(cancelled, true);
    },
  },
  {
    name: 'a reader gives exact amounts, across chunks, without waiting for what is not asked',
    run: async (): Promise<void> => {
      let pulled = 0;
      const reader = new ByteReader(tap(chunks(1, 2, 3, 4), () => pulled++));
      same([await reader.fill(3), pulled, reader.available], [true, 2, 3]);
      same(reader.peek(3), at(0, 3));
      reader.advance(2);
      same([reader.position, reader.available], [2, 1]);
      same(await reader.take(9), at(2, 3));
      same([await reader.skip(4), reader.position], [4, 7]);
      same([await reader.fill(9), reader.available], [false, 3]);
      same(reader.peek(9), at(7, 10));
      await fails(() => reader.advance(4), 'RangeError');
      same(await reader.take(2), at(7, 9));
      same([await reader.skip(5), await reader.take(1)], [1, undefined]);
    },
  },
  {
    name: 'a reader that is closed closes its stream',
    run: async (): Promise<void> => {
      let closed = false;
      const stream = async function* (): AsyncGenerator<Uint8Array> {
        try {
          yield* chunks(5, 5);
        } finally {
          closed = true;
        }
      };
      const reader = new ByteReader(stream());
      await reader.fill(1);
      await reader.close();
      same([closed, await reader.take(1)], [true, undefined]);
    },
  },
  {
    name: 'collecting stops at the limit',
    run: async (): Promise<void> => {
      same(await collect(chunks(5, 5), 10), text);
      await fails(() => collect(chunks(5, 5), 9), 'LIMIT_SIZE');
    },
  },
  {
    name: 'concurrent reads of a stream that starts again take turns, and ascending ones go through it once',
    run: async (): Promise<void> => {
      let starts = 0;
      const open = (): ByteStream => {
        starts++;
        return chunks(3, 3, 4);
      };
      const source = replaySource(open, 10);
      same(await Promise.all([source.read(0, 4), source.read(4, 2), source.read(7, 3)]), [at(0, 4), at(4, 6), at(7, 10)]);
      same(starts, 1);
      same(await source.read(1, 1), at(1, 2));
      same(starts, 2);
    },
  },
  {
    name: 'a stream that starts again is kept where reads go back, if there is room for it',
    run: async (): Promise<void> => {
      let starts = 0;
      const open = (): ByteStream => {
        starts++;
        return chunks(3, 3, 4);
      };
      const kept = replaySource(open, 10, async (stream) => bytesSource(await collect(stream)));
      for (const position of [4, 0, 7, 2, 9]) same(await kept.read(position, 1), at(position, position + 1));
      same(starts, 2);
      const left = replaySource(open, 10, async () => undefined);
      for (const position of [4, 0, 7, 2]) same(await left.read(position, 1), at(position, position + 1));
      same(await collect(left.stream(2, 6)), at(2, 6));
    },
  },
  {
    name: 'a stream that starts again is not kept for a look at its head, once',
    run: async (): Promise<void> => {
      const long = new Uint8Array(1000).fill(1);
      let starts = 0;
      let copies = 0;
      const open = (): ByteStream => {
        starts++;
        return asStream(long);
      };
      const source = replaySource(open, long.length, async (stream) => {
        copies++;
        return bytesSource(await collect(stream));
      });
      same((await source.read(0, 60)).length, 60);
      same(await collect(source.stream()), long);
      same([starts, copies], [2, 0]);
      same((await source.read(0, 60)).length, 60);
      same([starts, copies], [3, 1]);
    },
  },
  {
    name: 'a stream that starts again fails each time where it is faulty, and never reads as shorter than it is',
    run: async (): Promise<void> => {
      async function* broken(): ByteStream & AsyncGenerator<Uint8Array> {
        yield at(0, 4);
        throw new RangeError('broken');
      }
      const source = replaySource(broken, 10);
      same(await source.read(1, 2), at(1, 3));
      for (let again = 0; again < 3; again++) await fails(() => source.read(3, 4), 'RangeError');
      same(await source.read(0, 4), at(0, 4));
      await fails(() => replaySource(() => chunks(5), 10).read(4, 3), 'ESTALE');
      await fails(() => replaySource(() => chunks(5), 10).read(7, 3), 'ESTALE');
    },
  },
  {
    name: 'a pool keeps the order, the width, and the first failure',
    run: async (): Promise<void> => {
      let running = 0;
      let most = 0;
      const work = async (item: number): Promise<number> => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, (5 - item) % 3));
        running--;
        return item * 10;
      };
      same(await mapPool([1, 2, 3, 4, 5], 2, work), [10, 20, 30, 40, 50]);
      same(most, 2);
      same(await mapPool([], 3, work), []);
      const seen: number[] = [];
      await fails(
        () =>
          mapPool([1, 2, 3, 4], 1, async (item) => {
            seen.push(item);
            if (item === 2) throw new RangeError('two');
          }),
        'RangeError',
      );
      same(seen, [1, 2]);
    },
  },
];
