export { COMPRESSION_LEVELS, type CompressOptions, compress } from './compress.ts';
export { type DecompressOptions, decompress, type Opened, openCompressed } from './decompress.ts';
export type { DecompressLimits } from './limits.ts';
export type { Zlib } from './seam.ts';
export { type Compression, sniffCompression } from './sniff.ts';
