export { collect, drain, tap } from './collect.ts';
export type { Folder, FolderEntry, WritableFolder } from './folder.ts';
export { asSource, asStream, type ByteInput } from './input.ts';
export { memoryFolder } from './memory-folder.ts';
export { peekStream } from './peek.ts';
export { mapPool } from './pool.ts';
export { ByteReader } from './reader.ts';
export { type Keep, replaySource } from './replay.ts';
export { type ByteStream, blobSource, bytesSource, createSource, type RandomAccess, type Source, sameSource } from './source.ts';
