import type { Descriptor } from '../oci/index.ts';
import type { ByteStream, Source } from '../stream/index.ts';
import type { NamedDescriptor, ReadableStore, Store } from './store.ts';

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

/** A store that shows what another one has and takes what is new into `upper`: what the lower one has is never written again. */
export function writableOverlay(upper: Store, lower: ReadableStore): Store {
  return {
    ...overlayStores(upper, lower),
    push: async (descriptor, content) => ((await lower.exists(descriptor)) ? undefined : upper.push(descriptor, content)),
    ingest: (mediaType, content) => upper.ingest(mediaType, content),
    tag: (descriptor, name) => upper.tag(descriptor, name),
  };
}
