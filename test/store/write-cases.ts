import { digestOf } from '../../src/digest/index.ts';
import type { Descriptor } from '../../src/oci/index.ts';
import type { Store } from '../../src/store/index.ts';
import { collect } from '../../src/stream/index.ts';
import { type Case, fails, same } from '../same.ts';

const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251);
const about = (content: Uint8Array): Descriptor => ({ mediaType: 'a/b', digest: digestOf(content), size: content.length });
const other = Uint8Array.of(4);

async function* inPieces(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 70_001) yield content.subarray(at, at + 70_001);
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, 1000);
  throw new RangeError('the input broke');
}

const namesOf = async (store: Store): Promise<(string | undefined)[]> => (await store.list()).map(({ name }) => name);

/** What every store does that takes content. `make` gives an empty one. */
export function writingCases(make: () => Promise<Store>): Case[] {
  return [
    {
      name: 'takes content and gives it back',
      run: async () => {
        const store = await make();
        await store.push(about(bytes), inPieces(bytes));
        await store.push(about(other), other);
        same(await collect(await store.fetch(about(bytes))), bytes);
        same(await store.exists(about(other)), true);
      },
    },
    {
      name: 'takes nothing that is not what its descriptor says',
      run: async () => {
        const store = await make();
        await fails(() => store.push({ ...about(bytes), size: 4 }, bytes), 'DIGEST_SIZE');
        await fails(() => store.push(about(bytes), bytes.subarray(1)), 'DIGEST_SIZE');
        await fails(() => store.push(about(Uint8Array.of(1)), other), 'DIGEST_MISMATCH');
        for (const descriptor of [about(bytes), about(Uint8Array.of(1)), { ...about(bytes), size: 4 }]) same(await store.exists(descriptor), false);
      },
    },
    {
      name: 'does not read what it has',
      run: async () => {
        const store = await make();
        await store.push(about(bytes), bytes);
        await store.push(about(bytes), broken());
        same(await collect(await store.fetch(about(bytes))), bytes);
      },
    },
    {
      name: 'takes content that nobody has described yet, and describes it',
      run: async () => {
        const store = await make();
        same(await store.ingest('a/b', inPieces(bytes)), about(bytes));
        same(await store.ingest('a/b', inPieces(bytes)), about(bytes));
        same(await collect(await store.fetch(about(bytes))), bytes);
      },
    },
    {
      name: 'has nothing of what fails on the way',
      run: async () => {
        const store = await make();
        const failures = await Promise.allSettled([store.push(about(bytes), broken()), store.ingest('a/b', broken())]);
        same(
          failures.map((failure) => failure.status === 'rejected' && (failure.reason as Error).message),
          ['the input broke', 'the input broke'],
        );
        same(await store.exists(about(bytes)), false);
        if (!store.contents) return;
        for await (const { digest } of store.contents()) throw new Error(`it has ${digest}`);
      },
    },
    {
      name: 'gives names, moves them, and lists what has none',
      run: async () => {
        const store = await make();
        for (const content of [bytes, other]) await store.push(about(content), content);
        await store.tag(about(bytes), '1');
        await store.tag(about(bytes), '2');
        await store.tag(about(other), '1');
        same((await namesOf(store)).sort(), ['1', '2']);
        for (const { name, descriptor } of await store.list()) same(descriptor.digest, digestOf(name === '1' ? other : bytes));
        await store.tag(about(other));
        same((await namesOf(store)).length, 2);
        const third = Uint8Array.of(5);
        await store.push(about(third), third);
        await store.tag(about(third));
        await store.tag(about(third));
        same((await namesOf(store)).sort(), ['1', '2', undefined]);
      },
    },
    {
      name: 'loses no name where many are given at once',
      run: async () => {
        const store = await make();
        await store.push(about(other), other);
        const names = Array.from({ length: 20 }, (_, i) => `v${i}`);
        await Promise.all(names.map((name) => store.tag(about(other), name)));
        same((await namesOf(store)).sort(), [...names].sort());
      },
    },
  ];
}
