import { type Digest, digestOf } from '../digest/index.ts';

/**
 * The chain ID of each state of an image, from the lowest layer alone to all of them (OCI image-spec, config.md, "Layer ChainID"): engines keep an unpacked
 * layer under it, since what a layer unpacks to depends on those below. `diffIds` are in the order of the configuration.
 */
export function chainIds(diffIds: readonly Digest[]): readonly Digest[] {
  const chain: Digest[] = [];
  for (const diffId of diffIds) {
    const below = chain.at(-1);
    chain.push(below === undefined ? diffId : digestOf(new TextEncoder().encode(`${below} ${diffId}`)));
  }
  return chain;
}
