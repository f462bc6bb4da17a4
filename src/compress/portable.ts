import { crc32 } from './crc32.ts';
import { deflate } from './deflate.ts';
import { inflate } from './inflate.ts';
import type { Zlib } from './seam.ts';

/** The side of `#zlib` for runtimes that have no `node:zlib`. */
export const zlib: Zlib = { crc32, inflate, gunzip: undefined, deflate, unzstd: undefined, zstd: undefined };
