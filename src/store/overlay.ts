import type { Descriptor } from '../oci/index.ts';
import type { ByteStream, Source } from '../stream/index.ts';
import type { NamedDescriptor, ReadableStore } from './store.ts';

/** One store in front of another: what the upper one holds, else what the lower one does. Names are those of the upper one, then the lower one's. */
export function overlayStores(upper: ReadableStore, lower: ReadableStore): ReadableStore {
  const holder = async (descriptor: Descriptor): Promise<ReadableStore> => ((await upper.exists(descriptor)) ? upper : lower);
  return {
    fetch: async (descriptor): Promise<ByteStream> => (await holder(descriptor)).fetch(descriptor),
    open: async (descriptor): Promise<Source> => (await holder(descriptor)).open(descriptor),
    exists: async (descriptor) => (await upper.exists(descriptor)) || lower.exists(descriptor),
    list: async (): Promise<readonly NamedDescriptor[]> => [...(await upper.list()), ...(await lower.list())],
  };
}
