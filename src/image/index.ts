export { assembleImage, type ImageParts } from './assemble.ts';
export { type Catalog, type CatalogArtifact, type CatalogImage, catalogOf } from './catalog.ts';
export { Image, type ImageOptions } from './image.ts';
export { Layer, LayerCache } from './layer.ts';
export { Recompression, type RecompressOptions, recompress } from './recompress.ts';
export { type ImageChoice, imageId, platformOf, sameReference, selectImage } from './select.ts';
export { type StoredLayer, type StoreLayerOptions, storeLayer } from './store-layer.ts';
