export { LadingError } from './errors.ts';
export { type Archive, type FolderArchive, type OpenOptions, open, type TarArchive } from './open.ts';
export { readTarSync, scanTar, TarReader, writeTar } from './tar/index.ts';
export { Tree, treeFromTar } from './tree/index.ts';
