export { layerTree } from './alone.ts';
export { LayerBlob, type LayerOptions } from './blob.ts';
export { chainIds } from './chain-id.ts';
export { layerChangeset, stargzNames } from './changeset.ts';
export { Keeper, type KeepOptions } from './keeper.ts';
export { byFolders, bySize, splitTree } from './split.ts';
export { classifyName, type LayerName, opaqueName, whiteoutName } from './whiteout.ts';
export { type LayerWriteOptions, layerEntries, writeLayer } from './write.ts';
