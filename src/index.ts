export { type ConvertedImage, compareConversion, type ImageSet, imagesToCopy, recompressImages, registryImages } from './convert.ts';
export { LadingError } from './errors.ts';
export { type CatalogArtifact, type CatalogImage, Image, type ImageChoice, Layer } from './image/index.ts';
export {
  type Archive,
  type ArchiveKind,
  type ArchiveOf,
  type FolderArchive,
  type ImageArchive,
  type OpenOptions,
  open,
  type TarArchive,
} from './open.ts';
export { type NestedOptions, type NestingLimits, openNested } from './open-nested.ts';
export { readTarSync, scanTar, TarReader, writeTar } from './tar/index.ts';
export { Tree, treeFromTar } from './tree/index.ts';
