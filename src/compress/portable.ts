import { crc32 } from './crc32.ts';
import { deflate } from './deflate.ts';
import { gunzipMembers } from './members.ts';
import type { Zlib } from './seam.ts';

/** The side of `#zlib` for runtimes that have no `node:zlib`. */
export const zlib: Zlib = { crc32, gunzip: gunzipMembers, release: undefined, deflate, unzstd: undefined, zstd: undefined };
