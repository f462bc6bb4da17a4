import { digestOf } from '../../src/digest/index.ts';
import type { Descriptor } from '../../src/oci/index.ts';
import type { ReadableStore } from '../../src/store/index.ts';
import { collect, type Source } from '../../src/stream/index.ts';
import { type Case, fails, same } from '../same.ts';

/** A store with this content, as whoever makes it can say: some of it is not what its digest says. */
export interface Filled {
  readonly store: ReadableStore;
  /** Content that is right. */
  readonly good: readonly { readonly descriptor: Descriptor; readonly bytes: Uint8Array }[];
  /** Descriptors whose content has another digest, of the right size. Empty where the store takes no such content. */
  readonly false: readonly Descriptor[];
  readonly names: readonly (string | undefined)[];
}

const ABSENT: Descriptor = { mediaType: 'a/b', digest: digestOf(Uint8Array.of(1, 2, 3, 4)), size: 4 };

/** What every readable store does. */
export function storeCases(make: () => Promise<Filled>): Case[] {
  const eachGood = async (use: (store: ReadableStore, descriptor: Descriptor, bytes: Uint8Array) => Promise<void>): Promise<void> => {
    const { store, good } = await make();
    same(good.length > 0, true);
    for (const { descriptor, bytes } of good) await use(store, descriptor, bytes);
  };
  return [
    {
      name: 'fetches content, as often as it is asked to',
      run: () =>
        eachGood(async (store, descriptor, bytes) => {
          for (let again = 0; again < 2; again++) same(digestOf(await collect(await store.fetch(descriptor))), digestOf(bytes));
        }),
    },
    {
      name: 'opens content, to be read at any place',
      run: () =>
        eachGood(async (store, descriptor, bytes) => {
          const source: Source = await store.open(descriptor);
          same(source.size, bytes.length);
          const middle = Math.floor(bytes.length / 2);
          same(await source.read(middle, 7), bytes.subarray(middle, middle + 7));
          same(await source.read(0, 3), bytes.subarray(0, 3));
        }),
    },
    {
      name: 'tells what is there',
      run: async () => {
        const { store, good } = await make();
        for (const { descriptor } of good) same(await store.exists(descriptor), true);
        same(await store.exists(ABSENT), false);
      },
    },
    {
      name: 'has a named error for what is not there',
      run: async () => {
        const { store } = await make();
        await fails(() => store.open(ABSENT), 'BLOB_MISSING');
        await fails(() => store.fetch(ABSENT), 'BLOB_MISSING');
      },
    },
    {
      name: 'holds content against its size first, too small or too large',
      run: () =>
        eachGood(async (store, descriptor) => {
          for (const change of [-1, 7]) {
            const wrong = { ...descriptor, size: descriptor.size + change };
            await fails(async () => collect(await store.fetch(wrong)), 'DIGEST_SIZE');
          }
        }),
    },
    {
      name: 'holds content against its digest, to its real end',
      run: async () => {
        const { store, false: wrong } = await make();
        for (const descriptor of wrong) await fails(async () => collect(await store.fetch(descriptor)), 'DIGEST_MISMATCH');
      },
    },
    {
      name: 'says that it cannot check an algorithm that it does not know',
      run: async () => {
        const { store, good } = await make();
        const blake = { ...(good[0] as (typeof good)[number]).descriptor, digest: `blake3:${'a'.repeat(64)}` } as Descriptor;
        await fails(async () => collect(await store.fetch(blake)), 'BLOB_MISSING');
      },
    },
    {
      name: 'never takes a digest for a path (CVE-2024-3727)',
      run: async () => {
        const { store } = await make();
        for (const digest of [
          'sha256:../../../../etc/passwd',
          '../index.json',
          'sha256:',
          `sha256:${'A'.repeat(64)}`,
          `sha256:${'a'.repeat(63)}/`,
          '',
        ]) {
          const hostile = { ...ABSENT, digest } as unknown as Descriptor;
          const refused = await store.open(hostile).then(
            () => 'opened',
            (error: { code: string }) => error.code,
          );
          same(['BLOB_MISSING', 'DIGEST_INVALID'].includes(refused), true);
        }
      },
    },
    {
      name: 'lists its names, each with what it names',
      run: async () => {
        const { store, names } = await make();
        same(
          (await store.list()).map(({ name }) => name),
          names,
        );
        for (const { descriptor } of await store.list()) same(await store.exists(descriptor), true);
      },
    },
    {
      name: 'shows what it keeps under digests, the false ones too',
      run: async () => {
        const { store, good, false: wrong } = await make();
        if (!store.contents) return;
        const found = new Set<string>();
        for await (const { digest, source } of store.contents()) {
          found.add(digest);
          const known = good.find(({ descriptor }) => descriptor.digest === digest);
          if (known) same(digestOf(await source.read(0, source.size)), digestOf(known.bytes));
        }
        for (const { digest } of wrong) same(found.has(digest), true);
      },
    },
  ];
}
